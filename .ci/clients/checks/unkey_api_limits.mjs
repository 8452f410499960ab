// The official TypeScript SDK, unmodified, against the embedded Unkey: rate limits, and what analytics
// tell of them and of keys.

import assert from 'node:assert/strict';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });
const { analytics, ratelimit } = unkey;

const namespace = fresh('sdk');
const check = { namespace, identifier: 'someone', limit: 2, duration: 3_600_000 };
assert.equal((await ratelimit.limit(check)).data.remaining, 1);
const { data: both } = await ratelimit.multiLimit([check, { ...check, identifier: 'another', cost: 3 }]);
assert.equal(both.passed, false);
assert.deepEqual(both.limits.map(({ passed }) => passed), [true, false]);

const override = { namespace, identifier: 'v*', limit: 9, duration: 60_000 };
const { overrideId } = (await ratelimit.setOverride(override)).data;
assert.equal((await ratelimit.getOverride({ namespace, identifier: 'vip' })).data.overrideId, overrideId);
assert.equal((await ratelimit.limit({ ...check, identifier: 'vip' })).data.overrideId, overrideId);
const overrides = [];
for await (const page of await ratelimit.listOverrides({ namespace })) overrides.push(...page.result.data);
assert.deepEqual(overrides.map(({ identifier }) => identifier), ['v*']);
await ratelimit.deleteOverride({ namespace, identifier: 'v*' });
await assert.rejects(ratelimit.getOverride({ namespace, identifier: 'vip' }), errors.NotFoundErrorResponse);

const rows = async (query) => (await analytics.getRatelimits({ query })).data;
const [{ id }] = await rows(`SELECT namespace_id AS id FROM ratelimits_v1 WHERE override_id = '${overrideId}'`);
const where = `WHERE namespace_id = '${id}'`;
assert.deepEqual(
  await rows(`SELECT passed, count() AS n, sum(tokens) AS cost FROM ratelimits_v1 ${where} GROUP BY passed ORDER BY passed`),
  [{ passed: false, n: 1, cost: 3 }, { passed: true, n: 3, cost: 3 }],
);
const sums = 'sum(total) AS total, sum(passed) AS passed, sum(total_tokens) AS cost, sum(passed_tokens) AS paid';
assert.deepEqual(await rows(`SELECT ${sums} FROM ratelimits_per_day_v1 ${where}`), [{ total: 4, passed: 3, cost: 6, paid: 3 }]);
await assert.rejects(rows('SELECT 1 FROM key_verifications_v1'), errors.BadRequestErrorResponse);

const { apiId } = (await unkey.apis.createApi({ name: namespace })).data;
const { keyId, key } = (await unkey.keys.createKey({ apiId, credits: { remaining: 1 } })).data;
for (let time = 0; time < 2; time += 1) await unkey.keys.verifyKey({ key });
const query = `SELECT outcome, source, count() AS n FROM key_verifications_v1 WHERE key_id = '${keyId}' GROUP BY outcome, source ORDER BY outcome`;
assert.deepEqual((await analytics.getVerifications({ query })).data, [
  { outcome: 'USAGE_EXCEEDED', source: 'api', n: 1 },
  { outcome: 'VALID', source: 'api', n: 1 },
]);
for (const about of ['getGatewayRequests', 'getRuntimeLogs']) {
  await assert.rejects(analytics[about]({ query: 'SELECT 1' }), errors.PreconditionFailedErrorResponse);
}
await unkey.apis.deleteApi({ apiId });
