// The official rate-limit SDK, unmodified, against the embedded Unkey.

import assert from 'node:assert/strict';
import { Overrides, Ratelimit } from '@unkey/ratelimit';
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

const overrides = new Overrides({ rootKey, baseUrl: localUrl });
const override = { namespace, identifier: 'vip', limit: 9, duration: 60_000 };
await overrides.setOverride(override);
const found = await overrides.getOverride({ namespace, identifier: 'vip' });
assert.equal(found.data.limit, 9);
assert.equal((await limiter.limit('vip')).limit, 9);
await overrides.deleteOverride({ namespace, identifier: 'vip' });

const stranger = new Ratelimit({ ...settings, rootKey: 'unkey_of_nobody' });
await assert.rejects(stranger.limit('someone'), { name: 'UnauthorizedErrorResponse', statusCode: 401 });
