/** What must hold after chaos: nothing lost, nothing doubled, nothing wrong, nothing left. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunVerdict } from '@assay/contract';
import type { Store } from '@assay/store';
import { queryOnce } from '../support/postgres.ts';
import { wordsOf } from '../support/stored.ts';
import type { Work } from './work.ts';

/** What one client was told, candidate by candidate. */
export class Delivered {
  readonly #work: Work;
  readonly #seen: Uint8Array;
  count = 0;

  constructor(work: Work) {
    this.#work = work;
    this.#seen = new Uint8Array(work.total);
  }

  add(verdicts: readonly RunVerdict[]): void {
    for (const { problem, candidate, verdict } of verdicts) {
      const at = this.#work.position(problem, candidate);
      assert.equal(this.#seen[at], 0, `${problem}/${candidate} was delivered twice`);
      this.#seen[at] = 1;
      this.count++;
      check(this.#work, problem, candidate, wordsOf(verdict));
    }
  }
}

function check(work: Work, problem: string, candidate: number, words: string): void {
  const expected = work.isCorrect(Number(problem.slice('problem-'.length)), candidate)
    ? 'CORRECT'
    : 'INCORRECT wrong_answer';
  assert.equal(words, expected, `${problem}/${candidate}`);
}

/** Waits for those who have a claim on the run to let it go. */
async function untilComplete(store: Store, run: string): Promise<void> {
  await soon(async () => ({ [run]: (await store.getRun(run))?.state }), 'COMPLETE');
}

/** Reads values until all are as expected; fails after a minute, and names them. */
async function soon(read: () => Promise<Record<string, unknown>>, expected: unknown): Promise<void> {
  for (const end = performance.now() + 60_000; ; await sleep(200)) {
    const values = await read();
    if (Object.values(values).every((value) => value === expected)) return;
    assert.ok(performance.now() < end, JSON.stringify(values));
  }
}

/** Every candidate has its one verdict, the right one. */
export async function checkStored(store: Store, run: string, work: Work): Promise<void> {
  const seen = new Uint8Array(work.total);
  let count = 0;
  for await (const { problemId, candidate, judgement } of store.verdicts(run)) {
    const at = work.position(problemId, candidate);
    assert.equal(seen[at], 0, `${problemId}/${candidate} is stored twice`);
    seen[at] = 1;
    count++;
    check(work, problemId, candidate, wordsOf(judgement?.verdict));
  }
  assert.equal(count, work.total, 'candidates with a verdict');
  await untilComplete(store, run);
}

/** Every candidate has its one verdict, or was skipped, which only happens behind a success at its problem. */
export async function checkEarly(store: Store, run: string, work: Work): Promise<void> {
  const seen = new Set<number>();
  const solved = new Set<string>();
  const skipped = new Set<string>();
  for await (const { problemId, candidate, judgement } of store.verdicts(run)) {
    seen.add(work.position(problemId, candidate));
    const words = wordsOf(judgement?.verdict);
    if (words === 'SKIPPED') {
      skipped.add(problemId);
      continue;
    }
    check(work, problemId, candidate, words);
    if (words === 'CORRECT') solved.add(problemId);
  }
  assert.equal(seen.size, work.total, 'candidates with a verdict');
  for (const problem of skipped) assert.ok(solved.has(problem), `${problem} was given up unsolved`);
  await untilComplete(store, run);
}

/** Nobody who lives holds or wants anything any more. */
export async function checkNothingLeft(database: string): Promise<void> {
  const tables = {
    work: 'work',
    want: 'want',
    claim: 'claim JOIN process ON id = process WHERE until > now()',
  };
  const counts = Object.entries(tables).map(
    ([name, rows]) => `(SELECT count(*) FROM ${rows})::int AS ${name}`,
  );
  await soon(async () => (await queryOnce(database, `SELECT ${counts.join(', ')}`))[0] ?? {}, 0);
}
