import { describe, expect, it } from 'vitest';
import { recorded } from '../../test/pieces';
import type { Piece } from '../api/piece';
import { PATIENCE } from './answer';
import {
  newConversation,
  nextDeadline,
  reduce,
  turnUnderWay,
  type Conversation,
  type ConversationChange,
} from './conversation';

const T0 = 1_000;
const LIVE: ConversationChange = { type: 'connectionChanged', status: { kind: 'live' }, at: T0 };
const ASKED: ConversationChange = { type: 'questionAsked', requestId: 'r1', question: 'Why?', locale: 'en_US', at: T0 };
const HANDED: ConversationChange = { type: 'questionHandedOver', requestId: 'r1', at: T0 };
const ACCEPTED: ConversationChange = { type: 'questionAccepted', requestId: 'r1', at: T0 };

function piece(fields: Partial<Piece> & Pick<Piece, 'sequence' | 'event'>): ConversationChange {
  return { type: 'pieceReceived', at: T0, piece: recorded({ sessionId: 's1', requestId: 'r1', ...fields }) };
}

function run(...events: ConversationChange[]): Conversation {
  return events.reduce((state, event) => reduce(state, event), newConversation('s1'));
}

const answering = run(LIVE, ASKED, HANDED, ACCEPTED, piece({ sequence: 0, event: 'START' }));

describe('a conversation', () => {
  it.each([
    ['another session', { sessionId: 's2' }],
    ['a question nobody here asked', { requestId: 'r9' }],
  ])('ignores pieces of %s', (_name, foreign) => {
    expect(reduce(answering, piece({ sequence: 1, event: 'DELTA', message: 'x', ...foreign }))).toBe(answering);
  });

  it('gives pieces to the question they answer', () => {
    const second: ConversationChange = { ...ASKED, requestId: 'r2' };
    const state = [
      piece({ sequence: 1, event: 'END' }),
      second,
      piece({ sequence: 0, event: 'START', requestId: 'r2' }),
    ].reduce((current, event) => reduce(current, event), answering);
    expect(state.turns.map(({ answer }) => answer.status)).toEqual(['complete', 'thinking']);
    expect(turnUnderWay(state)?.requestId).toBe('r2');
  });

  it('keeps turns that did not change as the objects they were', () => {
    const done = reduce(answering, piece({ sequence: 1, event: 'END' }));
    const next = reduce(done, { ...ASKED, requestId: 'r2' });
    expect(next.turns[0]).toBe(done.turns[0]);
  });

  it('takes a refused question back and says why', () => {
    const state = reduce(run(LIVE, ASKED, HANDED), {
      type: 'questionRefused',
      requestId: 'r1',
      problem: { kind: 'unavailable' },
    });
    expect(state.turns).toEqual([]);
    expect(state.refusal).toEqual({ requestId: 'r1', question: 'Why?', problem: { kind: 'unavailable' } });
    expect(reduce(state, { type: 'refusalDismissed' }).refusal).toBeNull();
    expect(reduce(state, ASKED).refusal).toBeNull();
  });

  it('keeps an answer that is coming although the query seemed to fail', () => {
    const problem = { kind: 'unreachable' } as const;
    expect(reduce(answering, { type: 'questionRefused', requestId: 'r1', problem })).toBe(answering);
  });

  it('tells an answer under way that the connection went and came back', () => {
    const lost = reduce(answering, { type: 'connectionChanged', status: { kind: 'offline' }, at: T0 });
    expect(lost.turns[0]?.answer.dropped).toBe(true);
    const back = reduce(lost, { ...LIVE, at: T0 + 500 });
    expect(nextDeadline(back)).toBe(T0 + 500 + PATIENCE.settleMs);
  });

  it('does not call the first connection a return', () => {
    const state = run(ASKED, { type: 'connectionChanged', status: { kind: 'connecting' }, at: T0 }, LIVE);
    expect(state.turns[0]?.answer).toMatchObject({ dropped: false, restoredAt: null });
  });

  it('lets patience run out', () => {
    const late = reduce(answering, { type: 'timePassed', at: T0 + PATIENCE.deadlineMs });
    expect(late.turns[0]?.answer.status).toBe('interrupted');
    expect(turnUnderWay(late)).toBeUndefined();
  });

  it('begins anew under another session', () => {
    const anew = reduce(answering, { type: 'conversationStarted', sessionId: 's2' });
    expect(anew).toEqual({ ...newConversation('s2'), cleared: answering });
  });

  it('can be had back as long as nothing was asked since', () => {
    const anew = reduce(answering, { type: 'conversationStarted', sessionId: 's2' });
    const back = reduce(anew, { type: 'conversationRestored' });
    expect(back).toMatchObject({ sessionId: answering.sessionId, connection: { kind: 'connecting' }, cleared: null });
    expect(back.turns[0]?.question).toBe(answering.turns[0]?.question);
    expect(reduce(anew, { type: 'clearedForgotten' }).cleared).toBeNull();
    expect(reduce(newConversation('s1'), { type: 'conversationStarted', sessionId: 's2' }).cleared).toBeNull();
  });
});
