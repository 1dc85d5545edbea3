/**
 * A stand-in for servers of language models, with their bad habits. What it says follows from the prompt and the seed (of
 * choice j: plus j), as with vLLM and llama.cpp; every fault is one that such servers or what stands before them have.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Share of requests that get each fault. */
export interface Faults {
  /** The connection is closed before the answer. */
  drop?: number;
  /** The connection is closed in the middle of the answer. */
  cut?: number;
  /** Half of the JSON, as if it were all. */
  truncate?: number;
  /** Status 500. */
  fail?: number;
  /** Status 429 with Retry-After. */
  limit?: number;
  /** Fewer choices than asked for. */
  fewer?: number;
  /** No choice at all. */
  empty?: number;
  /** A choice twice. */
  twice?: number;
  /** A choice that the server gave up. */
  abort?: number;
  /** Never an answer. */
  hang?: number;
  /** Half of an answer, and then nothing. */
  stall?: number;
}

export interface StandInOptions {
  faults?: Faults;
  /** Answers take a random time up to this. */
  delayMs?: number;
  /** What is said; default: `saidBy`. */
  say?: (prompt: string, seed: number) => string;
  /** Has completions; default: true. */
  completions?: boolean;
  /** Most tokens of a prompt: words, here. */
  context?: number;
  /** Most choices of an answer, as servers have that know no `n`. */
  mostChoices?: number;
  /** The key that it wants. */
  apiKey?: string;
  /** Answers anything itself: true where it has. */
  intercept?: (path: string, response: ServerResponse, body: Body) => boolean;
}

/** A request's body, as far as it is looked at. */
export interface Body {
  model?: string;
  prompt?: string;
  messages?: { role: string; content: string }[];
  n?: number;
  seed?: number;
  max_tokens?: number;
  logprobs?: unknown;
}

export interface StandIn {
  /** Base of its API. */
  readonly url: string;
  /** Bodies of the requests for completions, as they came. */
  readonly requests: Body[];
  /** How often each fault was. */
  readonly faults: Record<string, number>;
  readonly counts: { open: number; mostOpen: number; choices: number };
  close(): Promise<void>;
}

/** A text that follows from prompt and seed: two words and a number from 0 to 9. */
export function saidBy(prompt: string, seed: number): string {
  const digest = createHash('sha256').update(`${prompt}\0${seed}`).digest();
  return ` words ${digest.toString('hex', 0, 6)}, the answer is ${(digest[6] as number) % 10}`;
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { faults = {}, delayMs = 0, say = saidBy, mostChoices = Number.POSITIVE_INFINITY } = options;
  const requests: Body[] = [];
  const counted: Record<string, number> = {};
  const counts = { open: 0, mostOpen: 0, choices: 0 };

  function faultOf(turn: number): keyof Faults | undefined {
    let share = createHash('sha256').update(`fault ${turn}`).digest().readUInt32BE() / 2 ** 32;
    for (const [name, rate] of Object.entries(faults)) {
      if (share < rate) {
        counted[name] = (counted[name] ?? 0) + 1;
        return name as keyof Faults;
      }
      share -= rate;
    }
    return undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const json = (status: number, value: unknown, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = (chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}) as Body;
    if (options.intercept?.(path, response, body)) return;
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      const said = `Incorrect API key provided: ${request.headers.authorization}`;
      json(401, { error: { message: said } });
      return;
    }
    if (path === '/v1/models') {
      json(200, { object: 'list', data: [{ id: 'stand-in', object: 'model' }] });
      return;
    }
    if (path === '/stats') {
      json(200, { requests: requests.length, faults: counted, ...counts });
      return;
    }
    const chat = path === '/v1/chat/completions';
    if (!chat && (path !== '/v1/completions' || options.completions === false)) {
      json(404, { error: { message: 'no such path' } });
      return;
    }
    const prompt = chat ? JSON.stringify(body.messages) : (body.prompt ?? '');
    const words = prompt.split(/\s+/).length;
    if (words > (options.context ?? Number.POSITIVE_INFINITY)) {
      const message = `This model's maximum context length is ${options.context} tokens.`;
      json(400, { error: { message } });
      return;
    }
    // A request for one token asks whether the path is there.
    const fault = body.max_tokens === 1 ? undefined : faultOf(requests.push(body));
    if (fault === 'hang') return;
    if (delayMs > 0) await sleep(delayMs * Math.random());
    if (fault === 'drop') response.destroy();
    else if (fault === 'fail') json(500, { error: { message: 'the engine has a bad day' } });
    else if (fault === 'limit') json(429, { error: { message: 'slow down' } }, { 'retry-after': '0.01' });
    else answer(response, chat, body, prompt, words, fault);
  }

  function answer(
    response: ServerResponse,
    chat: boolean,
    { n = 1, seed = 0, logprobs, model }: Body,
    prompt: string,
    words: number,
    fault: keyof Faults | undefined,
  ): void {
    const made = Math.min(n, mostChoices, fault === 'fewer' ? Math.ceil(n / 2) : n);
    const choices = Array.from({ length: fault === 'empty' ? 0 : made }, (_, index) => {
      const text = say(prompt, seed + index);
      const finish_reason = fault === 'abort' && index === 0 ? 'abort' : 'stop';
      const tokens = text.trim().split(/\s+/);
      const counted = logprobs ? (chat ? { content: tokens } : { tokens }) : null;
      const said = chat ? { message: { role: 'assistant', content: text } } : { text };
      return { index, ...said, finish_reason, logprobs: counted, tokens: tokens.length };
    });
    if (fault === 'twice' && choices[0] !== undefined) choices.splice(1, 0, { ...choices[0] });
    counts.choices += choices.length;
    const completion_tokens = choices.reduce((sum, { tokens }) => sum + tokens, 0);
    const usage = { prompt_tokens: words, completion_tokens, total_tokens: words + completion_tokens };
    const text = JSON.stringify({ id: 'x', model, choices, usage });
    response.writeHead(200, { 'content-type': 'application/json' });
    if (fault === 'cut') response.write(text.slice(0, text.length / 2), () => response.destroy());
    else if (fault === 'stall') response.write(text.slice(0, text.length / 2));
    else response.end(fault === 'truncate' ? text.slice(0, text.length / 2) : text);
  }

  const server = createServer((request, response) => {
    counts.open++;
    counts.mostOpen = Math.max(counts.mostOpen, counts.open);
    response.on('close', () => counts.open--);
    handle(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    faults: counted,
    counts,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
