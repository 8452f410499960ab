import assert from 'node:assert/strict';
import { inspect } from './inspector.mjs';
import { fresh } from './surroundings.mjs';

const call = (tool, ...args) => {
  const pairs = args.flatMap((pair) => ['--tool-arg', pair]);
  const { result } = inspect('--method', 'tools/call', '--tool-name', tool, ...pairs);
  assert.ok(!result.isError, JSON.stringify(result));
  return result.structuredContent.data;
};

const { apiId } = call('apis_create_api', `name=${fresh('inspector')}`);
const { key } = call('keys_create_key', `apiId=${apiId}`, 'byteLength=24', 'enabled=false');
assert.equal(call('keys_verify_key', `key=${key}`).code, 'DISABLED');
call('apis_delete_api', `apiId=${apiId}`);
