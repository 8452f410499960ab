// Runs every check against a server of its own and closes with `N passed, N failed`.
//
// A check is a program: it passes when it ends with status 0. What it prints is shown only when it
// fails. Usage: node run.mjs UNKEY_MCP PYTHON [WORD], where only checks whose name holds WORD run.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [binary, python, word = ''] = process.argv.slice(2);

// The one that Claude Desktop's users were told to pin, and the newest.
const OLD_BRIDGE = 'mcp-remote@0.1.25';
const NEW_BRIDGE = 'mcp-remote@0.15.1';

const node = (name, file, ...args) => ({ name, command: [process.execPath, `checks/${file}`, ...args] });
const py = (name, file, ...args) => ({ name, command: [python, `checks/${file}`, ...args] });

const CHECKS = [
  node(`${OLD_BRIDGE} lists and calls`, 'mcp_remote.mjs', OLD_BRIDGE),
  node(`${NEW_BRIDGE} lists and calls`, 'mcp_remote.mjs', NEW_BRIDGE),
  node(`${NEW_BRIDGE} --protocol auto lists and calls`, 'mcp_remote.mjs', NEW_BRIDGE, '--protocol', 'auto'),
  node(`${OLD_BRIDGE} without its variable is told so`, 'mcp_remote_without_key.mjs', OLD_BRIDGE),
  node(`${NEW_BRIDGE} without its variable is told so`, 'mcp_remote_without_key.mjs', NEW_BRIDGE),
  node('MCP Inspector finds nothing wrong with the list', 'inspector_list.mjs'),
  node('MCP Inspector calls', 'inspector_call.mjs'),
  node('TypeScript SDK 1 over HTTP', 'typescript_sdk_1.mjs', 'http'),
  node('TypeScript SDK 1 over stdio', 'typescript_sdk_1.mjs', 'stdio'),
  node('TypeScript SDK 2 over HTTP, with handshake', 'typescript_sdk_2.mjs', 'http', 'legacy'),
  node('TypeScript SDK 2 over HTTP, 2026-07-28', 'typescript_sdk_2.mjs', 'http', '2026-07-28'),
  node('TypeScript SDK 2 over stdio, with handshake', 'typescript_sdk_2.mjs', 'stdio', 'legacy'),
  node('TypeScript SDK 2 over stdio, 2026-07-28', 'typescript_sdk_2.mjs', 'stdio', '2026-07-28'),
  node('TypeScript SDK 2 over stdio, either', 'typescript_sdk_2.mjs', 'stdio', 'auto'),
  py('Python SDK over HTTP, with handshake', 'python_sdk.py', 'http', 'legacy'),
  py('Python SDK over HTTP, 2026-07-28', 'python_sdk.py', 'http', '2026-07-28'),
  py('Python SDK over stdio, with handshake', 'python_sdk.py', 'stdio', 'legacy'),
  py('Python SDK over stdio, 2026-07-28', 'python_sdk.py', 'stdio', '2026-07-28'),
  ...['claude', 'codex', 'gemini'].flatMap((client) =>
    ['auto', 'always', 'never'].map((mode) =>
      node(`${client}, --confirm ${mode}: an API that a model deletes`, 'confirm.mjs', client, mode),
    ),
  ),
  node('@unkey/api against --local: keys', 'unkey_api.mjs'),
  node('@unkey/api against --local: permissions', 'unkey_api_permissions.mjs'),
  node('@unkey/api against --local: identities', 'unkey_api_identities.mjs'),
  node('@unkey/api against --local: limits and analytics', 'unkey_api_limits.mjs'),
  node('@unkey/ratelimit against --local', 'unkey_ratelimit.mjs'),
  node('@unkey/hono against --local', 'unkey_hono.mjs'),
  node('@unkey/nextjs against --local', 'unkey_nextjs.mjs'),
  py('unkey.py against --local', 'unkey_py.py'),
  node('Claude Code lists what install wrote', 'installed.mjs', 'claude-code'),
  node('Codex lists what install wrote', 'installed.mjs', 'codex'),
  node('Gemini CLI lists what install wrote', 'installed.mjs', 'gemini'),
  node('Claude Code calls through what install wrote', 'installed_call.mjs', 'claude-code'),
  node('Codex calls through what install wrote', 'installed_call.mjs', 'codex'),
  node('Gemini CLI calls through what install wrote', 'installed_call.mjs', 'gemini'),
  node('opencode lists and calls through what the documentation writes', 'opencode.mjs'),
  node('a browser opens the pages of serve', 'pages.mjs'),
  node('npm packages install and serve', 'packages.mjs', 'npm'),
  node('an .mcpb bundle is valid and serves', 'packages.mjs', 'mcpb'),
  node('plugins serve', 'packages.mjs', 'plugin'),
  node('the registry entry is right', 'packages.mjs', 'registry'),
  node('the installer takes what was released and nothing else', 'packages.mjs', 'installer'),
  node('the image has what it needs', 'packages.mjs', 'image'),
];

