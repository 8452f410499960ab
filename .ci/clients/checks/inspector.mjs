// The MCP Inspector's command line.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { localUrl, rootKey } from './surroundings.mjs';

/** Runs one method; returns its result and what it said on stderr. */
export function inspect(...flags) {
  const target = [`${localUrl}/mcp/v2`, '--transport', 'http', '--header', `MCP-UNKEY-BEARER-AUTH: ${rootKey}`];
  const command = ['node_modules/.bin/mcp-inspector', '--cli', ...target, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return { result: JSON.parse(stdout), stderr };
}
