/**
 * One answer, put together from pieces that may come reordered, repeated, late or not at all.
 *
 * Pure: every function returns a new answer (or the same one where nothing changed) and time is an argument. Text is
 * shown only as far as it is whole: what comes after a missing piece is held back, and if the piece turns up after
 * all, even late, the answer goes on from there.
 */
import type { Piece } from '../api/piece';
import { ANSWER_TIMEOUT_SECONDS } from '../config.ts';

/** Marker texts for clients that read `message` instead of `event`; of these only this one can reach an ERROR here. */
const ERROR_MARKER = '#STREAM_ERROR#';

export type AnswerStatus =
  /** Waits for the subscription to be live before it may be asked. */
  | 'queued'
  /** Handed over; the service has not said that it took the question. */
  | 'asking'
  /** Taken; nothing of the answer has come. */
  | 'waiting'
  /** The model is at work. */
  | 'thinking'
  | 'streaming'
  | 'complete'
  /** The service says that the answer failed. */
  | 'failed'
  /** Nobody said that the answer is over, but it does not go on. */
  | 'interrupted'
  /** The reader chose to stop reading. */
  | 'stopped';

/**
 * What is known of an interruption: a hole in the numbers, silence, a connection that went away in between, or that
 * nobody knew whether the question was taken.
 */
export type Interruption = 'gap' | 'silence' | 'connection' | 'unsure';

export interface Answer {
  readonly status: AnswerStatus;
  /** The run of the orchestrator this answer comes from: the first that was heard of. */
  readonly answerId: string | null;
  readonly text: string;
  readonly nextSequence: number;
  /** Pieces that came before their turn, by sequence. */
  readonly held: Readonly<Record<number, Piece>>;
  readonly askedAt: number;
  /** When the model's work was first heard of: the service's deadline runs from about there. */
  readonly startedAt: number | null;
  /** The service could not say whether it took the question; nothing of an answer has come since. */
  readonly unsure: boolean;
  readonly firstTextAt: number | null;
  readonly endedAt: number | null;
  /** When anything of this answer was last heard, its acceptance included. */
  readonly heardAt: number;
  /** Since when a piece has been missing. */
  readonly gapSince: number | null;
  /** The connection was lost while this answer was under way. */
  readonly dropped: boolean;
  /** When the connection came back, as long as nothing has been heard since. */
  readonly restoredAt: number | null;
  readonly interruption: Interruption | null;
  readonly stopReason: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly errorCode: string | null;
  /** The service's own words for the failure, in the language of the conversation. */
  readonly apology: string | null;
}

/** How long the reader waits before a fault is called one, in milliseconds. */
export interface Patience {
  /** A missing piece: reordering takes milliseconds, a publisher's retry a second or two. */
  readonly gapMs: number;
  /** Nothing more: the service speaks up before its own deadline, even after it was cut off for a while. */
  readonly deadlineMs: number;
  /** After the last piece, however late it came. */
  readonly silenceMs: number;
  /** After a reconnection: long enough for a model that is still writing to be heard. */
  readonly settleMs: number;
}

/** For a service that ends its answers after so many seconds; a few more for the way to it and back. */
export function patienceFor(answerTimeoutSeconds: number): Patience {
  return { gapMs: 4_000, deadlineMs: (answerTimeoutSeconds + 15) * 1_000, silenceMs: 15_000, settleMs: 10_000 };
}

export const PATIENCE = patienceFor(ANSWER_TIMEOUT_SECONDS);

export function newAnswer(now: number): Answer {
  return {
    status: 'queued',
    answerId: null,
    text: '',
    nextSequence: 0,
    held: {},
    askedAt: now,
    startedAt: null,
    unsure: false,
    firstTextAt: null,
    endedAt: null,
    heardAt: now,
    gapSince: null,
    dropped: false,
    restoredAt: null,
    interruption: null,
    stopReason: null,
    inputTokens: null,
    outputTokens: null,
    errorCode: null,
    apology: null,
  };
}

/** Whether more may come and the reader has reason to wait for it. */
export function isUnderWay({ status }: Answer): boolean {
  return status === 'queued' || status === 'asking' || isExpected(status);
}

function isExpected(status: AnswerStatus): boolean {
  return status === 'waiting' || status === 'thinking' || status === 'streaming';
}

function isOver(status: AnswerStatus): boolean {
  return status === 'complete' || status === 'failed' || status === 'stopped';
}

/** The question left for the service. */
export function handedOver(answer: Answer, now: number): Answer {
  return answer.status === 'queued' ? { ...answer, status: 'asking', askedAt: now, heardAt: now } : answer;
}

/** The service took the question. Pieces may have overtaken this message. */
export function accepted(answer: Answer, now: number): Answer {
  return answer.status === 'asking' ? { ...answer, status: 'waiting', heardAt: now } : answer;
}

/** Nobody knows whether the service took the question: its answer is waited for as if it had. */
export function unsure(answer: Answer, now: number): Answer {
  return answer.status === 'asking' ? { ...accepted(answer, now), unsure: true } : answer;
}

/** The reader wants no more of it. What has come stays. */
export function stopped(answer: Answer, now: number): Answer {
  return isOver(answer.status) ? answer : { ...settle(answer), status: 'stopped', endedAt: now };
}

/**
 * Takes in one piece. A piece seen before changes nothing, and neither does anything after the end: the first ERROR
 * ends an answer, and the second only repeats it for older clients.
 */
