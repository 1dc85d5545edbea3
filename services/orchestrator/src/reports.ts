/** Reports take a while and hold everything else up: of a run, one is made at a time. */

export class Reports {
  readonly #make: (run: string, level: number | undefined) => Promise<string>;
  /** By run: settles when what is being made, or comes before, is done. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** By run and level: those that have not begun. */
  readonly #next = new Map<string, Promise<string>>();

  constructor(make: (run: string, level: number | undefined) => Promise<string>) {
    this.#make = make;
  }

  /** Whoever asks while one is made shares the next, as what came in meanwhile is not in the one. */
  of(run: string, level: number | undefined): Promise<string> {
    const key = `${run} ${level}`;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const before = this.#last.get(run) ?? Promise.resolve();
    const report = before.then(() => {
      this.#next.delete(key);
      return this.#make(run, level);
    });
    this.#next.set(key, report);
    const done = report
      .catch(() => {})
      .then(() => {
        if (this.#last.get(run) === done) this.#last.delete(run);
      });
    this.#last.set(run, done);
    return report;
  }
}
