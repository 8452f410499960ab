// Usage: typescript_sdk_1.mjs http|stdio

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { binary, exercise, header, localUrl } from './surroundings.mjs';

const [transport] = process.argv.slice(2);
const client = new Client({ name: 'checks', version: '1' });
await client.connect(
  transport === 'http'
    ? new StreamableHTTPClientTransport(new URL(`${localUrl}/mcp/v2`), { requestInit: { headers: header } })
    : new StdioClientTransport({ command: binary, args: ['stdio', '--local=:memory:'] }),
);
await exercise(client);
await client.close();
