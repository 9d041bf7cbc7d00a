import { describe, expect, it } from 'vitest';
import { RECORDED } from '../../test/pieces';
import type { Piece } from '../api/piece';
import {
  accepted,
  connectionLost,
  connectionRestored,
  handedOver,
  newAnswer,
  nextDeadline,
  PATIENCE,
  received,
  stopped,
  timePassed,
  type Answer,
} from './answer';

const T0 = 1_000;

const start = RECORDED.start;
const delta = (sequence: number, message: string): Piece => ({ ...RECORDED.delta, sequence, message });
const end = (sequence: number, stopReason = RECORDED.end.stopReason): Piece => ({
  ...RECORDED.end,
  sequence,
  stopReason,
});
const failure = { errorCode: 'model_error', inputTokens: null, outputTokens: null };
const apology = (sequence: number): Piece => ({ ...RECORDED.apology, ...failure, sequence, message: 'Sorry.' });
const marker = (sequence: number): Piece => ({ ...RECORDED.marker, ...failure, sequence });

const asked = accepted(handedOver(newAnswer(T0), T0), T0);

function feed(pieces: readonly Piece[], from: Answer = asked, at = T0): Answer {
  return pieces.reduce((answer, next) => received(answer, next, at), from);
}

describe('an answer put together from pieces', () => {
  const whole = [start, delta(1, 'one '), delta(2, 'two '), delta(3, 'three'), end(4)];

  const arrivals: [string, readonly number[]][] = [
    ['in order', [0, 1, 2, 3, 4]],
    ['reversed', [4, 3, 2, 1, 0]],
    ['last two swapped', [0, 1, 2, 4, 3]],
    ['everything twice', [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]],
    ['repeated from the start after a reconnection', [0, 1, 2, 0, 1, 2, 3, 4]],
    ['START last', [1, 2, 3, 4, 0]],
    ['END first', [4, 0, 1, 2, 3]],
  ];
  it.each(arrivals)('is the same when they come %s', (_name, order) => {
    const answer = feed(order.map((index) => whole[index]!));
    expect(answer).toMatchObject({ status: 'complete', text: 'one two three', stopReason: 'end_turn' });
    expect(answer).toMatchObject({ inputTokens: 7, outputTokens: 9, held: {}, gapSince: null });
  });

  it('shows no text beyond a missing piece', () => {
    const answer = feed([start, delta(1, 'one '), delta(3, 'three')]);
    expect(answer).toMatchObject({ status: 'streaming', text: 'one ', gapSince: T0 });
  });

  it('takes the first of two different pieces with one number', () => {
    expect(feed([start, delta(1, 'first'), delta(1, 'second')]).text).toBe('first');
    expect(feed([delta(1, 'first'), delta(1, 'second'), start]).text).toBe('first');
  });

  it('is the very same object when a piece adds nothing', () => {
    const answer = feed([start, delta(1, 'one')]);
    expect(received(answer, delta(1, 'one'), T0 + 5)).toBe(answer);
  });

  it('shows that the model is at work from START on', () => {
    expect(feed([start]).status).toBe('thinking');
  });

  it('remembers when the first text came', () => {
    const answer = received(received(asked, start, T0 + 10), delta(1, 'a'), T0 + 300);
    expect(received(answer, delta(2, 'b'), T0 + 500).firstTextAt).toBe(T0 + 300);
  });

  it('is not ended by a marker the model printed itself', () => {
    const answer = feed([start, delta(1, '#END_STREAM#'), delta(2, '#STREAM_ERROR#')]);
    expect(answer).toMatchObject({ status: 'streaming', text: '#END_STREAM##STREAM_ERROR#' });
  });

  it('begins even where the acceptance is overtaken by pieces', () => {
    const early = received(handedOver(newAnswer(T0), T0), start, T0);
    expect(accepted(early, T0 + 1).status).toBe('thinking');
  });

  it.each(['max_tokens', 'guardrail_intervened', 'content_filtered'])('ends with the stop reason %s', (reason) => {
    expect(feed([start, delta(1, 'x'), end(2, reason)])).toMatchObject({ status: 'complete', stopReason: reason });
  });

  it('survives every order of arrival', () => {
    for (const order of permutations([0, 1, 2, 3, 4])) {
      expect(feed(order.map((index) => whole[index]!)).text).toBe('one two three');
    }
  });
});

