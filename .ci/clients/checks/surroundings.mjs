// What the runner tells a check, and what every MCP client must see.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

const told = (name) => process.env[`CHECK_${name}`];

export const binary = told('BINARY');
/** `serve --local`: where it is, what opens it, how many tools it lists. */
export const localUrl = told('LOCAL_URL');
export const rootKey = told('ROOT_KEY');
export const localTools = Number(told('LOCAL_TOOLS'));
/** `serve` for an Unkey that does not answer. */
export const remoteUrl = told('REMOTE_URL');
export const allTools = Number(told('ALL_TOOLS'));
export const header = { 'MCP-UNKEY-BEARER-AUTH': rootKey };

/** Does what Unkey's dashboard does, with a command on the database of `serve --local`; returns what it prints. */
export const operate = (...command) =>
  execFileSync(binary, [...command, `--local=${told('LOCAL_DATABASE')}`], { encoding: 'utf8' });

/** A name that no other check uses. */
export const fresh = (word) => `${word}-${process.pid}-${Date.now()}`;

/** Lists the tools and checks what any client relies on. */
export async function list(client, count) {
  const { tools } = await client.listTools();
  assert.equal(tools.length, count);
  for (const tool of tools) {
    assert.match(tool.name, /^[a-z0-9_]{1,40}$/);
    assert.equal(tool.inputSchema.type, 'object', tool.name);
    assert.ok(tool.annotations.title, tool.name);
  }
  return tools;
}

/**
 * Takes a key through its life. The SDKs compare structured content with the tool's output schema
 * by themselves, once they have the list.
 */
export async function exercise(client) {
  const tools = await list(client, localTools);
  assert.ok(!tools.some((tool) => tool.name.startsWith('deploy_')));

  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
    const { structuredContent } = result;
    assert.deepEqual(JSON.parse(result.content[0].text), structuredContent, name);
    assert.match(structuredContent.meta.requestId, /^req_/, name);
    return structuredContent.data;
  };

  const { apiId } = await call('apis_create_api', { name: fresh('checks') });
  const { keyId, key } = await call('keys_create_key', {
    apiId,
    prefix: 'check',
    // Sent as text, as some clients do.
    credits: '{"remaining": 1}',
  });
  assert.match(key, /^check_/);
  assert.equal((await call('keys_verify_key', { key })).code, 'VALID');
  assert.equal((await call('keys_verify_key', { key })).code, 'USAGE_EXCEEDED');
  await call('keys_update_key', { keyId, clear: ['credits'] });
  assert.equal((await call('keys_verify_key', { key })).valid, true);
  const limit = { namespace: fresh('checks'), identifier: 'someone', limit: 1, duration: 60_000 };
  assert.equal((await call('ratelimit_limit', limit)).success, true);
  assert.equal((await call('ratelimit_limit', limit)).success, false);
  await call('keys_delete_key', { keyId });
  await call('apis_delete_api', { apiId });

  const refused = await client.callTool({ name: 'apis_get_api', arguments: { apiId: 'api_nowhere123' } });
  assert.equal(refused.isError, true);
  assert.equal(refused.structuredContent, undefined);
  assert.match(refused.content[0].text, /404[^]*req_/);

  const mistaken = await client.callTool({ name: 'apis_get_api', arguments: { api: 'api_nowhere123' } });
  assert.equal(mistaken.isError, true);
  assert.match(mistaken.content[0].text, /apiId/);

  await assert.rejects(client.callTool({ name: 'apis_no_such_tool', arguments: {} }), /-32602|apis_no_such_tool/);
}
