// Runs once, when a subscription starts, and decides what it will ever receive.
import { extensions, util } from '@aws-appsync/utils';

export function request() {
  return { payload: null };
}

/**
 * Setting a filter switches AppSync's own matching of arguments off, so the session id stands in it.
 * Whoever is not here by the API key must have a subject, and receives only what belongs to it. Answers without an owner, asked under an API key, match no subject.
 * The session id's shape is the data-source function's rule: nobody subscribes to an id short enough to guess.
 */
export function response(ctx) {
  const { sessionId } = ctx.args;
  if (!util.matches('^[A-Za-z0-9_-]{16,128}$', sessionId)) {
    util.error('sessionId must be 16 to 128 characters of A-Z a-z 0-9 _ -.', 'BadRequest');
  }
  const filter = { sessionId: { eq: sessionId } };
  if (util.authType() !== 'API Key Authorization') {
    const sub = ctx.identity?.sub;
    if (!sub) {
      util.unauthorized();
    }
    filter.owner = { eq: sub };
  }
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter));
  return null;
}
