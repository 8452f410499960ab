// A program with a terminal of its own reads what `unkey-mcp install` wrote, lists the server, and no
// longer does once it was taken out.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { binary } from './surroundings.mjs';

// What each one is called here, and how it says that all is well. Codex connects in sessions only.
const CLIENTS = {
  // Its own entry looks for a program that a script lays there after an installation.
  'claude-code': { program: '../@anthropic-ai/claude-code/cli-wrapper.cjs', listed: /unkey: .*Connected/ },
  codex: { program: 'codex', listed: /unkey .*enabled/ },
  gemini: { program: 'gemini', listed: /unkey: .*Connected/ },
};

const [client] = process.argv.slice(2);
const { program, listed } = CLIENTS[client];
const programs = `${process.cwd()}/node_modules/.bin`;
mkdirSync('state', { recursive: true });
const home = mkdtempSync(`${process.cwd()}/state/installed-`);
const env = {
  PATH: process.env.PATH,
  HOME: home,
  USERPROFILE: home,
  // Nothing leaves this machine, and nothing is asked.
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DO_NOT_TRACK: '1',
  GEMINI_CLI_TRUST_WORKSPACE: 'true',
};

/** Runs a command to its end; returns all that it said. */
function run(command, ...args) {
  const limits = { timeout: 60_000, killSignal: 'SIGKILL' };
  const options = { encoding: 'utf8', cwd: home, env, input: '', ...limits };
  const { status, stdout, stderr } = spawnSync(command, args, options);
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

const servers = () => run(process.execPath, `${programs}/${program}`, 'mcp', 'list');

run(binary, 'install', '--yes', client, '--local=:memory:');
assert.match(servers(), listed);
// Again with a root key that the client is to fill in. The list needs none.
env.UNKEY_ROOT_KEY = 'unkey_3ZZZrootkeyzzz';
run(binary, 'install', '--yes', client);
const shown = servers();
assert.match(shown, listed);
assert.ok(!shown.includes(env.UNKEY_ROOT_KEY), shown);
run(binary, 'install', '--yes', '--uninstall', client);
assert.doesNotMatch(servers(), /unkey/);
