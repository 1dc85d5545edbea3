/** Stand-ins for the GPU worker: one on the kit, which keeps the contract, and one without it, which can break it. */
import type { TestContext } from 'node:test';
import {
  type DescribeResponse,
  grpcError,
  type Problem,
  status,
  type VerdictInit,
  type VerifierHandlers,
  type VerifyRequest,
  verifierService,
} from '@assay/contract';
import { type ServeOptions, serveVerifier, type VerifierDefinition } from '@assay/verifier-kit';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

export type Stream = Parameters<VerifierHandlers['Verify']>[0];

const facts = {
  name: 'reward-gpu',
  version: 'org/tiny@0123456789ab+ffeedd',
  kinds: ['scoring'],
  decides: false,
};

/** The score tells which text was scored as a response to what. */
export function scoreOf({ prompt, scoring }: Pick<Problem, 'prompt' | 'scoring'>, text: string): number {
  return text.length + JSON.stringify([scoring?.system, scoring?.turns, prompt]).length / 1024;
}

function verdictOf(problem: Problem, text: string): Omit<VerdictInit, 'index'> {
  return {
    status: 'SCORED',
    score: scoreOf(problem, text),
    message: `model=org/tiny; revision=0123456789ab; engine=torch 2.11; tokens=${text.length}`,
    parts: [{ name: 'step 1', status: 'SCORED', score: 0.25, message: 'coefficient 0.5' }],
  };
}

/** Serves on the kit until the test ends; `asked` has the problem and the number of candidates of each call. */
export async function serveGood(
  t: TestContext,
  definition: Partial<VerifierDefinition> = {},
  options: ServeOptions = {},
): Promise<{ address: string; asked: { problem: Problem; texts: string[] }[] }> {
  const asked: { problem: Problem; texts: string[] }[] = [];
  const running = await serveVerifier(
    {
      ...facts,
      async *verifyBatch(problem, candidates) {
        asked.push({ problem, texts: candidates.map(({ text }) => text) });
        // Not in their order, and not all at once.
        for (const { index, text } of candidates.toReversed()) yield [{ ...verdictOf(problem, text), index }];
      },
      ...definition,
    },
    { logLevel: 'silent', slots: 1, maxBatch: 8, capacity: 32, ...options },
  );
  t.after(() => running.close());
  return { address: running.address, asked };
}

export interface Oddities {
  describe?: Partial<DescribeResponse>;
  health?: 'SERVING' | 'NOT_SERVING';
  /** Verdicts in place of the right ones. */
  alter?: (verdicts: VerdictInit[]) => VerdictInit[];
  /** Takes the call over. */
  instead?: (stream: Stream) => void;
  /** Knows no problem that is not sent along. */
  forgets?: boolean;
}

/** Serves without the kit until the test ends. */
export async function serveOdd(
  t: TestContext,
  oddities: Oddities,
): Promise<{ address: string; requests: VerifyRequest[]; stop(): void }> {
  const requests: VerifyRequest[] = [];
  const problems = new Map<string, Problem>();
  const server = new Server();
  const handlers: VerifierHandlers = {
    Describe: (_call, callback) =>
      callback(null, {
        ...facts,
        slots: 8,
        capacity: 64,
        maxBatch: 16,
        candidateTimeoutMs: 1000,
        normalization: 'NORMALIZATION_EXACT',
        maxMessageBytes: 1 << 20,
        ...oddities.describe,
      }),
    Verify(stream) {
      const { problem, problemDigest, candidates } = stream.request;
      requests.push(stream.request);
      if (problem !== null && !oddities.forgets) problems.set(problemDigest, problem);
      if (oddities.instead !== undefined) return oddities.instead(stream);
      const known = problem ?? problems.get(problemDigest);
      if (known === undefined) {
        stream.emit('error', grpcError(status.FAILED_PRECONDITION, 'not known', 'problem_unknown'));
        return;
      }
      const verdicts = candidates.map(({ index, text }) => ({ ...verdictOf(known, text), index }));
      stream.write({ verdicts: oddities.alter?.(verdicts) ?? verdicts });
      stream.end();
    },
  };
  server.addService(verifierService, handlers);
  new HealthImplementation({ 'assay.v1.Verifier': oddities.health ?? 'SERVING' }).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const stop = () => server.forceShutdown();
  t.after(stop);
  return { address: `127.0.0.1:${port}`, requests, stop };
}
