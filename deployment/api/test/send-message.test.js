import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { request, response } from '../resolvers/Mutation.sendMessage.js';
import { context, evaluate } from './evaluate.js';

// The pieces that the orchestrator writes, and one with a member that is null.
const recorded = ['start', 'delta', 'end', 'apology', 'marker'].map((name) =>
  JSON.parse(readFileSync(new URL(`../pieces/${name}.json`, import.meta.url), 'utf8')),
);
const inputs = [...recorded, { ...recorded[0], owner: null }];

test('publishes every field it was given, with the time of publishing in UTC', () => {
  for (const input of inputs) {
    const { timeStamp, ...rest } = evaluate(request, context({ args: { input } }), 'IAM').value.payload;
    assert.deepEqual(rest, input);
    assert.match(timeStamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
});

test('hands its payload to the subscribers untouched', () => {
  for (const input of inputs) {
    const result = { ...input, timeStamp: '2026-11-21T00:00:00.000Z' };
    assert.deepEqual(evaluate(response, context({ args: { input }, result }), 'IAM').value, result);
  }
});
