/** How rates went while the page was open. */
import type { Chart, Series } from '../chart.ts';
import { countText } from '../client/numbers.ts';

/** Seconds that are shown. */
const span = 300;

export const ratesNote = 'Over the last seconds, since this page was opened.';

export class RateHistory {
  readonly #lines = new Map<string, { at: number; rate: number }[]>();
  #now = 0;

  /** `at`: milliseconds. */
  add(at: number, rates: Iterable<readonly [string, number]>): void {
    this.#now = at;
    for (const [name, rate] of rates) {
      const line = this.#lines.get(name) ?? [];
      this.#lines.set(name, line);
      line.push({ at, rate });
      while ((line[0]?.at ?? at) < at - 1000 * span) line.shift();
    }
  }

  /** Undefined: there is no line yet. */
  chart(): Chart | undefined {
    const series = [...this.#lines].slice(0, 8).map(([name, line], color): Series => {
      return { name, color, points: line.map(({ at, rate }) => ({ x: (at - this.#now) / 1000, y: rate })) };
    });
    if (series.every(({ points }) => points.length < 2)) return undefined;
    const longest = Math.max(...series.map(({ points }) => -(points[0]?.x ?? 0)));
    return {
      title: 'Verdicts per second',
      description: 'Verdicts per second over the last minutes.',
      x: {
        label: 'seconds ago',
        scale: 'linear',
        min: -Math.min(span, Math.max(30, longest)),
        max: 0,
        format: (value) => countText(Math.abs(value)),
      },
      y: { label: 'per second', scale: 'linear', min: 0, format: countText },
      series,
    };
  }
}
