/**
 * AppSync as this interface sees it, for its own tests: the query endpoint and the real-time protocol on a port of
 * this machine. It does what a test tells it and nothing by itself; the faithful one is `local/`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Piece } from '../../src/api/piece';
import type { Question } from '../../src/api/ask';
import { recorded } from '../pieces';

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly data?: string;
    readonly extensions?: { readonly authorization: Record<string, string> };
  };
}

/** How the next connections and questions are met; a test changes what it needs. */
export interface Behaviour {
  /** False leaves connection_init unanswered. */
  acknowledge: boolean;
  /** False leaves start unanswered. */
  acknowledgeStart: boolean;
  connectionTimeoutMs: number;
  /** A frame sent instead of connection_ack. */
  connectionError: unknown;
  /** A frame sent instead of start_ack. */
  startError: unknown;
  /** Status and body of the answer to a question. */
  query: (question: Question) => { status?: number; body: unknown };
  /** Called after a question was taken; sends its pieces as it likes. */
  onQuestion: (question: Question) => void;
}

interface Subscriber {
  readonly socket: WebSocket;
  readonly id: string;
  readonly sessionId: string;
}

const TAKEN = { body: { data: { getLlmResponse: { requestId: null } } } };

export class FakeAppSync {
  readonly behaviour: Behaviour = {
    acknowledge: true,
    acknowledgeStart: true,
    connectionTimeoutMs: 300_000,
    connectionError: null,
    startError: null,
    query: () => TAKEN,
    onQuestion: () => undefined,
  };
  /** Every frame clients sent, oldest first. */
  readonly frames: Frame[] = [];
  /** What each connection offered as sub-protocols. */
  readonly handshakes: { readonly protocols: string[]; readonly authorization: unknown }[] = [];
  readonly questions: { readonly question: Question; readonly headers: IncomingMessage['headers'] }[] = [];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #subscribers: Subscriber[] = [];

  private constructor(http: Server) {
    this.#http = http;
    this.#sockets = new WebSocketServer({
      server: http,
      path: '/graphql/realtime',
      handleProtocols: () => 'graphql-ws',
    });
    this.#sockets.on('connection', (socket, request) => this.#connected(socket, request));
  }

  static async start(): Promise<FakeAppSync> {
    const http = createServer((request, response) => void fake.#answer(request, response));
    const fake = new FakeAppSync(http);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get host(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get graphqlUrl(): string {
    return `http://${this.host}/graphql`;
  }

  get realtimeUrl(): string {
    return `ws://${this.host}/graphql/realtime`;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  get subscriptions(): number {
    return this.#subscribers.length;
  }

  /** Sends one piece to everybody who subscribed to its session. */
  publish(piece: Partial<Piece> & Pick<Piece, 'sessionId' | 'requestId' | 'sequence' | 'event'>): void {
    const onSendMessage = recorded(piece);
    for (const { socket, id, sessionId } of this.#subscribers) {
      if (sessionId === piece.sessionId) send(socket, { type: 'data', id, payload: { data: { onSendMessage } } });
    }
  }

  /** Sends a frame to all connections, for instance `ka`. */
  broadcast(frame: unknown): void {
    for (const socket of this.#sockets.clients) send(socket, frame);
  }

  /** Cuts all connections without a goodbye. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #connected(socket: WebSocket, request: IncomingMessage): void {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
    const header = protocols.find((protocol) => protocol.startsWith('header-'))?.slice('header-'.length) ?? '';
    this.handshakes.push({
      protocols,
      authorization: JSON.parse(Buffer.from(header, 'base64url').toString() || 'null'),
    });
    socket.on('message', (data: Buffer) => this.#received(socket, JSON.parse(data.toString()) as Frame));
    socket.on('close', () => {
      this.#subscribers = this.#subscribers.filter((subscriber) => subscriber.socket !== socket);
    });
  }

  #received(socket: WebSocket, frame: Frame): void {
    this.frames.push(frame);
    const { acknowledge, acknowledgeStart, connectionError, startError, connectionTimeoutMs } = this.behaviour;
    if (frame.type === 'connection_init' && connectionError) send(socket, connectionError);
    else if (frame.type === 'connection_init' && acknowledge) {
      send(socket, { type: 'connection_ack', payload: { connectionTimeoutMs } });
    }
    const { id } = frame;
    if (frame.type !== 'start' || id === undefined) return;
    if (startError) return send(socket, { ...startError, id });
    if (!acknowledgeStart) return;
    const { variables } = JSON.parse(frame.payload?.data ?? '{}') as { variables: { sessionId: string } };
    this.#subscribers.push({ socket, id, sessionId: variables.sessionId });
    send(socket, { type: 'start_ack', id });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*, authorization');
    if (request.method === 'OPTIONS') return void response.end();
    const { variables } = JSON.parse(await text(request)) as { variables: { input: Question } };
    this.questions.push({ question: variables.input, headers: request.headers });
    const { status = 200, body } = this.behaviour.query(variables.input);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (JSON.stringify(body) === JSON.stringify(TAKEN.body)) this.behaviour.onQuestion(variables.input);
  }
}

function send(socket: WebSocket, frame: unknown): void {
  socket.send(JSON.stringify(frame));
}
