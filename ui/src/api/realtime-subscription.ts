/**
 * A subscription that stays: it connects, reconnects with backoff, replaces its socket before the token or the socket
 * grows too old, and says at each moment how it stands. Messages may be lost while no socket is live, and repeated
 * while two overlap; both are for the reader of sequence numbers to handle.
 */
import { authorizationProtocol, needsSignIn, type AuthHeaders, type Identity } from './authorization';
import { backoffMs } from './backoff';
import type { Clock } from './clock';
import { RealtimeSocket, type RefusalReason, type SocketEnd } from './realtime-socket';

export type ConnectionStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The last socket is gone; the next try starts at `retryAt` (epoch ms). `attempt` counts from 1. */
  | {
      readonly kind: 'reconnecting';
      readonly attempt: number;
      readonly retryAt: number;
      /** There has been a connection, which was lost; otherwise none ever came about. */
      readonly hadOne: boolean;
    }
  /** The browser says it has no network. It may be wrong, so tries go on. */
  | { readonly kind: 'offline' }
  /** The service refuses us; trying again by ourselves would change nothing. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }
  | { readonly kind: 'closed' };

export interface SubscriptionSettings {
  readonly realtimeUrl: string;
  readonly graphqlUrl: string;
  readonly identity: Identity;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly createWebSocket?: (url: string, protocols: string[]) => WebSocket;
  readonly random?: () => number;
  readonly online?: () => boolean;
}

export interface SubscriptionHandlers {
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onData: (payload: unknown) => void;
}

/** AppSync ends every connection after 24 hours; ours is replaced before, at a moment of our choosing. */
const RENEW_AFTER_MS = 23 * 60 * 60 * 1000;
/** Proxies and servers that limit a header line allow 8 kB; what is longer and is cut off unheard was most likely too long. */
const LONG_PROTOCOL = 7_500;
/** Longer than the interval of `ka`: a socket this quiet on waking up is not to be trusted. */
const TRUSTED_QUIET_MS = 65_000;

export class RealtimeSubscription {
  readonly #settings: SubscriptionSettings;
  readonly #handlers: SubscriptionHandlers;
  #status: ConnectionStatus = { kind: 'connecting' };
  #current: RealtimeSocket | null = null;
  /** A socket that is still shaking hands; it takes over from `#current` once it is live. */
  #next: RealtimeSocket | null = null;
  /** Rises with each try, so that a try overtaken while it waited for its token gives up. */
  #generation = 0;
  #attempt = 0;
  #hadOne = false;
  #protocolLength = 0;
  #askForFreshToken = false;
  #cancelRetry: () => void = () => undefined;
  #cancelRenewal: () => void = () => undefined;
  #forgetIdentity: () => void = () => undefined;

