/** A server of language models that speaks OpenAI's API: vLLM, SGLang, llama.cpp and others. */
import { AssayError } from '@assay/contract';
import { type Answer, readAnswer } from './answer.ts';
import { RequestFault, refusal, statusFault } from './fault.ts';
import { type Api, apis } from './forms/form.ts';
import { HttpClient, type Waits } from './http.ts';
import { backoffMs, pause } from './pace.ts';
import { withoutNulls } from './request.ts';

export interface ServerOptions {
  /** Base of the API: `http://localhost:8000/v1`. Without a path, /v1 is meant. */
  readonly url: string;
  /** Sent as bearer token; part of no message and no file. */
  readonly apiKey?: string | undefined;
  readonly waits?: Waits;
}

/** Characters of a server's words that go into a message: they may repeat what was sent. */
const maxWords = 300;

/** Of what is asked before the first sample: tries after one that a busy server refuses, and the longest rest it gets. */
const busyTries = 4;
const longestBusyMs = 30_000;

const paths = { completions: '/completions', chat: '/chat/completions' } as const;

export class ModelServer {
  /** The base, for messages. */
  readonly url: string;
  readonly #http: HttpClient;
  readonly #headers: Record<string, string>;
  readonly #apiKey: string | undefined;

  /** Error: `usage`. */
  constructor({ url, apiKey, waits }: ServerOptions) {
    const parsed = URL.parse(url);
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw wrongUrl('The address of the server is no http or https URL.');
    }
    if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
      throw wrongUrl('The address of the server has more than host, port and path.');
    }
    if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new AssayError('usage', 'The key is empty, or has characters that no key has.', {
        mend: 'Check the variable that holds it (--api-key-env).',
      });
    }
    this.url = parsed.pathname === '/' ? `${parsed.origin}/v1` : parsed.href.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    this.#http = new HttpClient(parsed.protocol, waits);
  }

  /** Names of the models that it serves. Errors: `server_unreachable`, `server_refused`. */
  async models(signal: AbortSignal): Promise<string[]> {
    const text = await this.#insist('/models', undefined, signal).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    try {
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      return data.map(({ id }) => String(id));
    } catch {
      throw refusal(
        `${this.url}/models lists no models: ${this.#words(text)}`,
        'Name the model with --model NAME, and check the path of --url.',
      );
    }
  }

  /**
   * The API by which a model can be asked: a request for one token says so. Completions go before chat, as the paper has
   * them. `body`: as Settings.body. Errors: `server_unreachable`, `server_refused`.
   */
  async probe(model: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Api> {
    let refused: unknown;
    for (const api of apis) {
      const one = api === 'chat' ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' };
      try {
        await this.#insist(paths[api], withoutNulls({ model, max_tokens: 1, ...body, ...one }), signal);
        return api;
      } catch (error) {
        // Servers without completions say 404, 405 or, of a chat model, 400.
        if (!(error instanceof AssayError) || error.code !== 'server_refused') throw this.#unreachable(error);
        refused = error;
      }
    }
    throw refused;
  }

  /** Asks for `body.n` choices. Errors: a RequestFault, `server_refused`, the signal's reason. */
  async complete(
    api: Api,
    body: Readonly<Record<string, unknown>> & { readonly n: number },
    signal: AbortSignal,
  ): Promise<Answer> {
    const text = await this.#send(paths[api], body, signal);
    try {
      return readAnswer(text, api, body.n);
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
      throw new RequestFault(error.kind, `${this.url}: ${error.message}: ${this.#words(text)}`);
    }
  }

  close(): void {
    this.#http.close();
  }

  /** As #send; a server that is busy, or still loads its model, is asked again a few times. */
  async #insist(path: string, body: unknown, signal: AbortSignal): Promise<string> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#send(path, body, signal);
      } catch (error) {
        if (!(error instanceof RequestFault) || !error.overloaded || tries === busyTries) throw error;
        await pause(Math.min(error.waitMs ?? 0, longestBusyMs) + backoffMs(tries), signal);
      }
    }
  }

  async #send(path: string, body: unknown, signal: AbortSignal): Promise<string> {
    const url = this.url + path;
    const reply = await this.#http.send(url, this.#headers, body, signal).catch((error: unknown) => {
      if (!(error instanceof RequestFault)) throw error;
      throw new RequestFault(error.kind, `${url}: ${error.message}`);
    });
    const { status, headers, text } = reply;
    if (status >= 200 && status < 300) return text;
    throw statusFault(status, text, headers, `${url}: status ${status}: ${this.#words(text)}`);
  }

  #unreachable(error: unknown): unknown {
    if (!(error instanceof RequestFault)) return error;
    return new AssayError('server_unreachable', error.message, {
      mend: 'Start the server, or check --url; the same command then goes on.',
      cause: error,
    });
  }

  /** The server's own words, short, in one line, without the key. */
  #words(text: string): string {
    const plain = this.#apiKey === undefined ? text : text.replaceAll(this.#apiKey, '***');
    const line = plain.slice(0, 2 * maxWords).replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
    return line.length > maxWords ? `${line.slice(0, maxWords)}…` : line;
  }
}

function wrongUrl(message: string): AssayError {
  return new AssayError('usage', message, {
    mend: 'Write it as http://localhost:8000/v1; a key is given by --api-key-env.',
  });
}
