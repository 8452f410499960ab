// Usage: typescript_sdk_2.mjs http|stdio legacy|auto|VERSION

import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { binary, exercise, header, localUrl } from './surroundings.mjs';

const [transport, mode] = process.argv.slice(2);
const client = new Client(
  { name: 'checks', version: '1' },
  { versionNegotiation: { mode: /^\d/.test(mode) ? { pin: mode } : mode } },
);
await client.connect(
  transport === 'http'
    ? new StreamableHTTPClientTransport(new URL(`${localUrl}/mcp/v2`), { requestInit: { headers: header } })
    : new StdioClientTransport({ command: binary, args: ['stdio', '--local=:memory:'] }),
);
assert.equal(client.getProtocolEra(), mode === 'legacy' ? 'legacy' : 'modern');
assert.match(client.getInstructions(), /Unkey/);
await exercise(client);
await client.close();
