/** Which candidates to read of those of which two verdicts differ, and what the verdicts say. */
import { VerdictStatus } from '@assay/contract';
import type { Store } from '@assay/store';
import { oneLine } from './format.ts';
import type { VerdictSummary } from './report.ts';

/** The number of a status in ScoreColumns. */
export const statusNumber = (status: VerdictStatus) => Object.keys(VerdictStatus).indexOf(status);

/** Candidates to read. */
export const maxRead = 20;

/** The first candidates of one problem that differ: those that differ in another way than all before them come first. */
export class Differing {
  readonly #ways = new Set<number>();
  readonly #first: number[] = [];
  readonly #more: number[] = [];

  /** `way`: a number for what the two verdicts say. */
  add(candidate: number, way: number): void {
    if (this.#first.length === maxRead) return;
    if (!this.#ways.has(way)) {
      this.#ways.add(way);
      this.#first.push(candidate);
    } else if (this.#more.length < maxRead) {
      this.#more.push(candidate);
    }
  }

  get candidates(): number[] {
    return [...this.#first, ...this.#more];
  }
}

/**
 * At most 20 candidates, spread over problems: one of each (of evenly many problems where there are more), then a second
 * one of each, and so on. In the order of problems; the same for the same input.
 */
export function toRead<Key>(differing: ReadonlyMap<Key, Differing>): { key: Key; candidate: number }[] {
  const lists = [...differing].map(([key, own]) => ({ key, candidates: own.candidates }));
  const taken = lists.map(() => 0);
  for (let left = maxRead; left > 0; ) {
    const having = lists.flatMap(({ candidates }, i) =>
      candidates.length > (taken[i] as number) ? [i] : [],
    );
    if (having.length === 0) break;
    const count = Math.min(left, having.length);
    for (let i = 0; i < count; i++) {
      const at = having[Math.floor((i * having.length) / count)] as number;
      taken[at] = (taken[at] as number) + 1;
    }
    left -= count;
  }
  return lists.flatMap(({ key, candidates }, i) =>
    candidates.slice(0, taken[i]).map((candidate) => ({ key, candidate })),
  );
}

/** One verdict, for people. Empty where there is none. */
export async function readSummary(
  store: Store,
  problem: number,
  verifier: number,
  candidate: number,
): Promise<VerdictSummary> {
  const row = (await store.findVerdicts(problem, verifier, [candidate])).get(candidate);
  const { status = '', reason = '', answer = '', message = '' } = row?.judgement?.verdict ?? {};
  return { status, reason: oneLine(reason), answer: oneLine(answer), message: oneLine(message) };
}
