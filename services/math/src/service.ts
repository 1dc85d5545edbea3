/** The verifier: batches from the kit, through the pool of isolates, to verdicts. */
import { join } from 'node:path';
import { type Candidate, Normalization, type Problem, type VerdictInit } from '@assay/contract';
import type { VerdictBody, VerifierDefinition } from '@assay/verifier-kit';
import { bundle } from './bundle.ts';
import type { Ask } from './cas/ask.ts';
import { Cas, type CasOptions } from './cas/cas.ts';
import { tail } from './extract/index.ts';
import type { Head, Judged } from './inside.ts';
import { type Fault, maxBatches } from './messages.ts';
import { parsePolicy } from './policy.ts';
import { type Outcome, Pool, type PoolOptions } from './pool.ts';
import { warmUp } from './warm.ts';

/** Must change whenever any verdict could: with every change of the stages. */
const version = '2';

/** Small calls are judged together: two rounds of them, so that one is there when the other is done. */
const batchesPerSlot = 2 * maxBatches;

/** Longest reference answer, in characters. */
const maxGold = 64 * 1024;

export interface MathOptions extends Partial<Omit<PoolOptions, 'slots'>> {
  readonly cas?: CasOptions;
}

/** The math-answer verifier, with an isolate for each slot; `options` are those of its pool, and of the algebra system's. */
export function mathVerifier({ cas: casOptions, ...options }: MathOptions = {}): VerifierDefinition {
  let pool: Pool | undefined;
  let cas: Cas | undefined;
  return {
    name: 'math',
    version,
    kinds: ['math_answer'],
    normalization: Normalization.NORMALIZATION_TRIM,
    pure: true,
    batchesPerSlot,
    checkProblem,
    async start({ slots }) {
      const source = options.source ?? (await bundle(join(import.meta.dirname, 'inside.ts')));
      pool = new Pool({ ...(options.source === undefined && { warmUp }), ...options, slots, source });
      cas = new Cas(casOptions);
      await pool.start();
    },
    async stop() {
      pool?.close();
      cas?.close();
    },
    verifyBatch(problem, candidates, { signal }) {
      if (pool === undefined || cas === undefined) throw new Error('not started');
      return judgeAll(pool, cas, problem, candidates, signal);
    },
  };
}

function checkProblem({ mathAnswer }: Problem): string | undefined {
  if (!mathAnswer) return 'no math_answer';
  const policy = parsePolicy(mathAnswer.policy);
  if ('error' in policy) return policy.error;
  if (mathAnswer.gold.length > maxGold) return `the reference answer has more than ${maxGold} characters`;
  return mathAnswer.gold.trim() === '' ? 'the reference answer is empty' : undefined;
}

interface Undecided {
  readonly judgement: Judged;
  readonly ms: number;
  readonly ask: Ask;
  readonly indexes: readonly number[];
}

/** Candidates that end alike. */
interface Group {
  readonly end: string;
  readonly indexes: number[];
}

function alike(candidates: readonly Candidate[]): Group[] {
  const groups: Group[] = [];
  const byEnd = new Map<string, Group>();
  const ends = candidates.map(({ text }) => tail(text));
  // Lengths first: to hash all characters takes as long as everything else here.
  const lengths = new Map<number, number>();
  for (const { length } of ends) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  for (const [at, { index }] of candidates.entries()) {
    const end = ends[at] as string;
    const alone = lengths.get(end.length) === 1;
    const known = alone ? undefined : byEnd.get(end);
    if (known !== undefined) {
      known.indexes.push(index);
      continue;
    }
    const group: Group = { end, indexes: [index] };
    groups.push(group);
    if (!alone) byEnd.set(end, group);
  }
  return groups;
}

