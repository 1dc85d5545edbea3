/** Candidates of a submission that lack verdicts: what is sent again where a connection breaks. */
import type { CandidateInit, ProblemInit, RunVerdict } from '@assay/contract';
import type { SubmitChunk } from './api.ts';

interface Entry {
  readonly problem: ProblemInit;
  readonly candidate: CandidateInit;
  /** Names of the verifiers that have answered. */
  readonly answered: Set<string>;
}

export class Unanswered {
  /** By problem and index; several where the input has a candidate twice. In the order in which they were sent. */
  readonly #entries = new Map<string, Entry[]>();
  /** Problems that came without candidates: nothing says that they have arrived. */
  readonly #bare = new Set<ProblemInit>();
  /** Verifiers of the run. */
  readonly #verifiers: number;
  #size = 0;

  constructor(verifiers: number) {
    this.#verifiers = verifiers;
  }

  /** Candidates. */
  get size(): number {
    return this.#size;
  }

  add({ problem, candidates }: SubmitChunk): void {
    if (candidates.length === 0) this.#bare.add(problem);
    for (const candidate of candidates) {
      const key = keyOf(problem.id ?? '', candidate.index ?? 0);
      const entry = { problem, candidate, answered: new Set<string>() };
      const same = this.#entries.get(key);
      if (same === undefined) this.#entries.set(key, [entry]);
      else same.push(entry);
      this.#size++;
    }
  }

  /** Those of the verdicts that were not given before. */
  take(verdicts: readonly RunVerdict[]): RunVerdict[] {
    return verdicts.filter(({ problem, candidate, verifier }) => {
      const key = keyOf(problem, candidate);
      const same = this.#entries.get(key);
      const at = same?.findIndex(({ answered }) => !answered.has(verifier)) ?? -1;
      const entry = same?.[at];
      if (same === undefined || entry === undefined) return false;
      entry.answered.add(verifier);
      if (entry.answered.size >= this.#verifiers) {
        same.splice(at, 1);
        this.#size--;
        if (same.length === 0) this.#entries.delete(key);
      }
      return true;
    });
  }

  /**
   * What has to be sent again, problem by problem, at most so many candidates in a chunk. A message may hold an index
   * once only, so candidates that were sent twice come in chunks of their own.
   */
  *chunks(most = 256): Generator<SubmitChunk> {
    for (const problem of this.#bare) yield { problem, candidates: [] };
    const byProblem = new Map<ProblemInit, CandidateInit[][]>();
    for (const same of [...this.#entries.values()]) {
      for (const [turn, { problem, candidate }] of same.entries()) {
        const rounds = byProblem.get(problem) ?? [];
        byProblem.set(problem, rounds);
        let round = rounds[turn];
        if (round === undefined) {
          round = [];
          rounds[turn] = round;
        }
        round.push(candidate);
      }
    }
    for (const [problem, rounds] of byProblem) {
      for (const round of rounds) {
        for (let from = 0; from < (round?.length ?? 0); from += most) {
          yield { problem, candidates: (round ?? []).slice(from, from + most) };
        }
      }
    }
  }
}

function keyOf(problem: string, index: number): string {
  return `${index} ${problem}`;
}
