/** What a store holds. */
import assert from 'node:assert/strict';
import { openSqliteStore, type VerdictRow } from '@assay/store';

/**
 * The rows of a run by `problem/candidate`, of the verifier at this position where it has several; fails where one has
 * two.
 */
export async function storedRows(
  path: string,
  run: string,
  verifier?: number,
): Promise<Map<string, VerdictRow>> {
  const store = openSqliteStore(path);
  try {
    const rows = new Map<string, VerdictRow>();
    for await (const row of store.verdicts(run)) {
      if (verifier !== undefined && row.verifier !== verifier) continue;
      const key = `${row.problemId}/${row.candidate}`;
      assert.ok(!rows.has(key), `${key} has two verdicts`);
      rows.set(key, row);
    }
    return rows;
  } finally {
    store.close();
  }
}

/** The verdicts of a run by `problem/candidate`: `CORRECT`, `INCORRECT wrong_answer`, `SKIPPED`, … */
export async function storedVerdicts(path: string, run: string): Promise<Map<string, string>> {
  const rows = await storedRows(path, run);
  return new Map([...rows].map(([key, row]) => [key, wordsOf(row.judgement?.verdict)]));
}

/** Status and reason of a verdict; none: the candidate was skipped. */
export function wordsOf(verdict: { status: string; reason: string } | null | undefined): string {
  if (!verdict) return 'SKIPPED';
  return verdict.reason === '' ? verdict.status : `${verdict.status} ${verdict.reason}`;
}

export async function runIds(path: string): Promise<string[]> {
  const store = openSqliteStore(path);
  try {
    return (await store.listRuns()).map(({ id }) => id);
  } finally {
    store.close();
  }
}
