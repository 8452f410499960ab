// The official rate-limit SDK, unmodified, against the embedded Unkey.

import assert from 'node:assert/strict';
import { NoopRatelimit, Overrides, Ratelimit } from '@unkey/ratelimit';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const namespace = fresh('sdk');
const settings = { rootKey, namespace, baseUrl: localUrl, limit: 2, duration: '60s', timeout: false };
const limiter = new Ratelimit(settings);

assert.deepEqual((({ success, limit, remaining }) => ({ success, limit, remaining }))(await limiter.limit('someone')), {
  success: true,
  limit: 2,
  remaining: 1,
});
assert.equal((await limiter.limit('someone', { cost: 2 })).success, false);
assert.equal((await limiter.limit('someone else')).remaining, 1);
assert.equal((await limiter.limit('another', { limit: { limit: 7, duration: '1h' } })).remaining, 6);
assert.equal((await new NoopRatelimit().limit('someone')).success, true);

const overrides = new Overrides({ rootKey, baseUrl: localUrl });
const override = { namespace, identifier: 'vip', limit: 9, duration: 60_000 };
const { overrideId } = (await overrides.setOverride(override)).data;
const found = await overrides.getOverride({ namespace, identifier: 'vip' });
assert.equal(found.data.limit, 9);
const { limit, overrideId: applied } = await limiter.limit('vip');
assert.deepEqual({ limit, applied }, { limit: 9, applied: overrideId });
const { data: listed } = await overrides.listOverrides({ namespace });
assert.deepEqual(listed.map(({ identifier }) => identifier), ['vip']);
await overrides.deleteOverride({ namespace, identifier: 'vip' });
assert.equal((await limiter.limit('vip')).limit, 2);

const stranger = new Ratelimit({ ...settings, rootKey: 'unkey_of_nobody' });
await assert.rejects(stranger.limit('someone'), { name: 'UnauthorizedErrorResponse', statusCode: 401 });
const lenient = new Ratelimit({ ...settings, rootKey: 'unkey_of_nobody', onError: () => ({ success: true, limit: 0, remaining: 0, reset: 0 }) });
assert.equal((await lenient.limit('someone')).success, true);