describe('a question that two runs answer', () => {
  const run = (answerId: string, ...texts: string[]): Piece[] =>
    [start, ...texts.map((words, index) => delta(index + 1, words)), end(texts.length + 1)].map((each) => ({
      ...each,
      answerId,
    }));
  const a = run('a', 'one ', 'two');
  const b = run('b', 'un ', 'deux ', 'trois');
  const alternating = a.flatMap((each, index) => [each, b[index]!]);

  const arrivals: [string, readonly Piece[], string][] = [
    ['piece by piece', alternating, 'one two'],
    [
      'piece by piece, the other first',
      b.flatMap((each, index) => [each, ...a.slice(index, index + 1)]),
      'un deux trois',
    ],
    ['one after the other', [...a, ...b], 'one two'],
    ['the second quicker', [a[0]!, ...b, ...a.slice(1)], 'one two'],
    ['with text before START', [a[1]!, ...b, a[0]!, ...a.slice(2)], 'one two'],
    ['each piece twice', alternating.flatMap((each) => [each, each]), 'one two'],
  ];
  it.each(arrivals)('has the text of the run heard first when they come %s', (_name, pieces, text) => {
    expect(feed(pieces)).toMatchObject({ status: 'complete', text, held: {}, gapSince: null });
  });

  it('is the very same object when a piece is of the other run', () => {
    const answer = feed(a.slice(0, 2));
    for (const other of b) expect(received(answer, other, T0 + 5)).toBe(answer);
  });

  it('does not fill a hole with a piece of the other run', () => {
    expect(feed([a[0]!, a[2]!, ...b])).toMatchObject({ status: 'thinking', text: '', gapSince: T0 });
  });

  it('stays interrupted when the other run is in the middle of its text', () => {
    const interrupted = timePassed(feed(a.slice(0, 2)), T0 + PATIENCE.deadlineMs, PATIENCE);
    expect(received(interrupted, b[2]!, T0 + 90_000)).toBe(interrupted);
  });

  it('begins anew when a run that was given up is followed by another', () => {
    const interrupted = timePassed(feed(a.slice(0, 2)), T0 + PATIENCE.deadlineMs, PATIENCE);
    const answer = feed([b[0]!, a[2]!, ...b.slice(1)], interrupted, T0 + 90_000);
    expect(answer).toMatchObject({ status: 'complete', text: 'un deux trois', interruption: null, askedAt: T0 });
  });

  it('takes pieces that name no run as before', () => {
    const unnamed = [start, delta(2, '2'), end(3)].map((piece) => ({ ...piece, answerId: null }));
    expect(feed([unnamed[0]!, a[1]!, ...unnamed.slice(1)])).toMatchObject({ status: 'complete', text: 'one 2' });
  });
});

describe('an answer that fails', () => {
  it('is over with the first ERROR, whose text is an apology and not answer text', () => {
    const answer = feed([start, delta(1, 'one'), apology(2)]);
    expect(answer).toMatchObject({ status: 'failed', text: 'one', apology: 'Sorry.', errorCode: 'model_error' });
  });

  it('is not changed by the second ERROR', () => {
    const failed = feed([start, apology(1)]);
    expect(received(failed, marker(2), T0 + 1)).toBe(failed);
  });

  it('never shows a marker as an apology', () => {
    expect(feed([start, marker(1)])).toMatchObject({ status: 'failed', apology: null, errorCode: 'model_error' });
  });

  it('takes the apology when both ERRORs come the wrong way round', () => {
    expect(feed([start, marker(2), apology(1)])).toMatchObject({ status: 'failed', apology: 'Sorry.' });
  });

  it('fails with what is known when the ERROR comes behind a gap that does not fill', () => {
    const answer = feed([start, delta(1, 'one'), apology(4)]);
    expect(answer.status).toBe('streaming');
    const later = timePassed(answer, T0 + PATIENCE.gapMs, PATIENCE);
    expect(later).toMatchObject({ status: 'failed', errorCode: 'model_error', text: 'one', held: {} });
  });

  it('fails at once when an ERROR reaches an answer already given up', () => {
    const silent = timePassed(feed([start, delta(1, 'one')]), T0 + PATIENCE.deadlineMs, PATIENCE);
    expect(received(silent, apology(5), T0 + 99_000)).toMatchObject({ status: 'failed', interruption: null });
  });
});

