/** One piece of an answer as it arrives, checked field by field: whatever does not fit is not a piece. */

/** The kind of a piece. */
export type PieceEvent = 'START' | 'DELTA' | 'TOOL' | 'END' | 'ERROR' | 'RETRACT';

export interface Piece {
  readonly sessionId: string;
  readonly requestId: string;
  /** Which run of the orchestrator wrote it; null from a service that does not say. */
  readonly answerId: string | null;
  /** 0, 1, 2 … per run without a gap. */
  readonly sequence: number;
  readonly event: PieceEvent;
  /** Text of the answer for DELTA; the apology or a marker for older clients otherwise. */
  readonly message: string;
  readonly stopReason: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly errorCode: string | null;
}

/** The fields of `SendMessageResponse` this interface reads. */
export const ON_SEND_MESSAGE = `subscription OnSendMessage($sessionId: String!) {
  onSendMessage(sessionId: $sessionId) {
    sessionId
    message
    requestId
    answerId
    sequence
    event
    stopReason
    inputTokens
    outputTokens
    errorCode
  }
}`;

const EVENTS: readonly string[] = ['START', 'DELTA', 'TOOL', 'END', 'ERROR', 'RETRACT'] satisfies PieceEvent[];

/** Reads a `data` payload of the subscription; null for anything that is not a whole, numbered piece. */
export function parsePiece(payload: unknown): Piece | null {
  const fields = field(field(payload, 'data'), 'onSendMessage');
  const sessionId = field(fields, 'sessionId');
  const requestId = field(fields, 'requestId');
  const sequence = field(fields, 'sequence');
  const event = field(fields, 'event');
  const message = field(fields, 'message');
  if (typeof sessionId !== 'string' || typeof requestId !== 'string' || typeof message !== 'string') return null;
  if (!Number.isInteger(sequence) || (sequence as number) < 0) return null;
  if (typeof event !== 'string' || !EVENTS.includes(event)) return null;
  return {
    sessionId,
    requestId,
    answerId: text(field(fields, 'answerId')),
    sequence: sequence as number,
    event: event as PieceEvent,
    message,
    stopReason: text(field(fields, 'stopReason')),
    inputTokens: count(field(fields, 'inputTokens')),
    outputTokens: count(field(fields, 'outputTokens')),
    errorCode: text(field(fields, 'errorCode')),
  };
}

function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
