// Hands a question to the data-source function, which validates and publishes it and answers at once.
import { util } from '@aws-appsync/utils';

/**
 * The owner comes from the verified token and from nowhere else: under an API key there is no identity, and the answer belongs to nobody.
 * A token without a subject goes on as it is, so that the function refuses it in words: nobody could hear its answer.
 * The request id is used only where the caller chose none.
 */
export function request(ctx) {
  return {
    operation: 'Invoke',
    payload: {
      arguments: ctx.args,
      identity: ctx.identity ? { sub: ctx.identity.sub, issuer: ctx.identity.issuer } : null,
      requestId: util.autoId(),
    },
  };
}

/**
 * The function reports a refusal as a value, {error: {type, message, violations}}; clients see it as a GraphQL error with the violations in errorInfo.
 * What AppSync or Lambda itself reports may name internals, so of that only the kind is told.
 */
export function response(ctx) {
  const type = ctx.error?.type ?? '';
  if (type.indexOf('TooManyRequests') >= 0 || type.indexOf('Throttl') >= 0) {
    util.error('Too many questions at the moment. Please try again shortly.', 'Busy');
  }
  if (ctx.error || !ctx.result) {
    util.error('The question could not be taken up. Please try again.', 'ServiceUnavailable');
  }
  const { error } = ctx.result;
  if (error) {
    util.error(error.message, error.type, null, { violations: error.violations ?? [] });
  }
  return ctx.result;
}
