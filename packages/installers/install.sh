#!/bin/sh
# Installs unkey-mcp from its newest release into ~/.local/bin, after checking its checksum.
#   UNKEY_MCP_VERSION=0.1.0    a release other than the newest
#   UNKEY_MCP_BIN=/usr/local/bin   another folder
#   UNKEY_MCP_DOWNLOAD=…       another place that holds the release's files
set -eu

fail() {
  printf 'unkey-mcp: %s\n' "$1" >&2
  exit 1
}

case "$(uname -s)" in
  Linux) system=unknown-linux-musl ;;
  Darwin) system=apple-darwin ;;
  *) fail "there is no program for $(uname -s) here; on Windows use install.ps1" ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) machine=x86_64 ;;
  aarch64 | arm64) machine=aarch64 ;;
  *) fail "there is no program for $(uname -m); build from source with cargo" ;;
esac

releases=https://github.com/unkey-mcp/unkey-mcp/releases
if [ -n "${UNKEY_MCP_VERSION:-}" ]; then
  from=$releases/download/v$UNKEY_MCP_VERSION
else
  from=$releases/latest/download
fi
from=${UNKEY_MCP_DOWNLOAD:-$from}
archive=unkey-mcp-$machine-$system.tar.gz
into=${UNKEY_MCP_BIN:-$HOME/.local/bin}

if command -v curl >/dev/null; then
  get() { curl --fail --silent --show-error --location --output "$1" "$2"; }
elif command -v wget >/dev/null; then
  get() { wget --quiet --output-document="$1" "$2"; }
else
  fail 'neither curl nor wget is here'
fi
if command -v sha256sum >/dev/null; then
  sum() { sha256sum "$1"; }
else
  sum() { shasum -a 256 "$1"; }
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
get "$folder/$archive" "$from/$archive" || fail "$from/$archive cannot be loaded"
get "$folder/SHA256SUMS" "$from/SHA256SUMS" || fail "$from/SHA256SUMS cannot be loaded"
expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$folder/SHA256SUMS")
found=$(sum "$folder/$archive" | awk '{ print $1 }')
[ -n "$expected" ] || fail "SHA256SUMS does not name $archive"
[ "$expected" = "$found" ] || fail "$archive is not what was released: its checksum differs. Nothing was installed"

tar -xzf "$folder/$archive" -C "$folder"
mkdir -p "$into"
# Beside the old one first: a server that runs keeps its program.
cp "$folder/unkey-mcp" "$into/.unkey-mcp.new"
chmod 755 "$into/.unkey-mcp.new"
mv "$into/.unkey-mcp.new" "$into/unkey-mcp"

printf 'installed %s in %s\n' "$("$into/unkey-mcp" --version)" "$into"
case ":$PATH:" in
  *":$into:"*) next=unkey-mcp ;;
  *) next=$into/unkey-mcp && printf '%s is not in PATH: add it, or use the whole path\n' "$into" ;;
esac
printf 'next: %s install --all        (or: %s serve --local)\n' "$next" "$next"
