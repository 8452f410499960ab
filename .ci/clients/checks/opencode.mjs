// opencode takes the block that docs/clients.md has for it, lists the server as connected, and in a
// whole session makes the call that its model asks for.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startModel } from './model.mjs';
import { binary } from './surroundings.mjs';

// The package's own program is put in its place by a script after an installation.
const platform = `opencode-${process.platform}-${process.arch}`;
const program = join(dirname(createRequire(import.meta.url).resolve(`${platform}/package.json`)), 'bin/opencode');

const documentation = readFileSync(join(process.env.CHECK_REPOSITORY, 'docs/clients.md'), 'utf8');
const [, block] = documentation.match(/\nopencode:\n\n```json\n([^]*?)\n```/);
const configuration = JSON.parse(block);
assert.deepEqual(configuration.mcp.unkey.command, ['unkey-mcp', 'stdio', '--local']);
configuration.mcp.unkey.command = [binary, 'stdio', '--local=:memory:'];

const home = mkdtempSync(join(tmpdir(), 'opencode-'));
const model = await startModel('apis_create_api', { name: 'payments' });

/** Runs opencode to its end; returns all that it said. */
async function run(...args) {
  const session = spawn(program, args, {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [session.stdout, session.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const [status] = await once(session, 'close');
  assert.equal(status, 0, output);
  return output;
}

try {
  configuration.provider = {
    anthropic: {
      options: { baseURL: `${model.url}/v1`, apiKey: 'none' },
      models: { none: { name: 'none', tool_call: true, limit: { context: 100_000, output: 1_000 } } },
    },
  };
  const folder = join(home, '.config/opencode');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'opencode.json'), JSON.stringify(configuration));
  assert.match(await run('mcp', 'list'), /unkey .*connected/);
  const output = await run('run', '--model', 'anthropic/none', 'go');
  assert.match(model.heard.join('\n'), /api_[A-Za-z0-9]+/, `the model heard nothing of its call:\n${output}`);
} finally {
  model.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
