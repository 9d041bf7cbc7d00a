import assert from 'node:assert/strict';
import { test } from 'node:test';
import { util } from '@aws-appsync/utils';
import { context, evaluate } from './evaluate.js';

test('what the stand-in lacks is refused by name', () => {
  assert.throws(() => util.dynamodb, /util\.dynamodb is not in the stand-in/);
  assert.throws(() => util.time.nowFormatted, /util\.time\.nowFormatted is not in the stand-in/);
  assert.throws(() => (util.autoId = null), /util\.autoId is read-only/);
});

test('a pattern that AWS leaves open is refused, and an anchored one is not', () => {
  assert.equal(util.matches('^a+$', 'aaa'), true);
  assert.equal(util.matches('a*b', 'aaaaab'), true);
  assert.equal(util.matches('^a+$', 'ab'), false);
  assert.throws(() => util.matches('a+', 'ab'), /write \^ and \$/);
});

test('util.error and util.unauthorized end a handler with what AppSync tells', () => {
  const refused = evaluate(() => util.error('No', 'Refused', null, { why: 1 }), context());
  assert.deepEqual(refused.aborted, { message: 'No', type: 'Refused', data: null, errorInfo: { why: 1 } });
  assert.equal(evaluate(() => util.unauthorized(), context()).aborted.type, 'Unauthorized');
});
