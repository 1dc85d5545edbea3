/** A gateway with an orchestrator behind it, both in this process. */
import type { TestContext } from 'node:test';
import type { Tokens } from '@assay/contract';
import { type GatewayOptions, serveGateway } from '@assay/gateway';
import { Orchestrator, serveOrchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { serveVerifier, type VerifierDefinition } from '@assay/verifier-kit';
import { defer } from './cleanup.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  json: any;
}

export interface TestGateway {
  url: string;
  /** Lines that it has logged. */
  notes: string[];
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A text is sent as it is, anything else as JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(graceMs?: number): Promise<void>;
}

export async function testGateway(
  t: TestContext,
  verifiers: readonly VerifierDefinition[],
  {
    direct = false,
    tokens,
    ...options
  }: Partial<GatewayOptions> & { direct?: boolean; tokens?: Tokens } = {},
): Promise<TestGateway> {
  const addresses: string[] = [];
  for (const definition of verifiers) {
    const running = await serveVerifier(definition, { logLevel: 'silent' });
    defer(t, () => running.close());
    addresses.push(running.address);
  }
  const store = openSqliteStore(':memory:');
  const orchestrator = new Orchestrator(store, addresses);
  const server = await serveOrchestrator(orchestrator, { tokens });
  defer(t, async () => {
    await orchestrator.close();
    await server.close(100);
    store.close();
  });
  const notes: string[] = [];
  const gateway = await serveGateway({
    orchestrators: [server.address],
    port: 0,
    note: (line) => notes.push(line),
    ...(direct && { verifiers: addresses }),
    ...options,
  });
  defer(t, () => gateway.close(100));
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(new URL(path, gateway.url), { ...init, signal: AbortSignal.timeout(30_000) });
    const text = await answer.text();
    const isJson = /json\b/.test(answer.headers.get('content-type') ?? '') && !text.includes('}\n');
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    url: gateway.url,
    notes,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        body:
          typeof body === 'string' || body instanceof Uint8Array
            ? (body as NonNullable<RequestInit['body']>)
            : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: gateway.close,
  };
}

/** CORRECT where a candidate's last word is the gold answer; `wait` in it takes a minute. */
export const lastWord: VerifierDefinition = {
  name: 'stub',
  version: '1',
  kinds: ['math_answer'],
  async verify({ mathAnswer }, { text }, { signal }) {
    if (text.includes('wait')) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, 60_000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
      await promise;
    }
    const answer = text.trim().split(/\s+/).at(-1) ?? '';
    return answer === mathAnswer?.gold
      ? { status: 'CORRECT', answer, answerClass: answer }
      : { status: 'INCORRECT', reason: 'wrong_answer', answer, answerClass: answer };
  },
};
