import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../test/fake-clock';
import { recorded } from '../../test/pieces';
import type { AskResult, Question } from '../api/ask';
import type { Piece } from '../api/piece';
import type { ConnectionStatus, SubscriptionHandlers } from '../api/realtime-subscription';
import { ChatStore } from './chat-store';

interface Opened {
  readonly sessionId: string;
  readonly handlers: SubscriptionHandlers;
  readonly close: ReturnType<typeof vi.fn>;
  readonly checkAlive: ReturnType<typeof vi.fn>;
}

function setUp(answer: () => Promise<AskResult> = () => Promise.resolve({ ok: true })) {
  const clock = new FakeClock();
  const opened: Opened[] = [];
  const ask = vi.fn<(question: Question) => Promise<AskResult>>(answer);
  const store = new ChatStore({
    clock,
    ask,
    subscribe: (sessionId, handlers) => {
      const subscription = {
        start: vi.fn(),
        close: vi.fn(),
        renew: vi.fn(),
        retryNow: vi.fn(),
        goOffline: vi.fn(),
        checkAlive: vi.fn(),
      };
      opened.push({ sessionId, handlers, close: subscription.close, checkAlive: subscription.checkAlive });
      return subscription;
    },
  });
  const status = (next: ConnectionStatus): void => opened.at(-1)!.handlers.onStatus(next);
  const deliver = (fields: Partial<Piece> & Pick<Piece, 'sequence' | 'event'>): void => {
    const { sessionId, requestId } = ask.mock.lastCall![0];
    opened.at(-1)!.handlers.onData({ data: { onSendMessage: recorded({ sessionId, requestId, ...fields }) } });
  };
  return { clock, opened, ask, store, status, deliver };
}

const answerOf = (store: ChatStore) => store.getState().turns.at(-1)?.answer;

describe('the chat store', () => {
  it('asks only once the subscription is live, with the session it subscribed to', () => {
    const { store, ask, status, opened } = setUp();
    store.start();
    store.ask('Why?', 'fr_FR');
    expect(ask).not.toHaveBeenCalled();
    expect(answerOf(store)?.status).toBe('queued');
    status({ kind: 'live' });
    expect(ask).toHaveBeenCalledOnce();
    const question = ask.mock.lastCall![0];
    expect(question).toMatchObject({ message: 'Why?', locale: 'fr_FR', sessionId: opened[0]!.sessionId });
    expect(question.sessionId).toMatch(/^[\w-]{43}$/);
    expect(question.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('asks one question at a time', () => {
    const { store, ask, status } = setUp();
    status({ kind: 'live' });
    store.ask('One?', 'en_US');
    store.ask('Two?', 'en_US');
    expect(ask).toHaveBeenCalledOnce();
    expect(store.getState().turns).toHaveLength(1);
  });

  it('does not ask again what it asked before a reconnection', async () => {
    const { store, ask, status } = setUp();
    status({ kind: 'live' });
    store.ask('One?', 'en_US');
    await Promise.resolve();
    status({ kind: 'offline' });
    status({ kind: 'live' });
    expect(ask).toHaveBeenCalledOnce();
  });

  it('checks the socket before it asks', () => {
    const { store, opened } = setUp();
    store.ask('Why?', 'en_US');
    expect(opened[0]!.checkAlive).toHaveBeenCalledOnce();
  });

  it('shows the answer as it comes', async () => {
    const { store, status, deliver } = setUp();
    status({ kind: 'live' });
    store.ask('Why?', 'en_US');
    await vi.waitFor(() => expect(answerOf(store)?.status).toBe('waiting'));
    deliver({ sequence: 0, event: 'START' });
    deliver({ sequence: 1, event: 'DELTA', message: 'Because' });
    expect(answerOf(store)).toMatchObject({ status: 'streaming', text: 'Because' });
    deliver({ sequence: 2, event: 'END', stopReason: 'end_turn' });
    expect(answerOf(store)?.status).toBe('complete');
  });

  it.each([{}, { data: null }, 'text', { data: { onSendMessage: { message: 'no numbers' } } }, null])(
    'ignores a payload that is no piece: %j',
    (payload) => {
      const { store, status, opened } = setUp();
      status({ kind: 'live' });
      store.ask('Why?', 'en_US');
      const before = store.getState();
      opened[0]!.handlers.onData(payload);
      expect(store.getState()).toBe(before);
    },
  );

  it('gives a refused question back', async () => {
    const { store, status } = setUp(() => Promise.resolve({ ok: false, problem: { kind: 'unavailable' } }));
    status({ kind: 'live' });
    store.ask('Why?', 'en_US');
    await vi.waitFor(() => expect(store.getState().refusal?.question).toBe('Why?'));
    expect(store.getState().turns).toEqual([]);
  });

  it('wakes up by itself when a gap does not fill', () => {
    const { store, status, deliver, clock } = setUp();
    status({ kind: 'live' });
    store.ask('Why?', 'en_US');
    deliver({ sequence: 0, event: 'START' });
    deliver({ sequence: 2, event: 'DELTA', message: 'lost before this' });
    expect(answerOf(store)?.status).toBe('thinking');
    clock.advance(4_000);
    expect(answerOf(store)).toMatchObject({ status: 'interrupted', interruption: 'gap' });
    expect(clock.nextIn).toBeNull();
  });

  it('draws the conclusions of a sleep on waking up', () => {
    const { store, status, deliver, clock, opened } = setUp();
    status({ kind: 'live' });
    store.ask('Why?', 'en_US');
    deliver({ sequence: 0, event: 'START' });
    clock.sleep(3_600_000);
    store.wakeUp();
    expect(opened[0]!.checkAlive).toHaveBeenCalledTimes(2);
    expect(answerOf(store)?.status).toBe('interrupted');
  });

  it('stops reading, and ignores what still comes', () => {
    const { store, status, deliver } = setUp();
    status({ kind: 'live' });
    store.ask('Why?', 'en_US');
    deliver({ sequence: 0, event: 'START' });
    store.stop();
    deliver({ sequence: 1, event: 'DELTA', message: 'too late' });
    expect(answerOf(store)).toMatchObject({ status: 'stopped', text: '' });
  });

  it('takes a new session, and nothing more from the old one, for a new conversation', () => {
    const { store, opened, status } = setUp();
    status({ kind: 'live' });
    store.startConversation();
    expect(opened[0]!.close).toHaveBeenCalledOnce();
    expect(opened[1]!.sessionId).not.toBe(opened[0]!.sessionId);
    opened[0]!.handlers.onStatus({ kind: 'closed' });
    expect(store.getState().connection.kind).toBe('connecting');
  });

  it('tells its listeners only of changes', () => {
    const { store, status } = setUp();
    const listener = vi.fn();
    const forget = store.subscribe(listener);
    store.dismissRefusal();
    expect(listener).not.toHaveBeenCalled();
    status({ kind: 'live' });
    expect(listener).toHaveBeenCalledOnce();
    forget();
    status({ kind: 'offline' });
    expect(listener).toHaveBeenCalledOnce();
  });
});
