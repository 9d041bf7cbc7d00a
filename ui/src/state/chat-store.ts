/**
 * The conversation with its effects: it asks when the subscription is live, feeds what arrives to the reducer, and
 * wakes up when patience runs out. Knows nothing of React; a view subscribes and reads snapshots.
 */
import type { AskResult, Question } from '../api/ask';
import type { Clock } from '../api/clock';
import type { Diagnosis } from '../api/diagnosis';
import { parsePiece } from '../api/piece';
import type { ConnectionStatus, SubscriptionHandlers } from '../api/realtime-subscription';
import { PATIENCE, type Patience } from './answer';
import {
  newConversation,
  nextDeadline,
  reduce,
  turnUnderWay,
  type Conversation,
  type ConversationChange,
} from './conversation';
import { newRequestId, newSessionId } from './ids';

/** The part of a real-time subscription the conversation steers. */
export interface Subscription {
  start(): void;
  close(): void;
  renew(): void;
  retryNow(): void;
  goOffline(): void;
  checkAlive(): void;
}

export interface ChatPorts {
  readonly subscribe: (sessionId: string, handlers: SubscriptionHandlers) => Subscription;
  readonly ask: (question: Question) => Promise<AskResult>;
  readonly clock: Clock;
  readonly patience?: Patience;
  readonly diagnose?: () => Promise<Diagnosis>;
}

export class ChatStore {
  readonly #ports: ChatPorts;
  readonly #patience: Patience;
  readonly #listeners = new Set<() => void>();
  #state: Conversation;
  #subscription: Subscription;
  #cancelDeadline: () => void = () => undefined;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#patience = ports.patience ?? PATIENCE;
    this.#state = newConversation(newSessionId());
    this.#subscription = this.#subscribe();
  }

  readonly getState = (): Conversation => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens the subscription. */
  start(): void {
    this.#subscription.start();
  }

  /** Asks as soon as the subscription is live. Does nothing while another question is under way. */
  ask(question: string, locale: string): void {
    if (turnUnderWay(this.#state)) return;
    const requestId = newRequestId();
    this.#dispatch({ type: 'questionAsked', requestId, question, locale, at: this.#ports.clock.now() });
    // A socket that died unnoticed would swallow the answer.
    this.#subscription.checkAlive();
    this.#askQueued();
  }

  /** Stops reading the answer under way. The service goes on writing it; the pieces are ignored. */
  stop(): void {
    const turn = turnUnderWay(this.#state);
    if (turn) this.#dispatch({ type: 'answerStopped', requestId: turn.requestId, at: this.#ports.clock.now() });
  }

  /** Forgets everything and begins anew under a new session id. */
  startConversation(): void {
    this.#subscription.close();
    this.#dispatch({ type: 'conversationStarted', sessionId: newSessionId() });
    this.#subscription = this.#subscribe();
    this.#subscription.start();
  }

  /** Takes back `startConversation`, where nothing was asked since. */
  restoreConversation(): void {
    if (!this.#state.cleared) return;
    this.#subscription.close();
    this.#dispatch({ type: 'conversationRestored' });
    this.#subscription = this.#subscribe();
    this.#subscription.start();
  }

  forgetCleared(): void {
    this.#dispatch({ type: 'clearedForgotten' });
  }

  /** Why no connection comes about. */
  readonly diagnose = (): Promise<Diagnosis> => this.#ports.diagnose?.() ?? Promise.resolve({ kind: 'unknown' });

  dismissRefusal(): void {
    this.#dispatch({ type: 'refusalDismissed' });
  }

  reconnect(): void {
    this.#subscription.retryNow();
  }

  goOffline(): void {
    this.#subscription.goOffline();
  }

  /** The tab came back from sleep or from the background: timers may have stood still. */
  wakeUp(): void {
    this.#subscription.checkAlive();
    this.#dispatch({ type: 'timePassed', at: this.#ports.clock.now() });
  }

  close(): void {
    this.#cancelDeadline();
    this.#subscription.close();
  }

  #subscribe(): Subscription {
    const sessionId = this.#state.sessionId;
    const ours = (): boolean => this.#state.sessionId === sessionId;
    return this.#ports.subscribe(sessionId, {
      onStatus: (status) => ours() && this.#connectionChanged(status),
      onData: (payload) => {
        const piece = parsePiece(payload);
        if (piece) this.#dispatch({ type: 'pieceReceived', piece, at: this.#ports.clock.now() });
      },
    });
  }

  #connectionChanged(status: ConnectionStatus): void {
    this.#dispatch({ type: 'connectionChanged', status, at: this.#ports.clock.now() });
    this.#askQueued();
  }

  #askQueued(): void {
    const turn = turnUnderWay(this.#state);
    if (this.#state.connection.kind !== 'live' || turn?.answer.status !== 'queued') return;
    const { requestId, question, locale } = turn;
    const { sessionId } = this.#state;
    this.#dispatch({ type: 'questionHandedOver', requestId, at: this.#ports.clock.now() });
    void this.#ports.ask({ sessionId, requestId, message: question, locale }).then((result) => {
      if (result.ok) this.#dispatch({ type: 'questionAccepted', requestId, at: this.#ports.clock.now() });
      else if (result.problem.kind === 'outcome-unknown')
        this.#dispatch({ type: 'outcomeUnknown', requestId, at: this.#ports.clock.now() });
      else this.#dispatch({ type: 'questionRefused', requestId, problem: result.problem });
    });
  }

  #dispatch(change: ConversationChange): void {
    const next = reduce(this.#state, change, this.#patience);
    if (next === this.#state) return;
    this.#state = next;
    this.#scheduleDeadline();
    for (const listener of this.#listeners) listener();
  }

  #scheduleDeadline(): void {
    this.#cancelDeadline();
    const deadline = nextDeadline(this.#state, this.#patience);
    if (deadline === null) return;
    const now = this.#ports.clock.now();
    this.#cancelDeadline = this.#ports.clock.after(Math.max(0, deadline - now), () => {
      this.#dispatch({ type: 'timePassed', at: this.#ports.clock.now() });
    });
  }
}