  constructor(settings: SubscriptionSettings, handlers: SubscriptionHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  start(): void {
    this.#forgetIdentity = this.#settings.identity.onRenewed(() => this.renew());
    this.#handlers.onStatus(this.#status);
    void this.#open();
  }

  /** Ends for good. */
  close(): void {
    this.#forgetIdentity();
    this.#drop();
    this.#setStatus({ kind: 'closed' });
  }

  /** Replaces the socket by one with fresh authorization. The present one stays until the new one is live. */
  renew(): void {
    if (this.#status.kind === 'closed') return;
    this.#attempt = 0;
    if (!this.#current && this.#isOnline()) this.#setStatus({ kind: 'connecting' });
    void this.#open();
  }

  /** The reader, or the browser's `online` event, wants the next try now. */
  retryNow(): void {
    if (this.#status.kind === 'live' || this.#status.kind === 'closed') return;
    this.renew();
  }

  /** The browser says that its network went away: said, and doubted. The present socket stays until another one is live. */
  goOffline(): void {
    if (this.#status.kind === 'closed' || this.#status.kind === 'refused') return;
    this.#setStatus({ kind: 'offline' });
    this.#attempt += 1;
    this.#retryLater();
  }

  /** To be called when a tab wakes up: a socket that has been quiet for too long is replaced without waiting. */
  checkAlive(): void {
    if (this.#status.kind === 'reconnecting' || this.#status.kind === 'offline') return this.retryNow();
    if (!this.#current || this.#current.quietMs < TRUSTED_QUIET_MS) return;
    this.#ended({ kind: 'lost', neverOpened: false });
  }

  async #open(): Promise<void> {
    const generation = ++this.#generation;
    this.#cancelRetry();
    this.#next?.close();
    this.#next = null;
    const result = await this.#settings.identity.headers(this.#askForFreshToken).then(
      (headers) => ({ headers }),
      (error: unknown) => ({ final: needsSignIn(error) }),
    );
    if (generation !== this.#generation) return;
    if ('headers' in result) this.#next = this.#connect(result.headers);
    else if (!result.final) this.#ended({ kind: 'lost', neverOpened: false });
    // A live socket goes on without us; when it ends we shall come back here.
    else if (!this.#isLive()) this.#refuse({ kind: 'refused', reason: 'unauthorized', message: '' });
  }

  #connect(headers: AuthHeaders): RealtimeSocket {
    const { realtimeUrl, graphqlUrl, query, variables, clock } = this.#settings;
    const host = new URL(graphqlUrl).host;
    this.#protocolLength = authorizationProtocol({ host, ...headers }).length;
    const socket = new RealtimeSocket(
      {
        url: realtimeUrl,
        host,
        headers,
        query,
        variables,
        clock,
        createWebSocket: this.#settings.createWebSocket ?? ((url, protocols) => new WebSocket(url, protocols)),
      },
      {
        onLive: () => this.#took(socket),
        onData: this.#handlers.onData,
        onEnd: (end) => this.#socketEnded(socket, end),
      },
    );
    return socket;
  }

  #took(socket: RealtimeSocket): void {
    this.#current?.close();
    this.#current = socket;
    this.#next = null;
    this.#attempt = 0;
    this.#hadOne = true;
    this.#askForFreshToken = false;
    this.#cancelRetry();
    this.#cancelRenewal();
    this.#cancelRenewal = this.#settings.clock.after(RENEW_AFTER_MS, () => this.renew());
    this.#setStatus({ kind: 'live' });
  }

  #socketEnded(socket: RealtimeSocket, end: SocketEnd): void {
    const wasCurrent = socket === this.#current;
    if (wasCurrent) this.#current = null;
    else this.#next = null;
    // A new socket is already shaking hands: it will either take over or come back here.
    if (wasCurrent && this.#next) return this.#setStatus({ kind: 'connecting' });
    this.#ended(end);
  }

  #ended(end: SocketEnd): void {
    if (end.kind === 'refused') {
      const firstRefusal = end.reason === 'unauthorized' && !this.#askForFreshToken;
      // One try with a token fetched anew: the clock that says ours is valid may be wrong.
      if (!firstRefusal) return this.#refuse(end);
      this.#askForFreshToken = true;
    }
    if (end.kind === 'lost' && end.neverOpened && this.#attempt >= 1 && this.#protocolLength > LONG_PROTOCOL) {
      return this.#refuse({ kind: 'refused', reason: 'too-large', message: '' });
    }
    // A failed replacement does no harm while the present socket lives; it is tried again all the same.
    const stillLive = this.#isLive();
    if (!stillLive) this.#drop();
    this.#attempt += 1;
    const retryAt = this.#retryLater();
    if (stillLive) return;
    if (this.#isOnline()) {
      this.#setStatus({ kind: 'reconnecting', attempt: this.#attempt, retryAt, hadOne: this.#hadOne });
    } else this.#setStatus({ kind: 'offline' });
  }

  /** Answers when (epoch ms). */
  #retryLater(): number {
    const { clock, random } = this.#settings;
    const delay = backoffMs(this.#attempt, random);
    this.#cancelRetry();
    this.#cancelRetry = clock.after(delay, () => void this.#open());
    return clock.now() + delay;
  }

  #isLive(): boolean {
    return this.#current !== null && this.#current.quietMs < TRUSTED_QUIET_MS;
  }

  #refuse(end: SocketEnd & { kind: 'refused' }): void {
    this.#drop();
    this.#askForFreshToken = false;
    this.#setStatus(end);
  }

  #drop(): void {
    this.#generation += 1;
    this.#cancelRetry();
    this.#cancelRenewal();
    this.#current?.close();
    this.#next?.close();
    this.#current = null;
    this.#next = null;
  }

  #isOnline(): boolean {
    return (this.#settings.online ?? (() => navigator.onLine))();
  }

  #setStatus(status: ConnectionStatus): void {
    if (status.kind === this.#status.kind && status.kind !== 'reconnecting') return;
    this.#status = status;
    this.#handlers.onStatus(status);
  }
}
