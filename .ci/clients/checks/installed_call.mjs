// A whole session of a real client, in which a model makes a call through the server that
// `unkey-mcp install` wrote into the client's own configuration. Usage: installed_call.mjs CLIENT
//
// What the user had set for the server before, such as that its tools need no approval, stays.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startModel } from './model.mjs';
import { binary } from './surroundings.mjs';

/** How long a client may take to end once its model is done. */
const PARTING_MS = 5000;

const TOOL = 'apis_create_api';

/** What a client is told beside the server, and how a session of it is started. */
const CLIENTS = {
  'claude-code': () => ({
    command: [
      'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs',
      ...['-p', 'go', '--allowedTools', `mcp__unkey__${TOOL}`],
    ],
    env: {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  }),
  codex: () => ({
    file: '.codex/config.toml',
    text: [
      'model = "none"',
      'model_provider = "stand_in"',
      'check_for_update_on_startup = false',
      '[analytics]',
      'enabled = false',
      '[model_providers.stand_in]',
      'name = "stand-in"',
      `base_url = "${model.url}/v1"`,
      'wire_api = "responses"',
      '[mcp_servers.unkey]',
      'default_tools_approval_mode = "approve"',
    ].join('\n'),
    command: ['node_modules/@openai/codex/bin/codex.js', 'exec', '--skip-git-repo-check', 'go'],
  }),
  gemini: () => ({
    file: '.gemini/settings.json',
    text: JSON.stringify({
      mcpServers: { unkey: { trust: true } },
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { disableAutoUpdate: true, disableUpdateNag: true },
    }),
    command: [
      'node_modules/@google/gemini-cli/bundle/gemini.js',
      ...['-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', 'go'],
    ],
    env: { GOOGLE_GEMINI_BASE_URL: model.url, GEMINI_API_KEY: 'none' },
  }),
};

const [client] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'installed-'));
const model = await startModel(TOOL, { name: 'payments' });
try {
  const { command, file, text, env } = CLIENTS[client]();
  const surroundings = { PATH: process.env.PATH, HOME: home, DO_NOT_TRACK: '1', NO_COLOR: '1', ...env };
  if (file) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text);
  }
  const own = (...args) => spawnSync(binary, args, { cwd: home, env: surroundings, encoding: 'utf8', input: '' });
  const installed = own('install', '--yes', client, '--local=:memory:');
  assert.equal(installed.status, 0, installed.stdout + installed.stderr);
  const [program, ...rest] = command;
  const session = spawn(process.execPath, [join(process.cwd(), program), ...rest], {
    cwd: home,
    env: surroundings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [session.stdout, session.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => (output += part));
  }
  const closed = once(session, 'close');
  // Gemini CLI does not always end by itself.
  await Promise.race([closed, model.done.then(() => sleep(PARTING_MS))]);
  session.kill();
  await closed;
  assert.match(model.heard.join('\n'), /api_[A-Za-z0-9]+/, `the model heard nothing of its call:\n${output}`);
  // What the client added to its configuration meanwhile is nothing wrong.
  const looked = own('doctor', '--local=:memory:');
  assert.equal(looked.status, 0, looked.stdout + looked.stderr);
} finally {
  model.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
