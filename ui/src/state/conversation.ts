/**
 * One conversation: its session, its turns, its connection. Pure; the effects are in `chat-store.ts`.
 */
import type { AskProblem } from '../api/ask';
import type { Piece } from '../api/piece';
import type { ConnectionStatus } from '../api/realtime-subscription';
import * as answers from './answer';
import type { Answer, Patience } from './answer';

export interface Turn {
  readonly requestId: string;
  readonly question: string;
  readonly locale: string;
  readonly answer: Answer;
}

/** A question the service did not take. Its text goes back to where it was written. */
export interface Refusal {
  readonly requestId: string;
  readonly question: string;
  readonly problem: AskProblem;
}

export interface Conversation {
  readonly sessionId: string;
  readonly turns: readonly Turn[];
  readonly connection: ConnectionStatus;
  readonly refusal: Refusal | null;
  /** The conversation before this one, as long as the reader can have it back. */
  readonly cleared: Conversation | null;
}

export type ConversationChange =
  | { readonly type: 'conversationStarted'; readonly sessionId: string }
  | { readonly type: 'conversationRestored' }
  | { readonly type: 'clearedForgotten' }
  | {
      readonly type: 'questionAsked';
      readonly requestId: string;
      readonly question: string;
      readonly locale: string;
      readonly at: number;
    }
  | { readonly type: 'questionHandedOver'; readonly requestId: string; readonly at: number }
  | { readonly type: 'questionAccepted'; readonly requestId: string; readonly at: number }
  | { readonly type: 'outcomeUnknown'; readonly requestId: string; readonly at: number }
  | { readonly type: 'questionRefused'; readonly requestId: string; readonly problem: AskProblem }
  | { readonly type: 'refusalDismissed' }
  | { readonly type: 'pieceReceived'; readonly piece: Piece; readonly at: number }
  | { readonly type: 'answerStopped'; readonly requestId: string; readonly at: number }
  | { readonly type: 'connectionChanged'; readonly status: ConnectionStatus; readonly at: number }
  | { readonly type: 'timePassed'; readonly at: number };

export function newConversation(sessionId: string): Conversation {
  return { sessionId, turns: [], connection: { kind: 'connecting' }, refusal: null, cleared: null };
}

export function reduce(
  state: Conversation,
  change: ConversationChange,
  patience: Patience = answers.PATIENCE,
): Conversation {
  switch (change.type) {
    case 'conversationStarted':
      return {
        ...newConversation(change.sessionId),
        cleared: state.turns.length > 0 ? { ...state, cleared: null } : null,
      };
    case 'conversationRestored':
      return restore(state);
    case 'clearedForgotten':
      return state.cleared ? { ...state, cleared: null } : state;
    case 'questionAsked': {
      const { requestId, question, locale, at } = change;
      const turn = { requestId, question, locale, answer: answers.newAnswer(at) };
      return { ...state, turns: [...state.turns, turn], refusal: null, cleared: null };
    }
    case 'questionHandedOver':
      return onTurn(state, change.requestId, (answer) => answers.handedOver(answer, change.at));
    case 'questionAccepted':
      return onTurn(state, change.requestId, (answer) => answers.accepted(answer, change.at));
    case 'outcomeUnknown':
      return onTurn(state, change.requestId, (answer) => answers.unsure(answer, change.at));
    case 'questionRefused':
      return refuse(state, change.requestId, change.problem);
    case 'refusalDismissed':
      return state.refusal ? { ...state, refusal: null } : state;
    case 'pieceReceived':
      return receive(state, change.piece, change.at);
    case 'answerStopped':
      return onTurn(state, change.requestId, (answer) => answers.stopped(answer, change.at));
    case 'connectionChanged':
      return connect(state, change.status, change.at);
    case 'timePassed':
      return onEveryTurn(state, (answer) => answers.timePassed(answer, change.at, patience));
  }
}

/** The conversation comes back as it was; what was said on its connection meanwhile is lost. */
function restore(state: Conversation): Conversation {
  if (!state.cleared) return state;
  return onEveryTurn({ ...state.cleared, connection: { kind: 'connecting' } }, answers.connectionLost);
}

/** The turn that is still being asked or answered, if any. There is at most one. */
export function turnUnderWay(state: Conversation): Turn | undefined {
  return state.turns.findLast((turn) => answers.isUnderWay(turn.answer));
}

/** When the clock will next matter to this conversation (epoch ms). */
export function nextDeadline(state: Conversation, patience: Patience = answers.PATIENCE): number | null {
  const deadlines = state.turns
    .map((turn) => answers.nextDeadline(turn.answer, patience))
    .filter((deadline) => deadline !== null);
  return deadlines.length > 0 ? Math.min(...deadlines) : null;
}

/** Pieces of other sessions and of questions nobody here asked are none of our business. */
function receive(state: Conversation, piece: Piece, at: number): Conversation {
  if (piece.sessionId !== state.sessionId) return state;
  return onTurn(state, piece.requestId, (answer) => answers.received(answer, piece, at));
}

/** A refused question leaves no turn behind, unless its answer came all the same or the reader gave up on it. */
function refuse(state: Conversation, requestId: string, problem: AskProblem): Conversation {
  const turn = state.turns.find((candidate) => candidate.requestId === requestId);
  if (turn?.answer.status !== 'asking') return state;
  return {
    ...state,
    turns: state.turns.filter((candidate) => candidate !== turn),
    refusal: { requestId, question: turn.question, problem },
  };
}

function connect(state: Conversation, status: ConnectionStatus, at: number): Conversation {
  const wasLive = state.connection.kind === 'live';
  const connected = { ...state, connection: status };
  if (wasLive && status.kind !== 'live') return onEveryTurn(connected, answers.connectionLost);
  if (status.kind === 'live') return onEveryTurn(connected, (answer) => answers.connectionRestored(answer, at));
  return connected;
}

function onTurn(state: Conversation, requestId: string, change: (answer: Answer) => Answer): Conversation {
  return changeTurns(state, (turn) => (turn.requestId === requestId ? change(turn.answer) : turn.answer));
}

function onEveryTurn(state: Conversation, change: (answer: Answer) => Answer): Conversation {
  return changeTurns(state, (turn) => change(turn.answer));
}

/** Keeps every object that did not change, so that only what did is drawn again. */
function changeTurns(state: Conversation, change: (turn: Turn) => Answer): Conversation {
  const turns = state.turns.map((turn) => {
    const answer = change(turn);
    return answer === turn.answer ? turn : { ...turn, answer };
  });
  return turns.some((turn, index) => turn !== state.turns[index]) ? { ...state, turns } : state;
}
