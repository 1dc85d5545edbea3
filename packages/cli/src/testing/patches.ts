/** Stored runs of patches, for tests. */
import type { Part, Verdict } from '@assay/contract';
import { openSqliteStore } from '@assay/store';

/** A verdict on a patch; undefined: the candidate was skipped. */
export type Said = Partial<Verdict> | undefined;

/** Parts as the code verifier gives them. */
export function tests(
  outcomes: Record<string, 'FAIL_TO_PASS' | 'PASS_TO_PASS'>,
  failed: string[] = [],
): Part[] {
  return Object.entries(outcomes).map(([name, group]) => {
    const wrong = failed.includes(name);
    return {
      name,
      status: wrong ? 'INCORRECT' : 'CORRECT',
      reason: wrong ? 'tests_failed' : '',
      message: `${group}: ${wrong ? 'FAILED' : 'PASSED'}`,
      times: null,
      example: false,
      run: null,
    };
  });
}

export function verdict(said: Partial<Verdict>): Verdict {
  return {
    index: 0,
    status: 'CORRECT',
    reason: '',
    message: '',
    answer: '',
    answerClass: '',
    parts: [],
    times: { queueUs: 0, serviceUs: 1, cpuUs: 0 },
    retryable: false,
    ...said,
  };
}

/** Stores a run of the verifiers: per instance, what each says of its candidates. */
export async function storePatches(
  path: string,
  run: string,
  said: Record<string, Said[][]>,
  verifiers = ['code'],
): Promise<void> {
  const store = openSqliteStore(path, { durability: 'normal' });
  await store.openRun({ id: run, verifiers, earlyStop: false, maxAttempts: 0, labels: {} });
  for (const [id, byVerifier] of Object.entries(said)) {
    const problem = await store.putProblem(run, { id, dataset: 'swebench', promptTokens: 0 }, id);
    for (const [verifier, candidates] of byVerifier.entries()) {
      await store.commit(
        candidates.map((one, candidate) => ({
          ...{ problem, verifier, candidate, tokens: 0, source: one === undefined ? 'SKIPPED' : 'JUDGED' },
          judgement: one && {
            key: `${run}/${id}/${verifier}/${candidate}`,
            verdict: verdict(one),
            replica: 'r:1',
            attempts: 1,
          },
        })),
      );
    }
  }
  await store.setRunState(run, 'COMPLETE');
  await store.close();
}
