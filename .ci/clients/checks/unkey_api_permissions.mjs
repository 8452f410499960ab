// The official TypeScript SDK, unmodified, against the embedded Unkey: permissions, roles, and which
// keys have them.

import assert from 'node:assert/strict';
import { Unkey } from '@unkey/api';
import * as errors from '@unkey/api/models/errors';
import { fresh, localUrl, rootKey } from './surroundings.mjs';

const unkey = new Unkey({ rootKey, serverURL: localUrl });
const { permissions, keys } = unkey;

const word = fresh('sdk');
const [read, write] = [`${word}.read`, `${word}.write`];
const slugs = (shown) => shown.map(({ slug }) => slug).sort();
const all = async (lists) => {
  const found = [];
  for await (const page of await lists) found.push(...page.result.data);
  return found;
};

const { permissionId } = (await permissions.createPermission({ name: 'Read', slug: read })).data;
assert.equal((await permissions.getPermission({ permission: permissionId })).data.slug, read);
await assert.rejects(permissions.createPermission({ name: 'Read', slug: read }), errors.ConflictErrorResponse);

const { roleId } = (await permissions.createRole({ name: `${word} editor`, permissions: [read, write] })).data;
assert.deepEqual(slugs((await permissions.getRole({ role: roleId })).data.permissions), [read, write]);
assert.deepEqual(slugs(await all(permissions.listPermissions({ search: word, limit: 1 }))), [read, write]);
assert.deepEqual((await all(permissions.listRoles({ search: word }))).map(({ id }) => id), [roleId]);

const { apiId } = (await unkey.apis.createApi({ name: word })).data;
const { keyId, key } = (await keys.createKey({ apiId })).data;
const may = async (query) => (await keys.verifyKey({ key, permissions: query })).data.code;
assert.equal(await may(read), 'INSUFFICIENT_PERMISSIONS');
assert.equal((await keys.addRoles({ keyId, roles: [`${word} editor`] })).data[0].id, roleId);
assert.equal(await may(`${read} AND ${write}`), 'VALID');

const { data: set } = await permissions.setRolePermissions({ roleId, permissions: [write] });
assert.deepEqual(slugs(set), [write]);
assert.equal(await may(read), 'INSUFFICIENT_PERMISSIONS');

assert.deepEqual(slugs((await keys.addPermissions({ keyId, permissions: [read] })).data), [read]);
assert.equal(await may(`${read} AND ${write}`), 'VALID');
assert.deepEqual(slugs((await keys.setPermissions({ keyId, permissions: [write] })).data), [write]);
assert.deepEqual((await keys.removePermissions({ keyId, permissions: [write] })).data, []);
assert.deepEqual((await keys.removeRoles({ keyId, roles: [`${word} editor`] })).data, []);
assert.equal((await keys.setRoles({ keyId, roles: [`${word} editor`] })).data[0].name, `${word} editor`);

await permissions.deleteRole({ role: roleId });
await permissions.deletePermission({ permission: read });
await permissions.deletePermission({ permission: write });
await assert.rejects(permissions.getRole({ role: roleId }), errors.NotFoundErrorResponse);
assert.deepEqual(await all(permissions.listPermissions({ search: word })), []);
await unkey.apis.deleteApi({ apiId });
