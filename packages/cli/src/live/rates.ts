/** How fast counters grow. */

/** Milliseconds over which a rate is measured; and between two readings, after which it begins anew. */
const windowMs = 5_000;
const longestGapMs = 300_000;

interface Mark {
  at: number;
  count: number;
}

/** Growth per second of counters that are read now and then. */
export class Rates {
  readonly #marks = new Map<string, Mark[]>();

  /**
   * Notes that a counter stood at `count` at a time in milliseconds; its growth per second over the last seconds, or
   * since the reading before where that is longer ago. Null: there is none.
   */
  read(key: string, count: number, at: number): number | null {
    const marks = this.#marks.get(key) ?? [];
    this.#marks.set(key, marks);
    const last = marks.at(-1);
    // A counter that fell began anew, too.
    if (last !== undefined && (count < last.count || at - last.at > longestGapMs)) marks.length = 0;
    if (last?.at !== at) marks.push({ at, count });
    while (marks.length > 2 && at - (marks[1]?.at ?? at) >= windowMs) marks.shift();
    const [first] = marks;
    return first === undefined || at <= first.at ? null : ((count - first.count) * 1000) / (at - first.at);
  }

  /** Forgets all other counters. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#marks.keys()) if (!keys.has(key)) this.#marks.delete(key);
  }
}