/** Verdicts of all candidates as they come. Candidates that end alike are judged once. */
async function* judgeAll(
  pool: Pool,
  cas: Cas,
  { mathAnswer }: Problem,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): AsyncGenerator<VerdictInit[]> {
  const head: Head = { gold: mathAnswer?.gold ?? '', policy: mathAnswer?.policy ?? '' };
  const groups = alike(candidates);
  const undecided: Undecided[] = [];
  let at = 0;
  const items = groups.map(({ end }) => end);
  for await (const outcomes of pool.judge(JSON.stringify(head), items, signal)) {
    const verdicts: VerdictInit[] = [];
    for (const outcome of outcomes) {
      const indexes = groups[at++]?.indexes ?? [];
      const ask = 'value' in outcome ? (outcome.value as Judged | null)?.ask : undefined;
      if (ask !== undefined && 'value' in outcome) {
        undecided.push({ judgement: outcome.value as Judged, ms: outcome.ms, ask, indexes });
      } else spread(verdicts, indexes, bodyOf(outcome), outcome.ms);
    }
    yield verdicts;
  }
  // Last, as it takes longest: the verdicts of the others are out.
  if (undecided.length > 0) yield* decideAll(pool, cas, head, undecided, signal);
}

/** What the stages left undecided, by the algebra system. */
async function* decideAll(
  pool: Pool,
  cas: Cas,
  head: Head,
  undecided: readonly Undecided[],
  signal: AbortSignal,
): AsyncGenerator<VerdictInit[]> {
  let goldClass: string | undefined;
  const asks = undecided.map(({ ask }) => ask);
  let since = performance.now();
  for await (const findings of cas.decide(asks, signal)) {
    const verdicts: VerdictInit[] = [];
    const share = (performance.now() - since) / Math.max(1, findings.length);
    if (findings.length > 0) since = performance.now();
    for (const [at, { finding, rule }] of findings) {
      const one = undecided[at];
      if (one === undefined) continue;
      const { ask: _, ...judgement } = one.judgement;
      const ms = one.ms + share;
      const message = `${judgement.message}; cas: ${rule}`;
      if (finding === 'undecided') {
        spread(verdicts, one.indexes, { ...judgement, message, retryable: false }, ms);
      } else if (finding === 'different') {
        spread(
          verdicts,
          one.indexes,
          { ...judgement, status: 'INCORRECT', reason: 'wrong_answer', message },
          ms,
        );
      } else {
        goldClass ??= await classOfGold(pool, head, signal);
        const answerClass = goldClass ?? judgement.answerClass;
        spread(
          verdicts,
          one.indexes,
          { ...judgement, status: 'CORRECT', reason: '', message, answerClass },
          ms,
        );
      }
    }
    yield verdicts;
  }
}

/** The class of right answers: that of the reference answer, given as an answer. */
async function classOfGold(pool: Pool, head: Head, signal: AbortSignal): Promise<string | undefined> {
  const answers = [head.gold, `\\boxed{${head.gold}}`];
  for await (const outcomes of pool.judge(JSON.stringify(head), answers, signal)) {
    for (const outcome of outcomes) {
      const judgement = 'value' in outcome ? (outcome.value as Judged | null) : undefined;
      if (judgement?.status === 'CORRECT') return judgement.answerClass;
    }
  }
  return undefined;
}

/** What took `ms` is one judging for all of them. */
function spread(verdicts: VerdictInit[], indexes: readonly number[], body: VerdictBody, ms: number): void {
  const times = { serviceUs: Math.round((1000 * ms) / indexes.length) };
  for (const index of indexes) verdicts.push({ ...body, index, times });
}

const noGold: VerdictBody = {
  status: 'ERROR',
  reason: 'bad_problem',
  message: 'the reference answer has no final answer',
  retryable: false,
};

const reasonOf = {
  timeout: 'verifier_timeout',
  memory: 'verifier_failure',
  failure: 'verifier_failure',
  crash: 'verifier_crash',
} as const satisfies Record<Fault, string>;

function bodyOf(outcome: Outcome): VerdictBody {
  if ('value' in outcome) {
    const judgement = outcome.value as Judged | null;
    if (judgement === null) return noGold;
    return judgement.status === 'ERROR' ? { ...judgement, retryable: false } : judgement;
  }
  const { fault, message, byChance } = outcome;
  // What takes its own time or memory here takes it everywhere.
  return { status: 'ERROR', reason: reasonOf[fault], message, retryable: byChance };
}
