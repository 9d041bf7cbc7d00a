// Publishes one piece of an answer: what goes in comes out to the subscribers, with the time of publishing. The schema admits only the orchestrator's role.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: { ...ctx.args.input, timeStamp: util.time.nowISO8601() } };
}

export function response(ctx) {
  return ctx.result;
}
