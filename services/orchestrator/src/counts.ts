/** What a run has done in this process. */
import type { RunProgress, VerdictSource } from '@assay/contract';
import type { Judgement } from '@assay/store';

/** Verdicts per second are counted over this many milliseconds. */
const rateMs = 5_000;

export class Counts {
  #counts = { submitted: 0, done: 0, judged: 0, shared: 0, stored: 0, skipped: 0, errors: 0, correct: 0 };
  #marks: { at: number; done: number }[] = [];

  submitted(): void {
    this.#counts.submitted++;
  }

  done(source: VerdictSource, judgement: Judgement | undefined, isOracle: boolean): void {
    const counts = this.#counts;
    counts.done++;
    if (source === 'JUDGED') counts.judged++;
    else if (source === 'SHARED') counts.shared++;
    else if (source === 'STORED') counts.stored++;
    else counts.skipped++;
    if (judgement?.verdict.status === 'ERROR') counts.errors++;
    if (isOracle && judgement?.verdict.status === 'CORRECT') counts.correct++;
  }

  /** With the rate since the calls of the last seconds. */
  read(): Omit<RunProgress, 'run' | 'problems' | 'inputShare'> {
    const now = performance.now();
    const { done } = this.#counts;
    this.#marks.push({ at: now, done });
    while (this.#marks.length > 2 && now - (this.#marks[0]?.at ?? 0) > rateMs) this.#marks.shift();
    const first = this.#marks[0] ?? { at: now, done };
    const rate = now > first.at ? ((done - first.done) * 1000) / (now - first.at) : 0;
    return { ...this.#counts, rate };
  }
}