export function received(answer: Answer, piece: Piece, now: number): Answer {
  if (isOver(answer.status)) return answer;
  if (isOfAnotherRun(answer, piece)) {
    return answer.status === 'interrupted' && piece.event === 'START' ? received(anew(answer), piece, now) : answer;
  }
  if (piece.sequence < answer.nextSequence || answer.held[piece.sequence]) return answer;
  const held = { ...answer.held, [piece.sequence]: piece };
  const answerId = answer.answerId ?? piece.answerId;
  const startedAt = answer.startedAt ?? now;
  const heard = { ...answer, answerId, held, startedAt, unsure: false, heardAt: now, restoredAt: null };
  const drained = drain(heard, now);
  if (isOver(drained.status)) return drained;
  // Patience is over already, and an ERROR says more than any gap before it.
  if (answer.status === 'interrupted' && piece.event === 'ERROR') return settle(failed(drained, piece, now));
  const progressed = drained.nextSequence > answer.nextSequence;
  return noteGap(progressed ? resume(drained) : drained, progressed, now);
}

/**
 * A question that was delivered twice may be answered by two runs at once. Both number their pieces alike, and their
 * texts do not fit together. A piece that names no run fits any.
 */
function isOfAnotherRun({ answerId }: Answer, piece: Piece): boolean {
  return answerId !== null && piece.answerId !== null && piece.answerId !== answerId;
}

/** The first run was given up, and the question has been put to another: an operator replays what was lost. */
function anew({ askedAt }: Answer): Answer {
  return { ...newAnswer(askedAt), status: 'waiting' };
}

/** Uses up the pieces whose turn has come. */
function drain(answer: Answer, now: number): Answer {
  let current = answer;
  for (let piece = current.held[current.nextSequence]; piece; piece = current.held[current.nextSequence]) {
    const { [piece.sequence]: used, ...held } = current.held;
    current = consume({ ...current, held, nextSequence: piece.sequence + 1 }, piece, now);
    if (isOver(current.status)) return settle(current);
  }
  return current;
}

function consume(answer: Answer, piece: Piece, now: number): Answer {
  switch (piece.event) {
    case 'START':
      return { ...answer, status: answer.text === '' ? 'thinking' : 'streaming' };
    case 'DELTA':
      return {
        ...answer,
        status: 'streaming',
        text: answer.text + piece.message,
        firstTextAt: answer.firstTextAt ?? now,
      };
    // What a tool does is not shown yet; its piece still has its place in the order.
    case 'TOOL':
      return answer;
    // What was shown is taken back: the END or ERROR that follows says why.
    case 'RETRACT':
      return { ...answer, status: 'thinking', text: '' };
    case 'END':
      return { ...withUsage(answer, piece), status: 'complete', stopReason: piece.stopReason, endedAt: now };
    case 'ERROR':
      return failed(answer, piece, now);
  }
}

function failed(answer: Answer, piece: Piece, now: number): Answer {
  return {
    ...withUsage(answer, piece),
    status: 'failed',
    errorCode: piece.errorCode,
    apology: piece.message === ERROR_MARKER ? null : piece.message,
    endedAt: now,
  };
}

function withUsage(answer: Answer, { inputTokens, outputTokens }: Piece): Answer {
  return { ...answer, inputTokens, outputTokens };
}

/** Nothing is awaited any more. */
function settle(answer: Answer): Answer {
  return { ...answer, held: {}, gapSince: null, restoredAt: null, interruption: null };
}

/** The answer goes on after all. */
function resume(answer: Answer): Answer {
  return answer.interruption === null ? answer : { ...answer, endedAt: null, interruption: null };
}

function noteGap(answer: Answer, progressed: boolean, now: number): Answer {
  const hole = Object.keys(answer.held).length > 0;
  if (!hole) return answer.gapSince === null ? answer : { ...answer, gapSince: null };
  return { ...answer, gapSince: progressed || answer.gapSince === null ? now : answer.gapSince };
}

export function connectionLost(answer: Answer): Answer {
  return isExpected(answer.status) || answer.status === 'asking'
    ? { ...answer, dropped: true, restoredAt: null }
    : answer;
}

export function connectionRestored(answer: Answer, now: number): Answer {
  return answer.dropped && isExpected(answer.status) ? { ...answer, restoredAt: now } : answer;
}

/** The next moment at which `timePassed` would change this answer; null while there is nothing to wait for. */
export function nextDeadline(answer: Answer, patience: Patience): number | null {
  if (!isExpected(answer.status)) return null;
  const end = (answer.startedAt ?? answer.askedAt) + patience.deadlineMs;
  const deadlines = [Math.max(end, answer.heardAt + patience.silenceMs)];
  if (answer.gapSince !== null) deadlines.push(answer.gapSince + patience.gapMs);
  if (answer.restoredAt !== null) deadlines.push(answer.restoredAt + patience.settleMs);
  return Math.min(...deadlines);
}

/** Draws the conclusions of waiting: a gap that did not fill, an end that never came. */
export function timePassed(answer: Answer, now: number, patience: Patience): Answer {
  const deadline = nextDeadline(answer, patience);
  if (deadline === null || now < deadline) return answer;
  // An ERROR behind the gap says more about what happened than the gap does.
  const error = Object.values(answer.held).find((piece) => piece.event === 'ERROR');
  if (answer.gapSince !== null && error) return settle(failed(answer, error, now));
  const interruption = interruptionOf(answer);
  return { ...answer, status: 'interrupted', interruption, gapSince: null, restoredAt: null, endedAt: now };
}

function interruptionOf({ unsure, dropped, gapSince }: Answer): Interruption {
  if (unsure) return 'unsure';
  if (dropped) return 'connection';
  return gapSince === null ? 'silence' : 'gap';
}
