// Usage: mcp_remote.mjs BRIDGE [FLAG…]

import { bridged } from './bridge.mjs';
import { exercise, localUrl, rootKey } from './surroundings.mjs';

const [bridge, ...flags] = process.argv.slice(2);
await bridged({ bridge, url: localUrl, flags, env: { UNKEY_ROOT_KEY: rootKey } }, exercise);
