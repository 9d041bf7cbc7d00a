import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, response } from '../resolvers/Query.getLlmResponse.js';
import { context, evaluate } from './evaluate.js';

const input = { sessionId: 'session-0123456789', message: 'Why?', locale: 'en_US' };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('hands the question over as it was asked, with nobody as owner under an API key', () => {
  const { value } = evaluate(request, context({ args: { input } }), 'API_KEY');
  const { requestId, ...payload } = value.payload;
  assert.match(requestId, UUID);
  assert.equal(value.operation, 'Invoke');
  assert.deepEqual(payload, { arguments: { input }, identity: null });
});

test('takes the owner from the verified token, and nothing else of its claims', () => {
  const identity = { sub: 'alice', issuer: 'https://login.example.com', claims: { email: 'alice@example.com' } };
  const { value } = evaluate(request, context({ args: { input }, identity }), 'OIDC');
  assert.deepEqual(value.payload.identity, { sub: 'alice', issuer: 'https://login.example.com' });
});

test('makes a new request id for every question', () => {
  const ids = [1, 2].map(() => evaluate(request, context({ args: { input } })).value.payload.requestId);
  assert.notEqual(ids[0], ids[1]);
});

test('returns the acknowledgement untouched', () => {
  const result = { sessionId: input.sessionId, locale: 'en_US', requestId: 'r', messages: [{ content: 'success', contentType: 'PlainText' }] };
  assert.deepEqual(evaluate(response, context({ args: { input }, result })).value, result);
});

test('turns a refusal into a GraphQL error whose violations clients can see', () => {
  const violations = [{ field: 'message', rule: 'must not be blank' }];
  const { aborted } = evaluate(response, context({ args: { input }, result: { error: { type: 'BadRequest', message: 'The question is not valid.', violations } } }));
  assert.equal(aborted.type, 'BadRequest');
  assert.equal(aborted.message, 'The question is not valid.');
  assert.equal(aborted.data, null);
  assert.deepEqual(aborted.errorInfo, { violations });
});

test('reports a refusal without violations with an empty list', () => {
  const { aborted } = evaluate(response, context({ result: { error: { type: 'ServiceUnavailable', message: 'Try again.' } } }));
  assert.deepEqual(aborted.errorInfo, { violations: [] });
});

test('tells nothing of what Lambda reported', () => {
  const error = { type: 'Lambda:Unhandled', message: 'arn:aws:lambda:us-east-1:123456789012:function:secret panicked' };
  const { aborted } = evaluate(response, context({ error, result: null }));
  assert.equal(aborted.type, 'ServiceUnavailable');
  assert.doesNotMatch(JSON.stringify([aborted.message, aborted.data, aborted.errorInfo]), /arn:|panicked/);
});

test('does not take an empty result for an acknowledgement', () => {
  assert.equal(evaluate(response, context({ result: null })).aborted.type, 'ServiceUnavailable');
});

test('hands a token without a subject on as one, so that it is refused in words', () => {
  for (const identity of [{ issuer: 'https://login.example.com' }, { sub: null, issuer: 'i' }, { sub: '', issuer: 'i' }]) {
    const { value } = evaluate(request, context({ args: { input }, identity }), 'OIDC');
    assert.notEqual(value.payload.identity, null);
    assert.ok(!value.payload.identity.sub);
  }
});

test('says that there are too many questions where Lambda throttles', () => {
  for (const type of ['Lambda:TooManyRequestsException', 'Lambda:ThrottlingException']) {
    assert.equal(evaluate(response, context({ error: { type, message: 'Rate Exceeded.' }, result: null })).aborted.type, 'Busy');
  }
});
