// mcp-remote as Claude Desktop starts it: `npx`, the header's value in the environment.

import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** Connects a client through the bridge, gives it to `use`, and ends both. */
export async function bridged({ bridge, url, flags = [], env = {} }, use) {
  const transport = new StdioClientTransport({
    command: 'npx',
    args: ['--yes', bridge, `${url}/mcp/v2`, '--header', 'MCP-UNKEY-BEARER-AUTH:${UNKEY_ROOT_KEY}', ...flags],
    env: { ...process.env, ...env },
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr.on('data', (text) => (log += text));
  const client = new Client({ name: 'checks', version: '1' });
  try {
    await client.connect(transport);
    await use(client);
  } catch (error) {
    console.log(log);
    throw error;
  } finally {
    await client.close();
  }
  // It looks for an OAuth server in any case; what must not happen is that it goes through one.
  assert.ok(!/authentication required|authorize this client|browser/i.test(log), log);
}
