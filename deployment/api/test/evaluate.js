// Runs one handler of a resolver the way AppSync does: a context in, a value, an abort or a filter out.
import { Abort, begin } from '@aws-appsync/utils';

/** A context as AppSync builds one; `identity` is null under an API key. */
export function context({ args = {}, identity = null, result, error } = {}) {
  return Object.freeze({ args: Object.freeze(args), arguments: Object.freeze(args), identity, result, error, stash: {}, prev: null, source: null });
}

/** Evaluates `handler` for a caller who came in by `authMode`: `{value, aborted, filter}`. Values pass through JSON, as they do in AppSync. */
export function evaluate(handler, ctx, authMode = 'API_KEY') {
  const state = begin(authMode);
  try {
    const value = handler(ctx);
    return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)), aborted: undefined, filter: state.subscriptionFilter };
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    return { value: undefined, aborted: error, filter: state.subscriptionFilter };
  }
}
