/**
 * One WebSocket to AppSync that carries one subscription, from handshake to end. It never reconnects: that is
 * `realtime-subscription.ts`.
 *
 * The protocol is AppSync's own (sub-protocol `graphql-ws`): connection_init → connection_ack → start → start_ack →
 * data …, with `ka` about once a minute. A subscription counts as live only after `start_ack`.
 */
import { authorizationProtocol, type AuthHeaders } from './authorization';
import type { Clock } from './clock';

/** Why a socket ended. `lost` is worth another try, `refused` is not before something changed. */
export type SocketEnd =
  | {
      readonly kind: 'lost';
      /** The connection was never opened: nobody is there, or something in between lets no WebSocket through. */
      readonly neverOpened: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string };

export type RefusalReason =
  | 'unauthorized'
  /** The service does not know what this page asks for: one of the two is older. */
  | 'version'
  | 'bad-request'
  /** What says who the reader is does not fit into the handshake. */
  | 'too-large';

export interface SocketHandlers {
  readonly onLive: () => void;
  readonly onData: (payload: unknown) => void;
  /** Called once; never after `close()`. */
  readonly onEnd: (end: SocketEnd) => void;
}

export interface SocketSettings {
  readonly url: string;
  /** The GraphQL host, never the real-time one: that is what AppSync authorizes. */
  readonly host: string;
  readonly headers: AuthHeaders;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly createWebSocket: (url: string, protocols: string[]) => WebSocket;
  readonly clock: Clock;
}

/** AppSync's own clients give connection_ack and start_ack this long. */
const HANDSHAKE_MS = 15_000;
/** `ka` comes each minute; two missed in a row mean that nobody is there. */
const SILENCE_MS = 130_000;
/** Until connection_ack names it: the documented default of connectionTimeoutMs. */
const DEFAULT_CONNECTION_TIMEOUT_MS = 300_000;

const UNAUTHORIZED = new Set(['UnauthorizedException', 'Unauthorized']);
const BAD_REQUEST = new Set([
  'BadRequestException',
  'BadRequest',
  'MalformedRequest',
  'ValidationError',
  'UnsupportedOperation',
  'SubProtocolNotSupportedError',
]);
/** The query does not fit the schema. */
const OTHER_VERSION = /^Validation error of type |\bGraphQLSchemaException\b/;
/** Refusals that pass: too slow, too much. */
const PASSING_CODES = new Set([408, 425, 429]);

interface Frame {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly payload?: {
    readonly connectionTimeoutMs?: unknown;
    readonly errors?: readonly {
      readonly errorType?: unknown;
      readonly errorCode?: unknown;
      readonly message?: unknown;
    }[];
  };
}

/** One subscription a socket, so its id need not be unique beyond it. */
const SUBSCRIPTION_ID = '1';

export class RealtimeSocket {
  readonly #settings: SocketSettings;
  readonly #handlers: SocketHandlers;
  readonly #socket: WebSocket;
  readonly #authorization: AuthHeaders;
  #silenceMs = SILENCE_MS;
  #lastFrameAt: number;
  #opened = false;
  #live = false;
  #over = false;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: SocketSettings, handlers: SocketHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.#authorization = { host: settings.host, ...settings.headers };
    this.#lastFrameAt = settings.clock.now();
    this.#socket = settings.createWebSocket(settings.url, ['graphql-ws', authorizationProtocol(this.#authorization)]);
    this.#socket.onopen = () => {
      this.#opened = true;
      this.#send({ type: 'connection_init' });
    };
    this.#socket.onmessage = (event) => this.#receive(event.data);
    this.#socket.onclose = () => this.#end(this.#lost());
    this.#expect(HANDSHAKE_MS);
  }

  /** Milliseconds since the server was last heard. */
  get quietMs(): number {
    return this.#settings.clock.now() - this.#lastFrameAt;
  }

  /** Ends the subscription and the connection. Nothing is called back any more. */
  close(): void {
    if (this.#over) return;
    if (this.#live) this.#send({ id: SUBSCRIPTION_ID, type: 'stop' });
    this.#finish();
  }

  #receive(data: unknown): void {
    const frame = parseFrame(data);
    if (!frame || this.#over) return;
    this.#lastFrameAt = this.#settings.clock.now();
    if (this.#live) this.#expect(this.#silenceMs);
    switch (frame.type) {
      case 'connection_ack':
        return this.#acknowledged(frame);
      case 'start_ack':
        this.#live = true;
        this.#expect(this.#silenceMs);
        return this.#handlers.onLive();
      case 'data':
        return this.#handlers.onData(frame.payload);
      case 'error':
      case 'connection_error':
        return this.#end(readRefusal(frame) ?? this.#lost());
      // The server ended the subscription, for instance because it was invalidated.
      case 'complete':
        return this.#end(this.#lost());
      default:
    }
  }

  #acknowledged(frame: Frame): void {
    const timeout = frame.payload?.connectionTimeoutMs;
    this.#silenceMs = Math.min(SILENCE_MS, typeof timeout === 'number' ? timeout : DEFAULT_CONNECTION_TIMEOUT_MS);
    const { query, variables } = this.#settings;
    this.#send({
      id: SUBSCRIPTION_ID,
      type: 'start',
      payload: {
        // AppSync wants the document as text inside the JSON, not as an object.
        data: JSON.stringify({ query, variables }),
        extensions: { authorization: this.#authorization },
      },
    });
    this.#expect(HANDSHAKE_MS);
  }

  /** Declares the socket dead unless the server is heard again in time. */
  #expect(withinMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#settings.clock.after(withinMs, () => this.#end(this.#lost()));
  }

  #lost(): SocketEnd {
    return { kind: 'lost', neverOpened: !this.#opened };
  }

  #send(frame: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #end(end: SocketEnd): void {
    if (this.#over) return;
    this.#finish();
    this.#handlers.onEnd(end);
  }

  #finish(): void {
    this.#over = true;
    this.#cancelTimer();
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(1000);
  }
}

function parseFrame(data: unknown): Frame | null {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data) as Frame;
  } catch {
    return null;
  }
}

/** Null for limits, throttling and faults of the service, which pass. */
function readRefusal(frame: Frame): SocketEnd | null {
  const [error] = frame.payload?.errors ?? [];
  const type = typeof error?.errorType === 'string' ? error.errorType : '';
  const message = typeof error?.message === 'string' ? error.message : '';
  const code = error?.errorCode;
  // AppSync reports an expired token under several names but always says so.
  if (UNAUTHORIZED.has(type) || code === 401 || code === 403 || /token (has )?expired/i.test(message)) {
    return { kind: 'refused', reason: 'unauthorized', message };
  }
  if (OTHER_VERSION.test(message) || OTHER_VERSION.test(type)) return { kind: 'refused', reason: 'version', message };
  const final = typeof code === 'number' && code >= 400 && code < 500 && !PASSING_CODES.has(code);
  return BAD_REQUEST.has(type) || final ? { kind: 'refused', reason: 'bad-request', message } : null;
}
