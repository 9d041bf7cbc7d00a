// @vitest-environment node
/** What the subscription does with a schema it does not fit, a failed token call, a wrong navigator.onLine. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { FakeAppSync } from '../../test/fake-appsync/server';
import { FakeClock } from '../../test/fake-clock';
import type { AuthHeaders, Identity } from './authorization';
import { ON_SEND_MESSAGE } from './piece';
import { RealtimeSubscription } from './realtime-subscription';

class Who implements Identity {
  failures: Error[] = [];
  asked = 0;
  headers(): Promise<AuthHeaders> {
    this.asked += 1;
    const failure = this.failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve({ Authorization: 't' });
  }
  onRenewed(): () => void {
    return () => undefined;
  }
}
let fake: FakeAppSync;
let clock: FakeClock;
let who: Who;
let online: boolean;
let s: RealtimeSubscription;
beforeEach(async () => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  fake = await FakeAppSync.start();
  clock = new FakeClock();
  who = new Who();
  online = true;
  s = new RealtimeSubscription(
    {
      realtimeUrl: fake.realtimeUrl,
      graphqlUrl: fake.graphqlUrl,
      identity: who,
      query: ON_SEND_MESSAGE,
      variables: { sessionId: 'x'.repeat(22) },
      clock,
      createWebSocket: (u, p) => new NodeWebSocket(u, p) as unknown as WebSocket,
      random: () => 0.01,
      online: () => online,
    },
    { onStatus: () => undefined, onData: () => undefined },
  );
});
afterEach(async () => {
  s.close();
  vi.unstubAllGlobals();
  await fake.close();
});
/** Lets real sockets talk while the test's clock runs `ms`. */
const run = async (ms: number) => {
  for (let t = 0; t < ms; t += 500) {
    clock.advance(500);
    await new Promise((r) => setTimeout(r, 5));
  }
};

describe('an error frame that no retry heals', () => {
  const errors: [string, unknown][] = [
    [
      'FieldUndefined, message only',
      {
        message:
          "Validation error of type FieldUndefined: Field 'answerId' in type 'SendMessageResponse' is undefined @ 'onSendMessage/answerId'",
      },
    ],
    [
      'UnknownArgument, message only',
      { message: 'Validation error of type UnknownArgument: Unknown field argument x' },
    ],
    ['MalformedRequest', { errorType: 'MalformedRequest', message: 'no' }],
    ['errorCode 404', { errorCode: 404, message: 'API not found' }],
    ['GraphQLSchemaException', { errorType: 'GraphQLSchemaException', message: 'no schema' }],
    ['UnauthorizedField', { errorType: 'Unauthorized', message: 'Not Authorized to access onSendMessage' }],
    ['control: ValidationError', { errorType: 'ValidationError', message: 'no' }],
    ['control: BadRequestException', { errorType: 'BadRequestException', message: 'no' }],
  ];
  it.each(errors)('%s: refused in words', async (_n, error) => {
    fake.behaviour.startError = { type: 'error', payload: { errors: [error] } };
    s.start();
    await run(10_000);
    expect(s.status.kind).toBe('refused');
  });
  it.each(errors)('%s in connection_error: refused in words', async (_n, error) => {
    fake.behaviour.connectionError = { type: 'connection_error', payload: { errors: [error] } };
    s.start();
    await run(10_000);
    expect(s.status.kind).toBe('refused');
  });
});

describe('a token call that fails once', () => {
  const passing: [string, Error][] = [
    ['TypeError: Failed to fetch', new TypeError('Failed to fetch')],
    ['503 from the token endpoint', new Error('Bad Gateway (503)')],
    ['timeout', Object.assign(new Error('Network timed out'), { name: 'ErrorTimeout' })],
    ['429', Object.assign(new Error('slow_down'), { error: 'temporarily_unavailable' })],
  ];
  it.each(passing)('%s at a reconnect: tried again', async (_n, failure) => {
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    who.failures = [failure];
    fake.cut();
    await run(20_000);
    expect(s.status.kind).toBe('live');
  });
  it.each(passing)('%s at the first connect: tried again', async (_n, failure) => {
    who.failures = [failure];
    s.start();
    await run(20_000);
    expect(s.status.kind).toBe('live');
  });
  it('control: invalid_grant asks to sign in', async () => {
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    who.failures = Array.from({ length: 50 }, () =>
      Object.assign(new Error('invalid_grant'), { name: 'ErrorResponse', error: 'invalid_grant' }),
    );
    fake.cut();
    await run(20_000);
    expect(s.status).toMatchObject({ kind: 'refused', reason: 'unauthorized' });
  });
  it('while live: a scheduled replacement that gets no token leaves the live socket alone', async () => {
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    who.failures = [new TypeError('Failed to fetch')];
    s.renew();
    await run(2_000);
    expect(s.status.kind).toBe('live');
  });
});

describe('navigator.onLine is false although the network works', () => {
  it('first visit', async () => {
    online = false;
    s.start();
    await run(5_000);
    expect(s.status.kind).toBe('live');
  });
  it('after a cut it comes back without an online event', async () => {
    online = false;
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    fake.cut();
    await run(60_000);
    expect(s.status.kind).toBe('live');
  });
  it('and when the tab wakes up', async () => {
    online = false;
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    fake.cut();
    await run(1_000);
    s.checkAlive();
    await run(5_000);
    expect(s.status.kind).toBe('live');
  });
  it('an offline event without a loss (adapter switched, sockets still work) is got over', async () => {
    s.start();
    await vi.waitFor(() => expect(s.status.kind).toBe('live'));
    s.goOffline();
    await run(60_000);
    expect(s.status.kind).toBe('live');
  });
});
