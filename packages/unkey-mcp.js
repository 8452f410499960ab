#!/usr/bin/env node
// Runs the binary of this platform, with the same arguments, streams, signals and exit code.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

const exe = process.platform === 'win32' ? 'unkey-mcp.exe' : 'unkey-mcp';
const name = `unkey-mcp-${process.platform}-${process.arch}`;

let binary;
try {
  binary = createRequire(import.meta.url).resolve(`${name}/${exe}`);
} catch {
  console.error(
    `unkey-mcp: the package ${name} is not installed. It holds the program for this platform, and npm ` +
      'leaves it out with --omit=optional, with --no-optional, or where there is no such package: ' +
      'install again without these, or build from source.',
  );
  process.exit(1);
}

// What the program writes into clients' configurations must start it again: npx keeps this file in a
// cache that it may empty.
const env = { ...process.env, UNKEY_MCP_LAUNCHER: 'npm' };
const child = spawn(binary, process.argv.slice(2), { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // Ctrl-C reaches both by itself; the child decides when it is over.
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => {
  console.error(`unkey-mcp: ${binary} cannot be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
