/** Progress of sampling, as a line. */
import { formatDuration } from '../progress.ts';

export interface Counts {
  /** Samples that there are, and that there shall be. */
  readonly done: number;
  readonly all: number;
  readonly tokens: number;
  readonly retries: number;
  /** Verdicts, and problems with a success; undefined where nobody judges. */
  readonly verdicts?: number;
  readonly solved?: number;
}

/** Rates are those of so many milliseconds before. */
const windowMs = 10_000;

export class SamplingProgress {
  #past: { at: number; counts: Counts }[] = [];

  /** `1,200 of 5,000 samples · 45/s · 5,600 tokens/s · 3 tries failed · 1:24 left` */
  line(counts: Counts, now = performance.now()): string {
    this.#past.push({ at: now, counts });
    while (this.#past.length > 2 && now - (this.#past[1]?.at ?? now) >= windowMs) this.#past.shift();
    const { at, counts: before } = this.#past[0] as { at: number; counts: Counts };
    const perSecond = (value: number) => (now > at ? (1000 * value) / (now - at) : 0);
    const rate = perSecond(counts.done - before.done);
    const { done, all, retries, verdicts, solved } = counts;
    const left = rate > 0 ? [`${formatDuration((all - done) / rate)} left`] : [];
    return [
      `${number(done)} of ${number(all)} samples`,
      `${number(rate)}/s`,
      `${number(perSecond(counts.tokens - before.tokens))} tokens/s`,
      ...(retries > 0 ? [`${number(retries)} tries failed`] : []),
      ...(verdicts === undefined ? [] : [`${number(verdicts)} verdicts`, `${number(solved ?? 0)} solved`]),
      ...left,
    ].join(' · ');
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
