/** What finishes in any order, as one stream of lists. */
export class Outbox<T> {
  #items: T[] = [];
  #open: number;
  #wake: (() => void) | undefined;

  /** Ends after `count` items. */
  constructor(count: number) {
    this.#open = count;
  }

  put(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** All items that are there, as soon as one is; an empty list after `idleMs` without any. Ends where `signal` aborts. */
  async *lists(idleMs: number, signal: AbortSignal): AsyncGenerator<T[]> {
    const onAbort = () => this.#wake?.();
    signal.addEventListener('abort', onAbort);
    try {
      while (this.#open > 0 && !signal.aborted) {
        if (this.#items.length === 0) await this.#next(idleMs);
        const items = this.#items;
        this.#items = [];
        this.#open -= items.length;
        yield items;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #next(idleMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, idleMs);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
