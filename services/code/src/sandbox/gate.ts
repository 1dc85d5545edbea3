/** Programs run side by side, but for one that is to be alone: it waits for the others, and they wait for it. */
export class Gate {
  #inside = 0;
  #alone = false;
  readonly #waiting: { alone: boolean; enter: () => void }[] = [];

  /** @param alone nothing else runs meanwhile. */
  async pass<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#mayEnter(alone)) {
      await new Promise<void>((enter) => this.#waiting.push({ alone, enter }));
    } else this.#take(alone);
    try {
      return await work();
    } finally {
      this.#inside--;
      if (alone) this.#alone = false;
      for (
        let next = this.#waiting[0];
        next !== undefined && this.#mayEnter(next.alone);
        next = this.#waiting[0]
      ) {
        this.#waiting.shift();
        this.#take(next.alone);
        next.enter();
      }
    }
  }

  #mayEnter(alone: boolean): boolean {
    return !this.#alone && (!alone || this.#inside === 0);
  }

  #take(alone: boolean): void {
    this.#inside++;
    this.#alone = alone;
  }
}
