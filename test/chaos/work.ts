/** What is submitted under chaos, made up as it goes, and what must come of it. */
import type { SubmitChunk } from '@assay/client';

const chunkSize = 100;

export class Work {
  readonly problems: number;
  readonly candidates: number;
  /** Texts of a problem; the candidates after them repeat them. */
  readonly distinct: number;

  constructor(total: number) {
    this.problems = Math.max(10, Math.round(Math.sqrt(total / 100)));
    this.candidates = Math.ceil(total / this.problems);
    this.distinct = Math.ceil(0.8 * this.candidates);
  }

  /** Numbers of all problems. */
  get all(): number[] {
    return Array.from({ length: this.problems }, (_, p) => p);
  }

  get total(): number {
    return this.problems * this.candidates;
  }

  #isRight(problem: number, text: number): boolean {
    // Some problems nobody solves, some nearly everybody.
    const share = (100 * problem) / this.problems;
    return ((text * 7919 + problem * 104729) % 101) + 1 < share;
  }

  #textOf(candidate: number): number {
    return candidate < this.distinct ? candidate : (candidate * 31) % this.distinct;
  }

  #text(problem: number, candidate: number): string {
    const text = this.#textOf(candidate);
    const answer = this.#isRight(problem, text) ? `gold-${problem}` : `${text % 9}`;
    return `Attempt ${text} at problem ${problem}, with some words on the way: the answer is ${answer}`;
  }

  isCorrect(problem: number, candidate: number): boolean {
    return this.#isRight(problem, this.#textOf(candidate));
  }

  /** Number of a candidate among all. */
  position(problemId: string, candidate: number): number {
    return Number(problemId.slice('problem-'.length)) * this.candidates + candidate;
  }

  /** These problems, chunk by chunk; `backwards`: the last candidates first. */
  async *chunks(problems: readonly number[], backwards = false): AsyncGenerator<SubmitChunk> {
    for (const p of problems) {
      const problem = { id: `problem-${p}`, dataset: 'chaos', mathAnswer: { gold: `gold-${p}` } };
      const starts = Array.from({ length: Math.ceil(this.candidates / chunkSize) }, (_, i) => i * chunkSize);
      if (backwards) starts.reverse();
      for (const from of starts) {
        const size = Math.min(chunkSize, this.candidates - from);
        const candidates = Array.from({ length: size }, (_, i) => ({
          index: from + i,
          text: this.#text(p, from + i),
        }));
        yield { problem, candidates };
      }
    }
  }
}
