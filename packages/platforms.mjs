// The platforms that a release has a binary for: Rust's name of each, and what npm calls it.

/** @typedef {{target: string, os: string, cpu: string, libc?: string, exe: string}} Platform */

/** @type {Platform[]} */
export const PLATFORMS = [
  // Linked statically, so that one binary runs on every distribution, Alpine among them.
  { target: 'x86_64-unknown-linux-musl', os: 'linux', cpu: 'x64', exe: 'unkey-mcp' },
  { target: 'aarch64-unknown-linux-musl', os: 'linux', cpu: 'arm64', exe: 'unkey-mcp' },
  { target: 'x86_64-apple-darwin', os: 'darwin', cpu: 'x64', exe: 'unkey-mcp' },
  { target: 'aarch64-apple-darwin', os: 'darwin', cpu: 'arm64', exe: 'unkey-mcp' },
  { target: 'x86_64-pc-windows-msvc', os: 'win32', cpu: 'x64', exe: 'unkey-mcp.exe' },
  { target: 'aarch64-pc-windows-msvc', os: 'win32', cpu: 'arm64', exe: 'unkey-mcp.exe' },
];

/** What a platform is called in the names of packages and files: `linux-x64`. */
export const label = ({ os, cpu }) => `${os}-${cpu}`;
