// What happens to an API that a model asks to delete, in a whole session of a real client that nobody
// sits at. Usage: confirm.mjs claude|codex|gemini auto|always|never
//
// docs/security.md says the same, client by client.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startModel } from './model.mjs';
import { binary } from './surroundings.mjs';

/** How long a client may take to end once its model is done. */
const PARTING_MS = 5000;

const [client, mode] = process.argv.slice(2);

/** Whether the API is deleted, and what the model hears of its call. */
const EXPECTED = {
  // It declares forms and refuses by itself where nobody sits at it.
  claude: {
    auto: [false, /client refused the question at once/],
    always: [false, /client refused the question at once/],
    never: [true, /requestId/],
  },
  codex: {
    auto: [false, /client refused the question at once/],
    always: [false, /client refused the question at once/],
    never: [true, /requestId/],
  },
  // It declares none: its own approval is what there is, and was given in advance here.
  gemini: {
    auto: [true, /requestId/],
    always: [false, /a person has to agree first.*`confirm`/s],
    never: [true, /requestId/],
  },
};

const home = mkdtempSync(join(tmpdir(), 'confirm-'));
const database = join(home, 'unkey.db');
const args = ['stdio', `--local=${database}`, `--confirm=${mode}`];

/** Calls a tool of the engine by itself, as a program does. */
function call(name, toolArguments) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name, arguments: toolArguments, _meta };
  const input = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`;
  const { stdout, stderr } = spawnSync(binary, ['stdio', `--local=${database}`], { input, encoding: 'utf8' });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout).result;
}

const CLIENTS = {
  claude: (model) => {
    const servers = join(home, 'servers.json');
    writeFileSync(servers, JSON.stringify({ mcpServers: { unkey: { command: binary, args } } }));
    const program = 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs';
    const flags = ['--mcp-config', servers, '--strict-mcp-config', '--allowedTools', 'mcp__unkey__apis_delete_api'];
    const env = {
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
    };
    return { command: [program, '-p', 'go', ...flags], env };
  },
  codex: (model) => {
    const folder = join(home, '.codex');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'config.toml'),
      [
        'model = "none"',
        'model_provider = "stand_in"',
        'check_for_update_on_startup = false',
        '[analytics]',
        'enabled = false',
        '[model_providers.stand_in]',
        'name = "stand-in"',
        `base_url = "${model}/v1"`,
        'wire_api = "responses"',
        '[mcp_servers.unkey]',
        `command = ${JSON.stringify(binary)}`,
        `args = ${JSON.stringify(args)}`,
        'default_tools_approval_mode = "approve"',
      ].join('\n'),
    );
    const command = ['node_modules/@openai/codex/bin/codex.js', 'exec', '--skip-git-repo-check', 'go'];
    return { command, env: { CODEX_HOME: folder } };
  },
  gemini: (model) => {
    const folder = join(home, '.gemini');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'settings.json'),
      JSON.stringify({
        mcpServers: { unkey: { command: binary, args, trust: true } },
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
        general: { disableAutoUpdate: true, disableUpdateNag: true },
      }),
    );
    const command = ['node_modules/@google/gemini-cli/bundle/gemini.js', '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', 'go'];
    return { command, env: { GOOGLE_GEMINI_BASE_URL: model, GEMINI_API_KEY: 'none' } };
  },
};

const { apiId } = call('apis_create_api', { name: 'payments' }).structuredContent.data;
const model = await startModel('apis_delete_api', { apiId });
try {
  const { command, env } = CLIENTS[client](model.url);
  const [program, ...rest] = command;
  const session = spawn(process.execPath, [join(process.cwd(), program), ...rest], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, DO_NOT_TRACK: '1', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [session.stdout, session.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const closed = once(session, 'close');
  // Gemini CLI does not always end by itself.
  await Promise.race([closed, model.done.then(() => sleep(PARTING_MS))]);
  session.kill();
  await closed;
  const heard = model.heard.join('\n');
  assert.ok(heard, `the model heard nothing of its call:\n${output}`);
  const [deleted, words] = EXPECTED[client][mode];
  assert.match(heard, words, output);
  assert.equal(call('apis_get_api', { apiId }).isError ?? false, deleted, heard);
} finally {
  model.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
