// For SDKs that take no address: both builds of the SDK under them are told of the embedded Unkey. To
// be imported before them.

import { createRequire } from 'node:module';
import { localUrl } from './surroundings.mjs';

const config = '@unkey/api/lib/config.js';
for (const build of [createRequire(import.meta.url)(config), await import(config)]) build.ServerList[0] = localUrl;

/** A program asks with a header as its users would. */
export const bearer = (key) => ({ headers: { Authorization: `Bearer ${key}` } });
