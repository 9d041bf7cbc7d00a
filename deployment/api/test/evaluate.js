// Runs one handler of a resolver the way AppSync does: a context in, a value, an abort or a filter out.
import assert from 'node:assert/strict';
import { begin, stopped } from '@aws-appsync/utils';

const AUTH_TYPES = { API_KEY: 'API Key Authorization', IAM: 'IAM Authorization', OIDC: 'Open ID Connect Authorization' };

/** A context as AppSync builds one; `identity` is null under an API key. */
export function context({ args = {}, identity = null, result, error } = {}) {
  return Object.freeze({ args: Object.freeze(args), arguments: Object.freeze(args), identity, result, error, stash: {}, prev: null, source: null });
}

/** Evaluates `handler` for a caller who came in by `authMode`: `{value, aborted, filter}`. Values pass through JSON, as they do in AppSync. */
export function evaluate(handler, ctx, authMode = 'API_KEY') {
  assert.ok(authMode in AUTH_TYPES, `no such way in: ${authMode}`);
  const state = begin(AUTH_TYPES[authMode]);
  const filter = () => state.extensions.filter ?? undefined;
  try {
    const value = handler(ctx);
    return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)), aborted: undefined, filter: filter() };
  } catch (error) {
    const outcome = stopped(error);
    if (outcome === undefined) throw error;
    return { value: undefined, aborted: outcome.error ?? { type: 'Unauthorized' }, filter: filter() };
  }
}
