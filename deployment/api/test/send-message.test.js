import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, response } from '../resolvers/Mutation.sendMessage.js';
import { context, evaluate } from './evaluate.js';

const input = {
  sessionId: 'session-0123456789', message: 'An ', locale: 'en_US', requestId: 'r', answerId: 'a', sequence: 1, event: 'DELTA', owner: 'alice', stopReason: null, inputTokens: null, outputTokens: null, errorCode: null,
};

test('publishes every field it was given, with the time of publishing in UTC', () => {
  const { timeStamp, ...rest } = evaluate(request, context({ args: { input } }), 'IAM').value.payload;
  assert.deepEqual(rest, input);
  assert.match(timeStamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('hands its payload to the subscribers untouched', () => {
  const result = { ...input, timeStamp: '2026-11-21T00:00:00.000Z' };
  assert.deepEqual(evaluate(response, context({ args: { input }, result }), 'IAM').value, result);
});
