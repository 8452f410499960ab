// The official TypeScript SDK, unmodified, against the embedded Unkey: identities, and the portal that
// their people see.

import assert from 'node:assert/strict';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });
const { identities } = unkey;

const externalId = fresh('user');
const limit = { name: 'requests', limit: 2, duration: 60_000, autoApply: true };
const { identityId } = (await identities.createIdentity({ externalId, meta: { plan: 'pro' }, ratelimits: [limit] })).data;
await assert.rejects(identities.createIdentity({ externalId }), errors.ConflictErrorResponse);

const { apiId } = (await unkey.apis.createApi({ name: externalId })).data;
const pair = [];
for (let made = 0; made < 2; made += 1) pair.push((await unkey.keys.createKey({ apiId, externalId })).data.key);
const codes = [];
for (const key of [...pair, pair[0]]) codes.push((await unkey.keys.verifyKey({ key })).data.code);
// Keys of one owner share its limits.
assert.deepEqual(codes, ['VALID', 'VALID', 'RATE_LIMITED']);

const { data: changed } = await identities.updateIdentity({ identity: externalId, meta: { plan: 'free' }, ratelimits: [] });
assert.deepEqual(changed.meta, { plan: 'free' });
const { data: found } = await identities.getIdentity({ identity: identityId });
assert.equal(found.externalId, externalId);
assert.deepEqual(found.meta, { plan: 'free' });
const listed = [];
for await (const page of await identities.listIdentities({ search: externalId })) listed.push(...page.result.data);
assert.deepEqual(listed.map(({ id }) => id), [identityId]);

const scopes = ['keys:read', 'keys:reroll', 'analytics:read'];
const session = await unkey.portal.createSession({ portal: 'local', externalId, scopes });
assert.deepEqual(session.headers['cache-control'], ['no-store']);
const code = new URL(session.result.data.url).searchParams.get('code');
const { data: token } = (await unkey.portal.exchangeCode({ code })).result;
assert.ok(token.accessToken && token.expiresAt > Date.now());
await assert.rejects(unkey.portal.exchangeCode({ code }), errors.UnauthorizedErrorResponse);
await assert.rejects(
  unkey.portal.createSession({ portal: 'elsewhere', externalId, scopes }),
  (error) => /portal_not_found$/.test(error.error.type),
);

await identities.deleteIdentity({ identity: externalId });
await assert.rejects(identities.getIdentity({ identity: externalId }), errors.NotFoundErrorResponse);
await unkey.apis.deleteApi({ apiId });
