// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { FakeAppSync } from '../../test/fake-appsync/server';
import { askQuestion, type AskResult } from './ask';

const QUESTION = { sessionId: 'session-0123456789', requestId: 'r1', message: 'Why?', locale: 'en_US' };
const HEADERS = { 'x-api-key': 'da2-test' };

function answering(status: number, body: unknown): typeof fetch {
  return vi.fn(() => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })));
}

const error = (errorType: string, rest: object = {}) => ({
  data: null,
  errors: [{ errorType, message: 'm', ...rest }],
});

describe('asking a question', () => {
  it('sends the question with the authorization, and nothing else', async () => {
    const fake = await FakeAppSync.start();
    await expect(askQuestion(fake.graphqlUrl, HEADERS, QUESTION)).resolves.toEqual({ ok: true });
    expect(fake.questions[0]?.question).toEqual(QUESTION);
    expect(fake.questions[0]?.headers).toMatchObject(HEADERS);
    expect(fake.questions[0]?.headers).not.toHaveProperty('cookie');
    await fake.close();
  });

  const violations = [{ field: 'message', rule: 'must not be blank' }];
  const cases: [string, number, unknown, AskResult][] = [
    [
      'violations',
      200,
      error('BadRequest', { errorInfo: { violations } }),
      { ok: false, problem: { kind: 'invalid', message: 'm', violations } },
    ],
    [
      'a refusal without violations',
      200,
      error('BadRequest', { errorInfo: null }),
      { ok: false, problem: { kind: 'invalid', message: 'm', violations: [] } },
    ],
    [
      'violations it cannot read',
      200,
      error('BadRequest', { errorInfo: { violations: [null, 3, {}] } }),
      { ok: false, problem: { kind: 'invalid', message: 'm', violations: [] } },
    ],
    ['an unknown key', 401, error('UnauthorizedException'), { ok: false, problem: { kind: 'unauthorized' } }],
    ['a field it may not use', 200, error('Unauthorized'), { ok: false, problem: { kind: 'unauthorized' } }],
    ['a bare 403', 403, 'Forbidden', { ok: false, problem: { kind: 'unauthorized' } }],
    ['too many questions', 200, error('Busy'), { ok: false, problem: { kind: 'busy' } }],
    ['too many requests', 429, 'slow down', { ok: false, problem: { kind: 'busy' } }],
    ['a model set up wrongly', 200, error('ModelMisconfigured'), { ok: false, problem: { kind: 'misconfigured' } }],
    ['a used-up allowance', 200, error('QuotaExhausted'), { ok: false, problem: { kind: 'quota' } }],
    ['an unknown outcome', 200, error('OutcomeUnknown'), { ok: false, problem: { kind: 'outcome-unknown' } }],
    ['AppSync’s time-out', 200, error('ExecutionTimeout'), { ok: false, problem: { kind: 'outcome-unknown' } }],
    ['a gateway that waited', 504, '<html>', { ok: false, problem: { kind: 'outcome-unknown' } }],
    ['a word of tomorrow', 200, error('SomethingNew'), { ok: false, problem: { kind: 'unavailable' } }],
    ['a service in trouble', 200, error('ServiceUnavailable'), { ok: false, problem: { kind: 'unavailable' } }],
    ['a gateway’s page', 502, '<html>', { ok: false, problem: { kind: 'unavailable' } }],
    ['an empty answer', 200, { data: { getLlmResponse: null } }, { ok: false, problem: { kind: 'unavailable' } }],
    ['null', 200, 'null', { ok: false, problem: { kind: 'unavailable' } }],
  ];
  it.each(cases)('understands %s', async (_name, status, body, expected) => {
    const fetcher = answering(status, body);
    await expect(askQuestion('https://api.example/graphql', HEADERS, QUESTION, fetcher)).resolves.toEqual(expected);
    expect(fetcher).toHaveBeenCalledOnce();
  });

  it('does not know what became of a question nobody answered in time', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.reject(new DOMException('late', 'TimeoutError')));
    const result = await askQuestion('https://api.example/graphql', HEADERS, QUESTION, fetcher);
    expect(result).toEqual({ ok: false, problem: { kind: 'outcome-unknown' } });
    expect(fetcher).toHaveBeenCalledOnce();
  });

  it('never asks twice when nobody answers', async () => {
    const fetcher = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('network')));
    const result = await askQuestion('https://api.example/graphql', HEADERS, QUESTION, fetcher);
    expect(result).toEqual({ ok: false, problem: { kind: 'unreachable' } });
    expect(fetcher).toHaveBeenCalledOnce();
  });
});
