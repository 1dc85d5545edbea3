/** Stand-ins for model servers: real HTTP servers, with answers of the real ones' form and a model of our own. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Backend } from '../../types.ts';

/**
 * What a stand-in does instead of answering as it should:
 * hang, drip          no answer; blanks for ever
 * reset, half, cut    ends the connection before an answer, within a body of stated length, within a chunk of a body
 * shorter             a well-formed HTTP answer with half of the JSON
 * nan, null, string   the first score as `NaN`, null, a text
 * missing, surplus    one entry too few, too many
 * beyond, twice, none the first entry's index: too large, that of the second, none (of lists without index: as `null`)
 * busy, down          429 with Retry-After 2; 503 with a date
 * failing, refusing   500, 400
 * error               200 with an error as body
 * page, huge          200 with HTML; 200 with more than anyone reads
 */
export type Mischief =
  | 'hang'
  | 'drip'
  | 'reset'
  | 'half'
  | 'cut'
  | 'shorter'
  | 'nan'
  | 'null'
  | 'string'
  | 'missing'
  | 'surplus'
  | 'beyond'
  | 'twice'
  | 'none'
  | 'busy'
  | 'down'
  | 'failing'
  | 'refusing'
  | 'error'
  | 'page'
  | 'huge';

/** An answer with its list of entries, one an item: some mischief is done to them. */
export interface Answer {
  readonly body: unknown;
  readonly entries?: unknown[];
  readonly status?: number;
}

/** `say` wraps each score, in the order of the items. */
export type Route = (body: Record<string, unknown>, say: (score: number) => number) => Answer;

export interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly socket: Socket;
}

export class StandIn {
  /** Done to every POST. */
  mischief: Mischief | undefined;
  readonly seen: Seen[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #routes: Readonly<Record<string, Route>>;
  #onSeen: (() => void) | undefined;

  /** Routes by `GET /path`, `POST /path`. */
  constructor(routes: Readonly<Record<string, Route>>) {
    this.#routes = routes;
    this.#server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      const { method = '', url = '', headers, socket } = request;
      const body = text === '' ? {} : JSON.parse(text);
      this.seen.push({ path: url, headers, body, socket });
      this.#onSeen?.();
      const route = this.#routes[`${method} ${url}`];
      if (route === undefined) return send(response, 404, '{"detail":"Not Found"}');
      this.#answer(method === 'POST' ? this.mischief : undefined, route, body, response);
    });
    // Sockets that nobody closes stay open, and are seen.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket.once('close', () => this.sockets.delete(socket)));
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get posts(): Seen[] {
    return this.seen.filter(({ body }) => Object.keys(body).length > 0);
  }

  /** The last POST. */
  get last(): Seen {
    return this.posts.at(-1) as Seen;
  }

  /** Until the next request was read. */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onSeen = resolve;
    return promise;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(
    mischief: Mischief | undefined,
    route: Route,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): void {
    let scores = 0;
    const { status = 200, body: answer, entries } = route(body, (score) => spoil(mischief, score, scores++));
    if (entries !== undefined) tamper(mischief, entries);
    const text = JSON.stringify(answer).replaceAll('"NaN"', 'NaN');
    switch (mischief) {
      case 'hang':
        return;
      case 'drip': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 5);
        response.once('close', () => clearInterval(timer));
        return;
      }
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'half':
        response.writeHead(200, { 'content-length': text.length });
        response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
        return;
      case 'cut':
        response.write(text.slice(0, text.length / 2), () => response.socket?.resetAndDestroy());
        return;
      case 'shorter':
        send(response, 200, text.slice(0, text.length / 2));
        return;
      case 'huge':
        send(response, 200, ' '.repeat(2 ** 20) + text);
        return;
      default:
        send(response, ...((mischief && fixed[mischief]) ?? ([status, text] satisfies Reply)));
    }
  }
}

type Reply = [status: number, text: string, headers?: Record<string, string>];

/** Answers that are always the same. */
const fixed: Readonly<Partial<Record<Mischief, Reply>>> = {
  busy: [429, '{"error":"Model is overloaded","error_type":"Overloaded"}', { 'retry-after': '2' }],
  down: [503, 'no healthy upstream', { 'retry-after': 'Wed, 01 Jan 2200 00:00:00 GMT' }],
  failing: [500, 'Internal Server Error'],
  refusing: [400, '{"object":"error","message":"no","type":"BadRequestError","code":400}'],
  error: [200, '{"object":"error","message":"CUDA out of memory","code":500}'],
  page: [200, '<html><body>Welcome</body></html>'],
};

/** Starts a stand-in, runs the test with a backend of it, and closes both. */
export async function withStandIn(
  start: Promise<StandIn>,
  make: (url: string) => Backend,
  run: (backend: Backend, server: StandIn) => Promise<void>,
): Promise<void> {
  const server = await start;
  const backend = make(server.url);
  try {
    await run(backend, server);
  } finally {
    await backend.close();
    await server.close();
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function spoil(mischief: Mischief | undefined, score: number, at: number): number {
  if (at > 0) return score;
  if (mischief === 'nan') return 'NaN' as unknown as number;
  if (mischief === 'null') return null as unknown as number;
  if (mischief === 'string') return String(score) as unknown as number;
  return score;
}

function tamper(mischief: Mischief | undefined, entries: unknown[]): void {
  const [first, second] = entries as Record<string, unknown>[];
  if (mischief === 'missing') entries.pop();
  if (mischief === 'surplus') entries.push(first);
  if (first === undefined || !['beyond', 'twice', 'none'].includes(mischief ?? '')) return;
  if (!('index' in first)) entries[0] = null;
  else
    first.index = mischief === 'beyond' ? entries.length : mischief === 'twice' ? second?.index : undefined;
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

export function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
