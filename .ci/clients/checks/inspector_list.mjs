// `--strict` ends with an error where some client is known to refuse a schema.

import assert from 'node:assert/strict';
import { inspect } from './inspector.mjs';
import { localTools } from './surroundings.mjs';

const { result, stderr } = inspect('--method', 'tools/list', '--strict');
assert.equal(result.tools.length, localTools);
// Its warnings are about values that may be null: no type is given, since none that every client
// takes would be true.
assert.match(stderr, /^0 errors/m);
