// @vitest-environment node
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { FakeAppSync } from '../../test/fake-appsync/server';
import { FakeClock } from '../../test/fake-clock';
import { SignInRequired, type AuthHeaders, type Identity } from './authorization';
import { ON_SEND_MESSAGE } from './piece';
import { RealtimeSubscription, type ConnectionStatus } from './realtime-subscription';

const SESSION = 'session-0123456789';

/** An identity whose token a test exchanges. */
class FakeIdentity implements Identity {
  token: string | null = 'token-1';
  readonly asked: boolean[] = [];
  #listener: () => void = () => undefined;

  headers(fresh = false): Promise<AuthHeaders> {
    this.asked.push(fresh);
    return this.token === null
      ? Promise.reject(new SignInRequired('none'))
      : Promise.resolve({ Authorization: this.token });
  }

  onRenewed(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => undefined;
    };
  }

  renew(token: string): void {
    this.token = token;
    this.#listener();
  }
}

let fake: FakeAppSync;
let clock: FakeClock;
let identity: FakeIdentity;
let online: boolean;
let subscription: RealtimeSubscription;
let statuses: ConnectionStatus[];
let data: unknown[];
let sockets: NodeWebSocket[];

beforeEach(async () => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  fake = await FakeAppSync.start();
  clock = new FakeClock();
  identity = new FakeIdentity();
  online = true;
  statuses = [];
  data = [];
  sockets = [];
  subscription = new RealtimeSubscription(
    {
      realtimeUrl: fake.realtimeUrl,
      graphqlUrl: fake.graphqlUrl,
      identity,
      query: ON_SEND_MESSAGE,
      variables: { sessionId: SESSION },
      clock,
      createWebSocket: (url, protocols) => {
        const socket = new NodeWebSocket(url, protocols);
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      random: () => 1,
      online: () => online,
    },
    { onStatus: (status) => statuses.push(status), onData: (payload) => data.push(payload) },
  );
});

afterEach(async () => {
  subscription.close();
  vi.unstubAllGlobals();
  await fake.close();
});

const kinds = (): string[] => statuses.map(({ kind }) => kind);
const reached = (kind: ConnectionStatus['kind']) => vi.waitFor(() => expect(subscription.status.kind).toBe(kind));

describe('a subscription that stays', () => {
  it('connects and says so', async () => {
    subscription.start();
    await reached('live');
    expect(kinds()).toEqual(['connecting', 'live']);
    expect(fake.subscriptions).toBe(1);
  });

  it('comes back after a cut, with growing pauses while nobody answers', async () => {
    subscription.start();
    await reached('live');
    fake.behaviour.acknowledge = false;
    fake.cut();
    await reached('reconnecting');
    for (const [attempt, pause] of [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
    ] as const) {
      expect(subscription.status).toEqual({
        kind: 'reconnecting',
        attempt,
        retryAt: clock.now() + pause,
        hadOne: true,
      });
      const frames = fake.frames.length;
      clock.advance(pause);
      await vi.waitFor(() => expect(fake.frames.length).toBeGreaterThan(frames));
      clock.advance(15_000);
    }
    fake.behaviour.acknowledge = true;
    clock.advance(4_000);
    await reached('live');
    fake.cut();
    await reached('reconnecting');
    expect(subscription.status).toMatchObject({ attempt: 1 });
  });

  it('replaces its socket when the token was renewed, without a moment offline', async () => {
    subscription.start();
    await reached('live');
    identity.renew('token-2');
    await vi.waitFor(() => expect(fake.handshakes).toHaveLength(2));
    expect(fake.handshakes[1]?.authorization).toMatchObject({ Authorization: 'token-2' });
    await vi.waitFor(() => expect(fake.frames.map(({ type }) => type)).toContain('stop'));
    await vi.waitFor(() => expect(fake.connections).toBe(1));
    expect(kinds()).toEqual(['connecting', 'live']);
    fake.publish({ sessionId: SESSION, requestId: 'r', sequence: 0, event: 'START' });
    await vi.waitFor(() => expect(data).toHaveLength(1));
  });

  it('keeps the old socket while its replacement fails, and tries again', async () => {
    subscription.start();
    await reached('live');
    fake.behaviour.acknowledge = false;
    identity.renew('token-2');
    await vi.waitFor(() => expect(fake.handshakes).toHaveLength(2));
    clock.advance(15_000);
    expect(subscription.status.kind).toBe('live');
    fake.behaviour.acknowledge = true;
    clock.advance(500);
    await vi.waitFor(() => expect(fake.handshakes).toHaveLength(3));
    expect(kinds()).toEqual(['connecting', 'live']);
  });

  it('replaces its socket before AppSync ends it after 24 hours', async () => {
    subscription.start();
    await reached('live');
    for (let minutes = 0; minutes < 23 * 60; minutes += 1) {
      expect(fake.handshakes).toHaveLength(1);
      const heard = once(sockets[0]!, 'message');
      fake.broadcast({ type: 'ka' });
      await heard;
      clock.advance(60_000);
    }
    await vi.waitFor(() => expect(fake.handshakes).toHaveLength(2));
    expect(kinds()).toEqual(['connecting', 'live']);
  });

  it('tries once with a fresh token when refused, and then leaves it', async () => {
    fake.behaviour.connectionError = { type: 'connection_error', payload: { errors: [{ errorCode: 401 }] } };
    subscription.start();
    await vi.waitFor(() => expect(subscription.status.kind).toBe('reconnecting'));
    clock.advance(500);
    await reached('refused');
    expect(identity.asked).toEqual([false, true]);
    expect(subscription.status).toMatchObject({ reason: 'unauthorized' });
    expect(clock.nextIn).toBeNull();
  });

  it('connects again at the reader’s wish after a refusal', async () => {
    fake.behaviour.connectionError = { type: 'error', payload: { errors: [{ errorType: 'BadRequestException' }] } };
    subscription.start();
    await reached('refused');
    fake.behaviour.connectionError = null;
    subscription.retryNow();
    await reached('live');
  });

  it('is refused when there is no token to be had', async () => {
    identity.token = null;
    subscription.start();
    await reached('refused');
    expect(fake.handshakes).toHaveLength(0);
  });

  it('says what the browser says of the network, and tries all the same', async () => {
    subscription.start();
    await reached('live');
    online = false;
    fake.cut();
    await reached('offline');
    expect(clock.nextIn).not.toBeNull();
    online = true;
    subscription.retryNow();
    await reached('live');
  });

  it('does not trust a socket that was silent through a sleep', async () => {
    subscription.start();
    await reached('live');
    clock.sleep(3_600_000);
    subscription.checkAlive();
    expect(subscription.status.kind).toBe('reconnecting');
    clock.advance(500);
    await reached('live');
    expect(fake.handshakes).toHaveLength(2);
  });

  it('trusts a socket that was heard a moment ago', async () => {
    subscription.start();
    await reached('live');
    clock.sleep(10_000);
    subscription.checkAlive();
    expect(subscription.status.kind).toBe('live');
  });

  it('stays closed', async () => {
    subscription.start();
    await reached('live');
    subscription.close();
    identity.renew('token-2');
    subscription.retryNow();
    subscription.checkAlive();
    subscription.goOffline();
    await vi.waitFor(() => expect(fake.connections).toBe(0));
    expect(subscription.status.kind).toBe('closed');
    expect(clock.nextIn).toBeNull();
  });
});
