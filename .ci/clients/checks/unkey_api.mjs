// The official TypeScript SDK, unmodified, against the embedded Unkey: APIs and keys.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, operate, rootKey } from './surroundings.mjs';

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
await recoverable();
await migration();
await assert.rejects(unkey.apis.createApi({ name: '' }), errors.BadRequestErrorResponse);
const stranger = new Unkey({ rootKey: 'unkey_of_nobody', serverURL: localUrl });
await assert.rejects(stranger.apis.getApi({ apiId }), errors.UnauthorizedErrorResponse);

await unkey.apis.deleteApi({ apiId });
await assert.rejects(unkey.apis.getApi({ apiId }), errors.NotFoundErrorResponse);

/** Keys that can be shown again. */
async function recoverable() {
  operate('api', apiId, '--encrypted-keys', 'true');
  const { data: kept } = await unkey.keys.createKey({ apiId, recoverable: true });
  const shown = async (decrypt) => (await unkey.keys.getKey({ keyId: kept.keyId, decrypt })).data.plaintext;
  assert.equal(await shown(true), kept.key);
  assert.equal(await shown(false), undefined);
  const { result } = await unkey.apis.listKeys({ apiId, decrypt: true });
  assert.deepEqual(result.data.map(({ plaintext }) => plaintext), [kept.key]);
  const { data: next } = await unkey.keys.rerollKey({ keyId: kept.keyId, expiration: 0 });
  assert.equal((await unkey.keys.getKey({ keyId: next.keyId, decrypt: true })).data.plaintext, next.key);
  for (const keyId of [kept.keyId, next.keyId]) await unkey.keys.deleteKey({ keyId });
}

/** Keys that come from elsewhere, as prefixed-api-key makes them: what it hashes is the last part. */
async function migration() {
  const made = operate('migration', 'create', '--algorithm', 'prefixed-api-key');
  const migrationId = made.match(/\bmig_\w+/)[0];
  const secret = fresh('secret');
  const hash = createHash('sha256').update(secret).digest('hex');
  const keys = [{ hash, name: 'old', permissions: ['docs.read'] }];
  const migrate = async () => (await unkey.keys.migrateKeys({ migrationId, apiId, keys })).data;
  const { migrated, failed } = await migrate();
  assert.deepEqual(failed, []);
  assert.deepEqual(migrated.map((key) => key.hash), [hash]);
  assert.deepEqual(await migrate(), { migrated: [], failed: [hash] });
  const { data } = await unkey.keys.verifyKey({ key: `old_short_${secret}`, migrationId });
  assert.equal(data.code, 'VALID');
  assert.equal(data.keyId, migrated[0].keyId);
  await assert.rejects(
    unkey.keys.migrateKeys({ migrationId: 'mig_none', apiId, keys }),
    (error) => /migration_not_found$/.test(error.error.type),
  );
}
