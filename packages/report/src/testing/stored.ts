/** Stored runs, for tests. */
import type { Part, Verdict, VerdictStatus } from '@assay/contract';
import { openSqliteStore, type Store } from '@assay/store';

/** What a verifier said of one candidate. */
export interface Said {
  status: VerdictStatus | 'SKIPPED';
  answer?: string;
  answerClass?: string;
  reason?: string;
  message?: string;
  /** Default: 1 where it is SCORED, else none. */
  score?: number;
  /** Tests that the statement shows, and others: CORRECT or not. */
  examples?: boolean[];
  tests?: boolean[];
}

function partsOf(example: boolean, results: readonly boolean[]): Part[] {
  return results.map((right, i) => ({
    name: `${example ? 'example' : 'test'} ${i + 1}`,
    status: right ? 'CORRECT' : 'INCORRECT',
    reason: right ? '' : 'wrong_answer',
    message: '',
    times: null,
    example,
    run: { exitCode: 0, signal: 0, memoryBytes: 0, outputBytes: 2, truncated: false, output: null },
  }));
}

function verdictOf({ status, answer = '', answerClass = answer, message = '', ...more }: Said): Verdict {
  const score = more.score ?? (status === 'SCORED' ? 1 : undefined);
  const reason = status === 'INCORRECT' ? 'wrong_answer' : status === 'ERROR' ? 'undecided' : '';
  return {
    index: 0,
    status: status as VerdictStatus,
    reason: more.reason ?? reason,
    message,
    answer,
    answerClass,
    parts: [...partsOf(true, more.examples ?? []), ...partsOf(false, more.tests ?? [])],
    times: { queueUs: 10, serviceUs: 100, cpuUs: 0 },
    retryable: false,
    ...(score !== undefined && { score, _score: 'score' as const }),
  };
}

export interface StoredOptions {
  earlyStop?: boolean;
  /** Default: a new one, in memory. */
  store?: Store;
  /** Default: `run`. */
  id?: string;
  labels?: Record<string, string>;
}

/** A stored run: per problem, what each verifier said of its candidates. */
export async function stored(problems: Said[][][], more: StoredOptions = {}): Promise<Store> {
  const { store = openSqliteStore(':memory:'), id = 'run', labels = {} } = more;
  const verifiers = Array.from({ length: problems[0]?.length ?? 1 }, (_, v) => `verifier-${v}`);
  await store.openRun({
    id,
    verifiers,
    earlyStop: more.earlyStop ?? false,
    maxAttempts: 0,
    labels,
  });
  for (const [p, byVerifier] of problems.entries()) {
    const problem = await store.putProblem(id, { id: `p${p}`, dataset: 'set', promptTokens: 0 }, `d${p}`);
    for (const [verifier, candidates] of byVerifier.entries()) {
      await store.commit(
        candidates.map((said, candidate) => {
          const judgement =
            said.status === 'SKIPPED'
              ? undefined
              : {
                  key: `${id}/${p}/${verifier}/${candidate}`,
                  verdict: verdictOf(said),
                  replica: 'r:1',
                  attempts: 1,
                };
          return {
            problem,
            verifier,
            candidate,
            tokens: 2,
            source: judgement ? 'JUDGED' : 'SKIPPED',
            judgement,
          };
        }),
      );
    }
  }
  return store;
}
