import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request, response } from '../resolvers/Subscription.onSendMessage.js';
import { context, evaluate } from './evaluate.js';

const sessionId = 'session-0123456789';
const filterOf = (...filters) => ({ filterGroup: [{ filters }] });
const bySession = { fieldName: 'sessionId', operator: 'eq', value: sessionId };

test('asks no data source', () => {
  assert.deepEqual(evaluate(request, context({ args: { sessionId } })).value, { payload: null });
});

test('under an API key admits the messages of one session', () => {
  const { value, filter } = evaluate(response, context({ args: { sessionId } }), 'API_KEY');
  assert.equal(value, null);
  assert.deepEqual(filter, filterOf(bySession));
});

test('under OIDC admits only what belongs to the caller as well', () => {
  const { value, filter } = evaluate(response, context({ args: { sessionId }, identity: { sub: 'alice', issuer: 'i', claims: {} } }), 'OIDC');
  assert.equal(value, null);
  assert.deepEqual(filter, filterOf(bySession, { fieldName: 'owner', operator: 'eq', value: 'alice' }));
});

for (const [name, identity] of [['no identity', null], ['no subject', { issuer: 'i', claims: {} }], ['an empty subject', { sub: '', issuer: 'i', claims: {} }]]) {
  test(`under OIDC refuses a caller with ${name}, and sets no filter`, () => {
    const { aborted, filter } = evaluate(response, context({ args: { sessionId }, identity }), 'OIDC');
    assert.equal(aborted.type, 'Unauthorized');
    assert.equal(filter, undefined);
  });
}

test('refuses a role, which has no subject, should the schema ever admit one', () => {
  const { aborted } = evaluate(response, context({ args: { sessionId }, identity: { accountId: '123456789012', userArn: 'arn' } }), 'IAM');
  assert.equal(aborted.type, 'Unauthorized');
});

for (const good of ['0123456789abcdef', 'a'.repeat(128), 'ABCxyz_-ABCxyz_-']) {
  test(`accepts the session id ${good.slice(0, 20)} of ${good.length}`, () => {
    assert.equal(evaluate(response, context({ args: { sessionId: good } })).aborted, undefined);
  });
}

for (const bad of ['', '1', 'a'.repeat(15), 'a'.repeat(129), 'with a space in it', 'sixteen-chars-ä!', `\n${'a'.repeat(16)}`]) {
  test(`refuses the session id ${JSON.stringify(bad.slice(0, 20))} of ${bad.length}, and sets no filter`, () => {
    const { aborted, filter } = evaluate(response, context({ args: { sessionId: bad } }));
    assert.equal(aborted.type, 'BadRequest');
    assert.equal(filter, undefined);
  });
}