// How many tools are listed, and how many of them the embedded engine offers.
const print = (...flags) =>
  spawnSync(binary, ['tools', ...flags], { encoding: 'utf8', env: { ...process.env, COLUMNS: '' } }).stdout;
const ALL_TOOLS = JSON.parse(print('--json')).tools.length;
const LOCAL_TOOLS = print().match(/^\w+_\w+ +\w+ +yes /gm).length;

const LIMIT_MS = 90_000;
const START_LIMIT_MS = 20_000;
const SHOWN_LINES = 60;

// A setting of whoever runs this must not change what is checked.
const surroundings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('UNKEY_') && !name.startsWith('MCP_REMOTE_')),
);

/** What the servers logged; shown when a check failed. */
let serverLog = '';

/** Starts `serve` with `flags`; returns what it printed, its address, and how to stop it. */
async function serve(...flags) {
  const server = spawn(binary, ['serve', '--bind', '127.0.0.1:0', ...flags], {
    env: surroundings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server.stderr.setEncoding('utf8').on('data', (text) => (serverLog += text));
  const ended = once(server, 'exit');
  let banner = '';
  server.stdout.setEncoding('utf8').on('data', (text) => (banner += text));
  const deadline = Date.now() + START_LIMIT_MS;
  while (!/\/mcp\/ratelimits/.test(banner) || !banner.endsWith('\n')) {
    if (server.exitCode !== null) throw new Error(`serve ${flags.join(' ')} ended with ${server.exitCode}: ${serverLog}`);
    if (Date.now() > deadline) throw new Error(`serve ${flags.join(' ')} did not listen in time`);
    await sleep(20);
  }
  const stop = async () => {
    server.kill();
    await ended;
  };
  return { banner, url: banner.match(/http:\/\/127\.0\.0\.1:\d+/)[0], stop };
}

/** Runs one check; returns what went wrong, or null. */
async function run({ command: [program, ...args] }, settings) {
  // A group of its own: a bridge's own children end with it.
  const check = spawn(program, args, {
    env: { ...surroundings, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [check.stdout, check.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const limit = setTimeout(() => {
    output += `\nstopped after ${LIMIT_MS / 1000} s`;
    endGroup(check.pid);
  }, LIMIT_MS);
  const closed = once(check, 'close');
  const [status] = await once(check, 'exit');
  clearTimeout(limit);
  endGroup(check.pid);
  await closed;
  return status === 0 ? null : output.trim() || `ended with ${status}`;
}

function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

// Into npx's cache, so that no check's time goes into downloads.
for (const bridge of [OLD_BRIDGE, NEW_BRIDGE]) {
  const { status } = spawnSync('npx', ['--yes', '--package', bridge, '--', 'node', '--version'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`npx cannot install ${bridge}`);
}

// A file, so that a check can do with commands what Unkey's dashboard does.
mkdirSync('state', { recursive: true });
const database = `${mkdtempSync(`${process.cwd()}/state/local-`)}/unkey.db`;
const local = await serve(`--local=${database}`);
// Nothing listens there: what reaches Unkey's side fails, what is refused before does not.
const remote = await serve('--api-url', 'http://127.0.0.1:1');
const rootKey = readFileSync(`${database}.root-key`, 'utf8').trim();
const settings = {
  CHECK_BINARY: binary,
  CHECK_LOCAL_URL: local.url,
  CHECK_LOCAL_DATABASE: database,
  CHECK_REMOTE_URL: remote.url,
  CHECK_ROOT_KEY: rootKey,
  CHECK_ALL_TOOLS: ALL_TOOLS,
  CHECK_LOCAL_TOOLS: LOCAL_TOOLS,
  // The checks run in a copy, in .ci/work/clients.
  CHECK_REPOSITORY: new URL('../../..', import.meta.url).pathname.replace(/\/$/, ''),
  // What clients remember stays here, and out of the home folder.
  MCP_REMOTE_CONFIG_DIR: `${process.cwd()}/state/mcp-remote`,
  MCP_STORAGE_DIR: `${process.cwd()}/state/inspector`,
};

let passed = 0;
let failed = 0;
for (const check of CHECKS.filter(({ name }) => name.includes(word))) {
  const started = Date.now();
  const problem = await run(check, settings);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (problem === null) {
    passed += 1;
    console.log(`ok      ${check.name} (${seconds} s)`);
  } else {
    failed += 1;
    const shown = problem.replaceAll(rootKey, '[root key]').split('\n').slice(0, SHOWN_LINES);
    console.log([`FAILED  ${check.name} (${seconds} s)`, ...shown].join('\n        '));
  }
}
await local.stop();
await remote.stop();
if (failed > 0 && serverLog) console.log(`the servers logged:\n${serverLog.trimEnd()}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