describe('an answer that does not go on', () => {
  const gap = feed([start, delta(1, 'one '), delta(3, 'three')]);

  it('waits a moment for a missing piece', () => {
    expect(nextDeadline(gap, PATIENCE)).toBe(T0 + PATIENCE.gapMs);
    expect(timePassed(gap, T0 + PATIENCE.gapMs - 1, PATIENCE)).toBe(gap);
  });

  it('is called interrupted by a gap once the moment is over', () => {
    const later = timePassed(gap, T0 + PATIENCE.gapMs, PATIENCE);
    expect(later).toMatchObject({ status: 'interrupted', interruption: 'gap', text: 'one ' });
  });

  it('goes on when the missing piece comes late after all', () => {
    const interrupted = timePassed(gap, T0 + PATIENCE.gapMs, PATIENCE);
    const healed = received(interrupted, delta(2, 'two '), T0 + 60_000);
    expect(healed).toMatchObject({ status: 'streaming', text: 'one two three', interruption: null, endedAt: null });
    expect(received(healed, end(4), T0 + 60_001).status).toBe('complete');
  });

  it('gives a new gap its own moment', () => {
    const second = feed([delta(2, 'two '), delta(5, 'five')], gap, T0 + 3_000);
    expect(second.gapSince).toBe(T0 + 3_000);
  });

  it('is interrupted by the gap even when END has come behind it', () => {
    const answer = timePassed(feed([start, delta(1, 'a'), end(3)]), T0 + PATIENCE.gapMs, PATIENCE);
    expect(answer).toMatchObject({ status: 'interrupted', interruption: 'gap' });
    expect(received(answer, delta(2, 'b'), T0 + 50_000)).toMatchObject({ status: 'complete', text: 'ab' });
  });

  it.each([
    ['after START', feed([start])],
    ['in the middle: the END was lost', feed([start, delta(1, 'a')])],
    ['before anything came', asked],
  ])('is called silent when nothing more comes %s', (_name, answer) => {
    expect(timePassed(answer, T0 + PATIENCE.deadlineMs - 1, PATIENCE)).toBe(answer);
    const later = timePassed(answer, T0 + PATIENCE.deadlineMs, PATIENCE);
    expect(later).toMatchObject({ status: 'interrupted', interruption: 'silence', endedAt: T0 + PATIENCE.deadlineMs });
  });

  it('blames the connection when that was lost in between', () => {
    const dropped = connectionLost(feed([start, delta(1, 'a')]));
    const restored = connectionRestored(dropped, T0 + 2_000);
    expect(nextDeadline(restored, PATIENCE)).toBe(T0 + 2_000 + PATIENCE.settleMs);
    const later = timePassed(restored, T0 + 2_000 + PATIENCE.settleMs, PATIENCE);
    expect(later).toMatchObject({ status: 'interrupted', interruption: 'connection' });
  });

  it('simply goes on when nothing was missed while the connection was away', () => {
    const restored = connectionRestored(connectionLost(feed([start, delta(1, 'a')])), T0 + 2_000);
    const on = received(restored, delta(2, 'b'), T0 + 2_500);
    expect(on).toMatchObject({ status: 'streaming', text: 'ab', restoredAt: null });
    expect(received(on, end(3), T0 + 2_600).status).toBe('complete');
  });

  it('has no deadline before it was handed over, nor after its end', () => {
    expect(nextDeadline(newAnswer(T0), PATIENCE)).toBeNull();
    expect(nextDeadline(feed([start, end(1)]), PATIENCE)).toBeNull();
  });
});

describe('an answer the reader stopped', () => {
  const stoppedAnswer = stopped(feed([start, delta(1, 'one')]), T0 + 9);

  it('keeps its text and takes no more', () => {
    expect(stoppedAnswer).toMatchObject({ status: 'stopped', text: 'one', endedAt: T0 + 9 });
    expect(feed([delta(2, 'two'), end(3)], stoppedAnswer)).toBe(stoppedAnswer);
  });

  it('cannot be stopped after its end', () => {
    const complete = feed([start, end(1)]);
    expect(stopped(complete, T0 + 9)).toBe(complete);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('pieces of other kinds', () => {
  it('keep their place in the order: a tool at work shows nothing, a retraction takes the text back', () => {
    const piece = (sequence: number, event: Piece['event'], message = ''): Piece => ({
      ...start,
      sequence,
      event,
      message,
    });
    const pieces = [start, piece(1, 'TOOL'), piece(2, 'DELTA', 'secret')];
    expect(feed(pieces)).toMatchObject({ status: 'streaming', text: 'secret' });
    expect(feed([...pieces, piece(3, 'RETRACT')])).toMatchObject({ status: 'thinking', text: '' });
  });
});
