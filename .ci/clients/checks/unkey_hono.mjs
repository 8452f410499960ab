// The official middleware for Hono against the embedded Unkey.

import assert from 'node:assert/strict';
import { bearer } from './redirected.mjs';
import { Unkey } from '@unkey/api';
import { unkey as middleware } from '@unkey/hono';
import { Hono } from 'hono';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });
const { apiId } = (await unkey.apis.createApi({ name: fresh('hono') })).data;
const { keyId, key } = (await unkey.keys.createKey({ apiId, permissions: ['docs.read'] })).data;

const app = new Hono();
const shown = (c) => c.json(c.get('unkey').data);
app.get('/plain', middleware({ rootKey, tags: ['path=/plain'] }), shown);
app.get('/may', middleware({ rootKey, permissions: 'docs.read' }), shown);
app.get('/may-not', middleware({ rootKey, permissions: 'docs.write' }), shown);
app.get('/query', middleware({ rootKey, getKey: (c) => c.req.query('key') }), shown);
app.get('/own', middleware({ rootKey, handleInvalidKey: (c, result) => c.text(result.data.code, 403) }), shown);
// The middleware's own `onError` is for answers that Unkey does not document.
app.get('/stranger', middleware({ rootKey: 'unkey_of_nobody' }), shown);
app.onError((error, c) => c.text(error.name, 502));
const code = async (path) => (await (await app.request(path, bearer(key))).json()).code;

assert.equal((await app.request('/plain')).status, 401);
assert.equal(await code('/plain'), 'VALID');
assert.equal(await code('/may'), 'VALID');
assert.equal(await code('/may-not'), 'INSUFFICIENT_PERMISSIONS');
assert.equal((await (await app.request(`/query?key=${key}`)).json()).keyId, keyId);
const refused = await app.request('/own', bearer('nobody_has_it'));
assert.deepEqual([refused.status, await refused.text()], [403, 'NOT_FOUND']);
const stranger = await app.request('/stranger', bearer(key));
assert.deepEqual([stranger.status, await stranger.text()], [502, 'UnauthorizedErrorResponse']);

const query = `SELECT arrayJoin(tags) AS tag FROM key_verifications_v1 WHERE key_id = '${keyId}'`;
assert.deepEqual((await unkey.analytics.getVerifications({ query })).data, [{ tag: 'path=/plain' }]);
await unkey.apis.deleteApi({ apiId });
