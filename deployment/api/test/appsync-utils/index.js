// A strict stand-in for the module AppSync provides: it holds what our resolvers use, checks how they use it, and throws on everything else by name.
// The real package of that name carries types only; at run time the code exists nowhere but inside AppSync.
// Behaviour follows https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html and .../extensions-js.html.
import assert from 'node:assert/strict';

/** What util.error, and util.unauthorized, end an evaluation with. */
export class Abort extends Error {
  constructor(message, type, data, errorInfo) {
    super(message);
    this.type = type;
    this.data = data;
    this.errorInfo = errorInfo;
  }
}

const OPERATORS = ['eq', 'ne', 'le', 'lt', 'ge', 'gt', 'contains', 'notContains', 'beginsWith', 'in', 'notIn', 'between', 'containsAny'];
const AUTH_TYPES = { API_KEY: 'API Key Authorization', IAM: 'IAM Authorization', OIDC: 'Open ID Connect Authorization' };

let state;

/** Starts an evaluation: who calls, by API_KEY, IAM or OIDC. Returns what the resolver does to its surroundings. */
export function begin(authMode) {
  assert.ok(authMode in AUTH_TYPES, `no such way in: ${authMode}`);
  state = { authMode, subscriptionFilter: undefined };
  return state;
}

function strict(name, members) {
  return new Proxy(members, {
    get(target, key) {
      assert.ok(Object.hasOwn(target, key), `${name}.${String(key)} is not in the stand-in: check that AppSync has it, then add it here`);
      return target[key];
    },
    set(_, key) {
      assert.fail(`${name}.${String(key)} is read-only`);
    },
  });
}

export const util = strict('util', {
  error(message, type, data, errorInfo) {
    assert.equal(typeof message, 'string', 'util.error needs a message');
    assert.ok(type === undefined || typeof type === 'string', 'an error type is a string');
    throw new Abort(message, type, data, errorInfo);
  },
  unauthorized() {
    throw new Abort('Unauthorized', 'UnauthorizedException');
  },
  autoId() {
    return crypto.randomUUID();
  },
  authType() {
    return AUTH_TYPES[state.authMode];
  },
  // Java's Matcher.find, for the patterns both languages read alike.
  matches(pattern, text) {
    assert.equal(typeof pattern, 'string', 'APPSYNC_JS has no regular expression literals');
    assert.equal(typeof text, 'string', 'util.matches needs a text');
    return new RegExp(pattern, 'u').test(text);
  },
  time: strict('util.time', {
    nowISO8601() {
      return new Date().toISOString();
    },
  }),
  transform: strict('util.transform', {
    toSubscriptionFilter(filter) {
      const fields = Object.entries(filter);
      assert.ok(fields.length >= 1 && fields.length <= 5, 'a filter has one to five fields');
      for (const [field, conditions] of fields) {
        for (const [operator, value] of Object.entries(conditions)) {
          // AppSync ignores an operator it does not know, and such a filter lets everything through or nothing.
          assert.ok(OPERATORS.includes(operator), `${field}: no operator ${operator}`);
          assert.ok(typeof value === 'string' && value.length <= 256, `${field}: a string of at most 256 characters`);
        }
      }
      return { filterGroup: [{ filters: fields.map(([fieldName, conditions]) => ({ fieldName, conditions })) }] };
    },
  }),
});

export const extensions = strict('extensions', {
  setSubscriptionFilter(filter) {
    assert.ok(filter?.filterGroup, 'pass what util.transform.toSubscriptionFilter returns');
    assert.equal(state.subscriptionFilter, undefined, 'the filter is set once');
    state.subscriptionFilter = filter;
  },
});
