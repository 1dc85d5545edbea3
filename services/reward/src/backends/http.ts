/** JSON over HTTP to a model server: one keep-alive client, whose every failure is a BackendError. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { messageOf } from '@assay/contract';
import { BackendError, type BackendFault } from '../types.ts';

export interface ServerOptions {
  /** Address of the server, with a path where it is behind one: `http://localhost:8000`. No user, no password. */
  readonly url: string;
  /** Sent as bearer token; never part of a message. */
  readonly apiKey?: string | undefined;
  /** Most bytes of an answer. @default 32 MiB */
  readonly maxBytes?: number | undefined;
}

/** An answer with a status that is no success. */
class StatusError extends BackendError {
  readonly status: number;

  constructor(status: number, fault: BackendFault, message: string, retryAfterMs?: number) {
    super(fault, message, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.status = status;
  }
}

/** How vLLM, SGLang, llama.cpp and TEI say that an input has too many tokens; llama.cpp with status 500. */
const tooLong =
  /(?:maximum|model's|available) context|maximum model length|maximum allowed (?:input )?length|must have less than \d+ (?:tokens|characters)|too large to process/i;

/** Characters of a server's words that go into a message: they may repeat what was sent. */
const maxWords = 200;

export class ModelServer {
  /** Server and address, for messages. */
  readonly name: string;
  readonly #base: string;
  readonly #apiKey: string | undefined;
  readonly #maxBytes: number;
  readonly #agent: HttpAgent | HttpsAgent;

  /** Throws BackendError `misuse`. */
  constructor(engine: string, { url, apiKey, maxBytes = 32 * 2 ** 20 }: ServerOptions) {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw new BackendError('misuse', `the address of ${engine} is no http or https URL`);
    }
    if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
      throw new BackendError(
        'misuse',
        `the address of ${engine} has more than host, port and path; a key is given by itself`,
      );
    }
    if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new BackendError('misuse', `the key for ${engine} is empty or has characters that no key has`);
    }
    this.#base = parsed.href.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#maxBytes = maxBytes;
    this.name = `${engine} at ${this.#base}`;
    const Agent = parsed.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true });
  }

  /** What `read` makes of the answer's JSON; what it throws gets the server's name. */
  async get<T>(path: string, signal: AbortSignal, read: (answer: unknown) => T): Promise<T> {
    return this.#read(`GET ${path}`, await this.#send('GET', path, undefined, signal), read);
  }

  /** As `get`; undefined where the server has no such path. */
  async getIfThere<T>(
    path: string,
    signal: AbortSignal,
    read: (answer: unknown) => T,
  ): Promise<T | undefined> {
    try {
      return await this.get(path, signal, read);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** As `get`, with `body` as JSON. */
  async post<T>(path: string, body: unknown, signal: AbortSignal, read: (answer: unknown) => T): Promise<T> {
    return this.#read(`POST ${path}`, await this.#send('POST', path, JSON.stringify(body), signal), read);
  }

  /** Succeeds where GET of the path does, whatever the answer. */
  async reach(path: string, signal: AbortSignal): Promise<void> {
    await this.#send('GET', path, undefined, signal);
  }

  fault(fault: BackendFault, message: string): BackendError {
    return new BackendError(fault, `${this.name}: ${message}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #read<T>(what: string, text: string, read: (answer: unknown) => T): T {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw this.fault('garbage', `${what}: the answer is no JSON: ${this.#words(text)}`);
    }
    try {
      return read(answer);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      throw this.fault(error.fault, `${what}: ${error.message}: ${this.#words(text)}`);
    }
  }

  async #send(method: string, path: string, body: string | undefined, signal: AbortSignal): Promise<string> {
    const what = `${method} ${path}`;
    let response: IncomingMessage | undefined;
    try {
      response = await this.#request(method, path, body, signal);
      const text = await this.#text(response);
      const status = response.statusCode as number;
      if (status >= 200 && status < 300) return text;
      const fault = faultOf(status, text);
      throw new StatusError(
        status,
        fault,
        `${this.name}: ${what}: status ${status}: ${this.#words(text)}`,
        retryAfterMs(response.headers['retry-after']),
      );
    } catch (error) {
      if (signal.aborted) {
        throw new BackendError('timeout', `${this.name}: ${what}: no answer in time`, {
          cause: signal.reason,
        });
      }
      if (error instanceof BackendError) throw error;
      const code = String((error as NodeJS.ErrnoException).code ?? '');
      // A reset in an answer means half an answer; before one, that nobody answered.
      const fault = response !== undefined || code.startsWith('HPE_') ? 'garbage' : 'unavailable';
      const half = response === undefined ? '' : 'the answer broke off: ';
      throw new BackendError(fault, `${this.name}: ${what}: ${half}${messageOf(error) || code}`, {
        cause: error,
      });
    }
  }

  #request(
    method: string,
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const start = this.#agent instanceof HttpsAgent ? httpsRequest : httpRequest;
    const request = start(this.#base + path, {
      method,
      agent: this.#agent,
      signal,
      headers: {
        accept: 'application/json',
        ...(this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    request.on('response', resolve).on('error', reject).end(body);
    return promise;
  }

  async #text(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Leaving the loop destroys the response, and with it the socket.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.#maxBytes) {
        throw this.fault('garbage', `an answer of more than ${this.#maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  /** The server's own words, short and in one line. */
  #words(text: string): string {
    const plain = this.#apiKey === undefined ? text : text.replaceAll(this.#apiKey, '***');
    const line = plain.slice(0, 2 * maxWords).replaceAll(/[\s\p{Cc}]+/gu, ' ');
    return line.length > maxWords ? `${line.slice(0, maxWords)}…` : line;
  }
}

/** Whether the server has no such path. */
export function isMissing(error: unknown): boolean {
  return error instanceof StatusError && (error.status === 404 || error.status === 405);
}

function faultOf(status: number, text: string): BackendFault {
  if (status === 429 || status === 503) return 'overloaded';
  if (status === 408) return 'timeout';
  // TEI says 413 of a batch with too many items, too.
  if (status === 413) return /batch size/i.test(text) ? 'rejected' : 'too_long';
  if (tooLong.test(text)) return 'too_long';
  // No path, no such model, no key, not started for this, moved elsewhere: it stays so.
  if (status < 400 || [401, 403, 404, 405, 501].includes(status)) return 'misuse';
  // TEI says 424 where its model failed.
  return status >= 500 || status === 424 ? 'server' : 'rejected';
}

/** Of a Retry-After header: seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
