// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { FakeAppSync } from '../../test/fake-appsync/server';
import { FakeClock } from '../../test/fake-clock';
import { ON_SEND_MESSAGE } from './piece';
import { RealtimeSocket, type SocketEnd } from './realtime-socket';

const SESSION = 'session-0123456789';
const HEADERS = { 'x-api-key': 'da2-test' };

let fake: FakeAppSync;
let clock: FakeClock;

beforeEach(async () => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  fake = await FakeAppSync.start();
  clock = new FakeClock();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await fake.close();
});

function open() {
  const onLive = vi.fn();
  const onData = vi.fn();
  const onEnd = vi.fn<(end: SocketEnd) => void>();
  const socket = new RealtimeSocket(
    {
      url: fake.realtimeUrl,
      host: fake.host,
      headers: HEADERS,
      query: ON_SEND_MESSAGE,
      variables: { sessionId: SESSION },
      createWebSocket: (url, protocols) => new NodeWebSocket(url, protocols) as unknown as WebSocket,
      clock,
    },
    { onLive, onData, onEnd },
  );
  return { socket, onLive, onData, onEnd };
}

describe('a real-time socket', () => {
  it('shakes hands as AppSync wants it, and is live after start_ack', async () => {
    const { onLive } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalledOnce());
    const authorization = { host: fake.host, ...HEADERS };
    expect(fake.handshakes[0]?.protocols[0]).toBe('graphql-ws');
    expect(fake.handshakes[0]?.protocols[1]).not.toMatch(/[=+/]/);
    expect(fake.handshakes[0]?.authorization).toEqual(authorization);
    expect(fake.frames.map(({ type }) => type)).toEqual(['connection_init', 'start']);
    expect(fake.frames[1]?.payload?.extensions?.authorization).toEqual(authorization);
    const data = JSON.parse(fake.frames[1]?.payload?.data ?? '') as unknown;
    expect(data).toEqual({ query: ON_SEND_MESSAGE, variables: { sessionId: SESSION } });
  });

  it('hands data on', async () => {
    const { onLive, onData } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    fake.publish({ sessionId: SESSION, requestId: 'r', sequence: 0, event: 'START' });
    await vi.waitFor(() => expect(onData).toHaveBeenCalledOnce());
    expect(onData.mock.lastCall?.[0]).toMatchObject({ data: { onSendMessage: { requestId: 'r', event: 'START' } } });
  });

  it('is lost when nobody acknowledges the connection in time', async () => {
    fake.behaviour.acknowledge = false;
    const { onEnd } = open();
    await vi.waitFor(() => expect(fake.frames).toHaveLength(1));
    clock.advance(15_000);
    expect(onEnd).toHaveBeenCalledWith({ kind: 'lost', neverOpened: false });
  });

  it('is lost, and never live, when nobody acknowledges the subscription in time', async () => {
    fake.behaviour.acknowledgeStart = false;
    const { onEnd, onLive } = open();
    await vi.waitFor(() => expect(fake.frames).toHaveLength(2));
    clock.advance(15_000);
    expect(onEnd).toHaveBeenCalledWith({ kind: 'lost', neverOpened: false });
    expect(onLive).not.toHaveBeenCalled();
  });

  it.each([
    [300_000, 130_000],
    [40_000, 40_000],
  ])('with connectionTimeoutMs %i gives up after %i ms of silence', async (connectionTimeoutMs, silence) => {
    fake.behaviour.connectionTimeoutMs = connectionTimeoutMs;
    const { onLive, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    clock.advance(silence - 1);
    expect(onEnd).not.toHaveBeenCalled();
    clock.advance(1);
    expect(onEnd).toHaveBeenCalledWith({ kind: 'lost', neverOpened: false });
  });

  it('is kept alive by ka', async () => {
    const { socket, onLive, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    clock.advance(100_000);
    fake.broadcast({ type: 'ka' });
    await vi.waitFor(() => expect(socket.quietMs).toBe(0));
    clock.advance(100_000);
    expect(onEnd).not.toHaveBeenCalled();
  });

  it.each([
    ['connection_error', { errorType: 'UnauthorizedException', errorCode: 401 }, 'unauthorized'],
    ['connection_error', { errorType: 'com.amazonaws#UnauthorizedException', errorCode: 401 }, 'unauthorized'],
    ['connection_error', { errorType: 'UnauthorizedException', message: 'Token has expired.' }, 'unauthorized'],
    ['error', { errorType: 'BadRequestException', message: 'no host' }, 'bad-request'],
  ])('is refused by %s with %j', async (type, error, reason) => {
    fake.behaviour.connectionError = { type, payload: { errors: [error] } };
    const { onEnd } = open();
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce());
    expect(onEnd.mock.lastCall?.[0]).toMatchObject({ kind: 'refused', reason });
  });

  it('is refused when the subscription is denied', async () => {
    fake.behaviour.startError = { type: 'error', payload: { errors: [{ errorType: 'UnauthorizedException' }] } };
    const { onEnd } = open();
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce());
    expect(onEnd.mock.lastCall?.[0]).toMatchObject({ kind: 'refused', reason: 'unauthorized' });
  });

  it.each([
    ['a limit', { type: 'error', payload: { errors: [{ errorType: 'LimitExceededError' }] } }],
    ['an error without a name', { type: 'error' }],
    ['the end of the subscription', { type: 'complete', id: '1' }],
  ])('is merely lost by %s', async (_name, frame) => {
    const { onLive, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    fake.broadcast(frame);
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledWith({ kind: 'lost', neverOpened: false }));
  });

  it('is lost, once, when the connection is cut', async () => {
    const { onLive, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    fake.cut();
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledWith({ kind: 'lost', neverOpened: false }));
    clock.advance(1_000_000);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('takes no notice of frames it does not know', async () => {
    const { onLive, onData, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    fake.broadcast({ type: 'something_new' });
    fake.broadcast('not an object');
    fake.broadcast(null);
    fake.publish({ sessionId: SESSION, requestId: 'r', sequence: 0, event: 'START' });
    await vi.waitFor(() => expect(onData).toHaveBeenCalledOnce());
    expect(onEnd).not.toHaveBeenCalled();
  });

  it('says stop when closed, and calls nothing back', async () => {
    const { socket, onLive, onEnd } = open();
    await vi.waitFor(() => expect(onLive).toHaveBeenCalled());
    socket.close();
    await vi.waitFor(() => expect(fake.frames.at(-1)?.type).toBe('stop'));
    await vi.waitFor(() => expect(fake.connections).toBe(0));
    expect(onEnd).not.toHaveBeenCalled();
    expect(clock.nextIn).toBeNull();
  });
});
