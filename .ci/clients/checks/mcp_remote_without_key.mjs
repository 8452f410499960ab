// Usage: mcp_remote_without_key.mjs BRIDGE
//
// The variable that should hold the root key is not set. Older bridges then send an empty header,
// newer ones the placeholder itself. Either way the tools must be there and a call must say what
// is wrong; a 401 would send the bridge into an OAuth dance.

import assert from 'node:assert/strict';
import { bridged } from './bridge.mjs';
import { allTools, list, remoteUrl } from './surroundings.mjs';

const [bridge] = process.argv.slice(2);
await bridged({ bridge, url: remoteUrl }, async (client) => {
  await list(client, allTools);
  const result = await client.callTool({ name: 'keys_create_key', arguments: { apiId: 'api_123456789' } });
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /MCP-UNKEY-BEARER-AUTH (is empty|holds `\$\{UNKEY_ROOT_KEY\}`)/);
  assert.match(result.content[0].text, /`env` block/);
});
