# Installs unkey-mcp from its newest release into %LOCALAPPDATA%\unkey-mcp, after checking its checksum.
#   $env:UNKEY_MCP_VERSION = '0.1.0'   a release other than the newest
#   $env:UNKEY_MCP_BIN = 'C:\tools'    another folder
#   $env:UNKEY_MCP_DOWNLOAD = '...'    another place that holds the release's files
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$machine = switch ($env:PROCESSOR_ARCHITECTURE) {
  'AMD64' { 'x86_64' }
  'ARM64' { 'aarch64' }
  default { throw "unkey-mcp: there is no program for $env:PROCESSOR_ARCHITECTURE" }
}
$releases = 'https://github.com/unkey-mcp/unkey-mcp/releases'
$from = if ($env:UNKEY_MCP_DOWNLOAD) { $env:UNKEY_MCP_DOWNLOAD }
elseif ($env:UNKEY_MCP_VERSION) { "$releases/download/v$env:UNKEY_MCP_VERSION" }
else { "$releases/latest/download" }
$archive = "unkey-mcp-$machine-pc-windows-msvc.tar.gz"
$into = if ($env:UNKEY_MCP_BIN) { $env:UNKEY_MCP_BIN } else { Join-Path $env:LOCALAPPDATA 'unkey-mcp' }

$folder = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
New-Item -ItemType Directory $folder | Out-Null
try {
  Invoke-WebRequest -UseBasicParsing "$from/$archive" -OutFile "$folder/$archive"
  Invoke-WebRequest -UseBasicParsing "$from/SHA256SUMS" -OutFile "$folder/SHA256SUMS"
  $line = Get-Content "$folder/SHA256SUMS" | Where-Object { ($_ -split '\s+')[1] -eq $archive }
  if (-not $line) { throw "unkey-mcp: SHA256SUMS does not name $archive" }
  $expected = ($line -split '\s+')[0]
  $found = (Get-FileHash -Algorithm SHA256 "$folder/$archive").Hash
  if ($expected -ne $found) {
    throw "unkey-mcp: $archive is not what was released: its checksum differs. Nothing was installed"
  }
  tar -xzf "$folder/$archive" -C $folder
  if ($LASTEXITCODE -ne 0) { throw "unkey-mcp: $archive cannot be unpacked" }
  New-Item -ItemType Directory -Force $into | Out-Null
  Copy-Item -Force "$folder/unkey-mcp.exe" "$into/unkey-mcp.exe"
} finally {
  Remove-Item -Recurse -Force $folder
}

$user = [Environment]::GetEnvironmentVariable('Path', 'User')
if (($user -split ';') -notcontains $into) {
  [Environment]::SetEnvironmentVariable('Path', "$user;$into", 'User')
  Write-Output "$into was added to your Path; new windows know it"
}
Write-Output "installed $(& "$into/unkey-mcp.exe" --version) in $into"
Write-Output "next: $into\unkey-mcp.exe install --all        (or: $into\unkey-mcp.exe serve --local)"
