/** One request over HTTP, with a limit on every wait. No redirect is followed. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { messageOf } from '@assay/contract';
import { RequestFault } from './fault.ts';

export interface Waits {
  /** Milliseconds until a connection is there. @default 10_000 */
  readonly connectMs?: number;
  /** Until the answer begins, and from then on until it ends: servers think before they say anything. @default 600_000 */
  readonly answerMs?: number;
  /** Between two pieces of an answer. @default 60_000 */
  readonly idleMs?: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Most bytes of an answer. */
const maxBytes = 2 ** 27;

export class HttpClient {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #waits: Required<Waits>;

  constructor(protocol: string, { connectMs = 10_000, answerMs = 600_000, idleMs = 60_000 }: Waits = {}) {
    // A proxy as Node has them, though none of what is not encrypted: it would see the key.
    const proxied = process.env.NODE_USE_ENV_PROXY === '1' && { proxyEnv: process.env };
    this.#agent =
      protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, ...proxied })
        : new HttpAgent({ keepAlive: true });
    this.#waits = { connectMs, answerMs, idleMs };
  }

  /**
   * POST with `body` as JSON, or GET without. Throws the signal's reason, or a RequestFault `retry` where there is no
   * whole answer.
   */
  async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Reply> {
    signal.throwIfAborted();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const start = this.#agent instanceof HttpsAgent ? httpsRequest : httpRequest;
    const request = start(url, {
      method: text === undefined ? 'GET' : 'POST',
      agent: this.#agent,
      signal,
      headers: {
        ...headers,
        accept: 'application/json',
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      },
    });
    let timer: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    let fault: RequestFault | undefined;
    const giveUp = (message: string) => {
      fault = new RequestFault('retry', message);
      request.destroy(fault);
    };
    const wait = (ms: number, what: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp(`${what} within ${ms / 1000} s`), ms);
    };
    const { connectMs, answerMs, idleMs } = this.#waits;
    try {
      return await new Promise<Reply>((resolve, reject) => {
        wait(connectMs, 'no connection');
        request.on('socket', (socket) => {
          const connected = () => wait(answerMs, 'no answer');
          if (socket.connecting)
            socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', connected);
          else connected();
        });
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          wait(idleMs, 'nothing more of the answer');
          deadline = setTimeout(() => giveUp(`no whole answer within ${answerMs / 1000} s`), answerMs);
          response.on('data', (chunk: Buffer) => {
            wait(idleMs, 'nothing more of the answer');
            chunks.push(chunk);
            bytes += chunk.length;
            if (bytes > maxBytes) giveUp(`an answer of more than ${maxBytes} bytes`);
          });
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, headers, text: Buffer.concat(chunks).toString() });
          });
        });
        request.on('error', reject);
        request.end(text);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw (
        fault ?? new RequestFault('retry', messageOf(error) || String((error as NodeJS.ErrnoException).code))
      );
    } finally {
      clearTimeout(timer);
      clearTimeout(deadline);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
