// What local AWS runs resolvers on (local/localaws/appsync/evaluation/runtime.js), as the module the resolvers import.
// Here it is strict besides: what the stand-in does not have is refused by name, where plain JavaScript would say `undefined`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../../../../local/localaws/appsync/evaluation/runtime.js', import.meta.url), 'utf8');
const appsync = new Function(`${source}; return __appsync;`)();

export const { begin, stopped } = appsync;

function strict(name, members) {
  const wrapped = Object.fromEntries(
    Object.entries(members).map(([key, value]) => [key, typeof value === 'object' ? strict(`${name}.${key}`, value) : value]),
  );
  return new Proxy(wrapped, {
    get(target, key) {
      assert.ok(Object.hasOwn(target, key), `${name}.${String(key)} is not in the stand-in: check that AppSync has it, then add it there`);
      return target[key];
    },
    set(_, key) {
      assert.fail(`${name}.${String(key)} is read-only`);
    },
  });
}

export const util = strict('util', appsync.module.util);
export const extensions = strict('extensions', appsync.module.extensions);
export const runtime = strict('runtime', appsync.module.runtime);
