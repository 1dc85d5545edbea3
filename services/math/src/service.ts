/** The verifier: batches from the kit, through the pool of isolates, to verdicts. */
import { type Candidate, Normalization, type Problem, type VerdictInit } from '@assay/contract';
import type { VerdictBody, VerifierDefinition } from '@assay/verifier-kit';
import { bundleInside } from './bundle.ts';
import { tail } from './extract.ts';
import type { Batch, Judgements } from './messages.ts';
import { CallFailure, Pool, type PoolOptions } from './pool.ts';

/** Must change whenever any verdict could: with every change of the stages. */
const version = '1';

/** Longest reference answer, in characters. */
const maxGold = 64 * 1024;

/** Most characters of candidates that one call of an isolate gets, so that its time and memory suffice for them. */
const maxCallLength = 1024 * 1024;

/** The math-answer verifier, with an isolate for each slot; `options` are those of its pool. */
export function mathVerifier(options: Partial<Omit<PoolOptions, 'slots'>> = {}): VerifierDefinition {
  let pool: Pool | undefined;
  return {
    name: 'math',
    version,
    kinds: ['math_answer'],
    normalization: Normalization.NORMALIZATION_TRIM,
    checkProblem,
    async start({ slots }) {
      pool = new Pool({ ...options, slots, source: options.source ?? (await bundleInside()) });
      await pool.start();
    },
    async stop() {
      pool?.close();
    },
    verifyBatch(problem, candidates, { signal }) {
      if (pool === undefined) throw new Error('not started');
      return judgeAll(pool, problem.mathAnswer?.gold ?? '', candidates, signal);
    },
  };
}

function checkProblem({ mathAnswer }: Problem): string | undefined {
  if (!mathAnswer) return 'no math_answer';
  const { gold, policy } = mathAnswer;
  if (policy !== '' && policy !== 'strict') {
    return `unknown policy ${JSON.stringify(policy.slice(0, 80))}: use strict, or leave it empty`;
  }
  if (gold.length > maxGold) return `the reference answer has more than ${maxGold} characters`;
  return gold.trim() === '' ? 'the reference answer is empty' : undefined;
}

/** Verdicts of all candidates. Those of a call that fails are judged one by one: only the guilty one gets an ERROR. */
async function* judgeAll(
  pool: Pool,
  gold: string,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): AsyncGenerator<VerdictInit[]> {
  for (const group of callsOf(candidates)) {
    try {
      yield await judgeGroup(pool, gold, group, signal);
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      for (const one of group) {
        yield await judgeGroup(pool, gold, [one], signal).catch((failure: unknown) => {
          if (!(failure instanceof CallFailure)) throw failure;
          return [{ index: one.index, ...verdictOf(failure) }];
        });
      }
    }
  }
}

async function judgeGroup(
  pool: Pool,
  gold: string,
  group: readonly Candidate[],
  signal: AbortSignal,
): Promise<VerdictInit[]> {
  const batch: Batch = { gold, candidates: group.map(({ text }) => tail(text)) };
  const judgements = JSON.parse(await pool.call(JSON.stringify(batch), signal)) as Judgements;
  return group.map(({ index }, at) => ({ index, ...(judgements?.[at] ?? noGold) }));
}

/** Splits a batch where its texts are long. */
function* callsOf(candidates: readonly Candidate[]): Generator<Candidate[]> {
  let group: Candidate[] = [];
  let length = 0;
  for (const candidate of candidates) {
    const added = tail(candidate.text).length;
    if (group.length > 0 && length + added > maxCallLength) {
      yield group;
      [group, length] = [[], 0];
    }
    group.push(candidate);
    length += added;
  }
  if (group.length > 0) yield group;
}

const noGold: VerdictBody = {
  status: 'ERROR',
  reason: 'bad_problem',
  message: 'the reference answer has no final answer',
  retryable: false,
};

const reasonOf = {
  timeout: 'verifier_timeout',
  failure: 'verifier_failure',
  crash: 'verifier_crash',
} as const;

/** What takes its own time or memory here takes it everywhere; a process may die of other things. */
function verdictOf({ kind, message }: CallFailure): VerdictBody {
  return { status: 'ERROR', reason: reasonOf[kind], message, retryable: kind === 'crash' };
}
