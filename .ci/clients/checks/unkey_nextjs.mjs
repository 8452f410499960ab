// The official wrapper for handlers of Next.js against the embedded Unkey.

import assert from 'node:assert/strict';
import { bearer } from './redirected.mjs';
import { Unkey } from '@unkey/api';
import { withUnkey } from '@unkey/nextjs';
import server from 'next/server.js';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });
const { apiId } = (await unkey.apis.createApi({ name: fresh('nextjs') })).data;
const { keyId, key } = (await unkey.keys.createKey({ apiId, permissions: ['docs.read'] })).data;

const shown = (request) => server.NextResponse.json(request.unkey.data);
/** What a handler answers that was wrapped with those settings. */
const ask = (settings, headers = bearer(key)) => {
  const handler = withUnkey(shown, { rootKey, ...settings });
  return handler(new server.NextRequest('http://localhost/api', headers), { params: Promise.resolve({}) });
};

assert.equal((await ask({}, {})).status, 401);
assert.equal((await (await ask({ tags: ['path=/api'] })).json()).code, 'VALID');
assert.equal((await (await ask({ permissions: 'docs.read' })).json()).keyId, keyId);
assert.equal((await ask({ permissions: 'docs.write' })).status, 401);
assert.equal((await (await ask({ getKey: (request) => request.headers.get('x-key') }, { headers: { 'x-key': key } })).json()).valid, true);
const refused = await ask({ handleInvalidKey: (_, result) => new Response(result.data.code, { status: 403 }) }, bearer('nobody_has_it'));
assert.deepEqual([refused.status, await refused.text()], [403, 'NOT_FOUND']);
// The wrapper's own `onError` is for answers that Unkey does not document.
await assert.rejects(ask({ rootKey: 'unkey_of_nobody' }), { name: 'UnauthorizedErrorResponse', statusCode: 401 });

const query = `SELECT arrayJoin(tags) AS tag FROM key_verifications_v1 WHERE key_id = '${keyId}'`;
assert.deepEqual((await unkey.analytics.getVerifications({ query })).data, [{ tag: 'path=/api' }]);
await unkey.apis.deleteApi({ apiId });
