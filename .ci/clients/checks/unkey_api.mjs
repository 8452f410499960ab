// The official TypeScript SDK, unmodified, against the embedded Unkey.

import assert from 'node:assert/strict';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });

const { data: api } = await unkey.apis.createApi({ name: fresh('unkey-api') });
const { data: made } = await unkey.keys.createKey({
  apiId: api.apiId,
  prefix: 'sdk',
  name: 'first',
  externalId: fresh('owner'),
  meta: { plan: 'pro' },
  credits: { remaining: 2 },
  ratelimits: [{ name: 'requests', limit: 5, duration: 60_000, autoApply: true }],
});
assert.match(made.key, /^sdk_/);

const verified = await unkey.keys.verifyKey({ key: made.key });
assert.equal(verified.data.code, 'VALID');
assert.equal(verified.data.credits, 1);
assert.deepEqual(verified.data.meta, { plan: 'pro' });
assert.equal(verified.data.ratelimits[0].remaining, 4);

await unkey.keys.updateKey({ keyId: made.keyId, name: 'second', credits: null });
const { data: key } = await unkey.keys.getKey({ keyId: made.keyId });
assert.equal(key.name, 'second');
assert.equal(key.credits ?? undefined, undefined);

const pages = [];
for await (const page of await unkey.apis.listKeys({ apiId: api.apiId })) pages.push(page.result.data);
assert.deepEqual(pages.map((keys) => keys.map(({ keyId }) => keyId)), [[made.keyId]]);

await unkey.keys.updateKey({ keyId: made.keyId, enabled: false });
assert.equal((await unkey.keys.verifyKey({ key: made.key })).data.code, 'DISABLED');
await unkey.keys.deleteKey({ keyId: made.keyId });
assert.equal((await unkey.keys.verifyKey({ key: made.key })).data.code, 'NOT_FOUND');

await assert.rejects(unkey.keys.getKey({ keyId: made.keyId }), (error) => {
  assert.ok(error instanceof errors.NotFoundErrorResponse, String(error));
  assert.equal(error.error.status, 404);
  assert.match(error.error.type, /key_not_found$/);
  assert.match(error.meta.requestId, /^req_/);
  return true;
});
await assert.rejects(unkey.apis.createApi({ name: '' }), errors.BadRequestErrorResponse);
const stranger = new Unkey({ rootKey: 'unkey_of_nobody', serverURL: localUrl });
await assert.rejects(stranger.apis.getApi({ apiId: api.apiId }), errors.UnauthorizedErrorResponse);

await unkey.apis.deleteApi({ apiId: api.apiId });
await assert.rejects(unkey.apis.getApi({ apiId: api.apiId }), errors.NotFoundErrorResponse);
