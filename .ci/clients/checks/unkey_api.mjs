// The official TypeScript SDK, unmodified, against the embedded Unkey: APIs and keys.

import assert from 'node:assert/strict';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });

const name = fresh('unkey-api');
const { data: api } = await unkey.apis.createApi({ name });
const { apiId } = api;
assert.equal((await unkey.apis.getApi({ apiId })).data.name, name);
const { data: made } = await unkey.keys.createKey({
  apiId,
  prefix: 'sdk',
  name: 'first',
  externalId: fresh('owner'),
  meta: { plan: 'pro' },
  credits: { remaining: 2 },
  ratelimits: [{ name: 'requests', limit: 5, duration: 60_000, autoApply: true }],
});
const { keyId } = made;
assert.match(made.key, /^sdk_/);

const code = async (key) => (await unkey.keys.verifyKey({ key })).data.code;
const verified = await unkey.keys.verifyKey({ key: made.key, tags: ['path=/v1'], credits: { cost: 1 } });
assert.equal(verified.data.code, 'VALID');
assert.equal(verified.data.credits, 1);
assert.deepEqual(verified.data.meta, { plan: 'pro' });
assert.equal(verified.data.ratelimits[0].remaining, 4);

const credits = async (operation, value) =>
  (await unkey.keys.updateCredits({ keyId, operation, value })).data.remaining;
assert.equal(await credits('increment', 4), 5);
assert.equal(await credits('decrement', 2), 3);
assert.equal(await credits('set', 7), 7);

await unkey.keys.updateKey({ keyId, name: 'second', credits: null });
const { data: key } = await unkey.keys.getKey({ keyId });
assert.equal(key.name, 'second');
assert.equal(key.credits ?? undefined, undefined);
assert.equal((await unkey.keys.whoami({ key: made.key })).data.keyId, keyId);

const { data: successor } = await unkey.keys.rerollKey({ keyId, expiration: 0 });
assert.notEqual(successor.keyId, keyId);
assert.equal(await code(made.key), 'EXPIRED');
assert.equal(await code(successor.key), 'VALID');

const pages = [];
for await (const page of await unkey.apis.listKeys({ apiId, limit: 1 })) pages.push(page.result.data);
assert.deepEqual(pages.map((keys) => keys.length), [1, 1]);
assert.deepEqual(pages.flat().map((listed) => listed.keyId).sort(), [keyId, successor.keyId].sort());

await unkey.keys.updateKey({ keyId: successor.keyId, enabled: false });
assert.equal(await code(successor.key), 'DISABLED');
for (const gone of [keyId, successor.keyId]) await unkey.keys.deleteKey({ keyId: gone });
assert.equal(await code(successor.key), 'NOT_FOUND');

await assert.rejects(unkey.keys.getKey({ keyId }), (error) => {
  assert.ok(error instanceof errors.NotFoundErrorResponse, String(error));
  assert.equal(error.error.status, 404);
  assert.match(error.error.type, /key_not_found$/);
  assert.match(error.meta.requestId, /^req_/);
  return true;
});
// Migrations are made with a command, and this server has no file for one to work on.
await assert.rejects(
  unkey.keys.migrateKeys({ migrationId: 'mig_none', apiId, keys: [{ hash: 'a'.repeat(64) }] }),
  (error) => /migration_not_found$/.test(error.error.type),
);
await assert.rejects(unkey.apis.createApi({ name: '' }), errors.BadRequestErrorResponse);
const stranger = new Unkey({ rootKey: 'unkey_of_nobody', serverURL: localUrl });
await assert.rejects(stranger.apis.getApi({ apiId }), errors.UnauthorizedErrorResponse);

await unkey.apis.deleteApi({ apiId });
await assert.rejects(unkey.apis.getApi({ apiId }), errors.NotFoundErrorResponse);
