/** How the drop-in endpoints have candidates judged: by verifiers directly, or by the orchestrator without its cache. */
import type { ProblemInit, Verdict } from '@assay/contract';
import type { FastifyRequest } from 'fastify';
import type { Gateway } from '../gateway.ts';

export interface Question {
  /** Name of the verifier, and of the kind of problem that it must take. */
  verifier: string;
  kind: string;
  problem: ProblemInit;
  texts: readonly string[];
  timeoutMs: number;
}

/** A verdict for each text; undefined where there was no time for it. Only for callers whom the orchestrator lets submit. */
export async function ask(
  gateway: Gateway,
  request: FastifyRequest,
  { verifier, kind, problem, texts, timeoutMs }: Question,
): Promise<(Verdict | undefined)[]> {
  const signal = gateway.goneSignal(request);
  const { direct } = gateway;
  if (direct !== undefined) {
    // Nobody behind asks who it is.
    await gateway.checkCaller(request);
    return direct.judge({ kind, problem, texts, timeoutMs, signal });
  }
  return gateway.as(request, async ({ judge }) => {
    // A program may do something else every time.
    const online = judge({ verifiers: [verifier], uncached: true });
    const { verdicts } = await online.judge({ problem, candidates: texts, timeoutMs, signal });
    const byIndex = new Map(verdicts.map(({ candidate, verdict }) => [candidate, verdict ?? undefined]));
    return texts.map((_, index) => byIndex.get(index));
  });
}
