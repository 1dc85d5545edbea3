/** What must hold after chaos: nothing lost, nothing doubled, nothing wrong, nothing left. */
import assert from 'node:assert/strict';
import type { RunVerdict } from '@assay/contract';
import type { Store } from '@assay/store';
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
  assert.equal((await store.getRun(run))?.state, 'COMPLETE');
}
