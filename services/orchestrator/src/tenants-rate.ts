/** How fast tenants may go: what was not used of a second is left for the next, and no more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@assay/client';

interface Budget {
  /** Below 0: what was taken in advance. */
  left: number;
  at: number;
}

export class Rates {
  readonly #budgets = new Map<string, Budget>();
  /** By key: settles when the last one that waits has its part. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #now: () => number;

  /** `now`: a clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  #budget(key: string, rate: number): Budget {
    const now = this.#now();
    let budget = this.#budgets.get(key);
    if (budget === undefined) {
      budget = { left: Math.max(1, rate), at: now };
      this.#budgets.set(key, budget);
    }
    budget.left = Math.min(Math.max(1, rate), budget.left + ((now - budget.at) * rate) / 1000);
    budget.at = now;
    return budget;
  }

  /** Takes `n` of what `rate` (a second; 0: without end) grants now; false: nothing is taken. */
  take(key: string, rate: number, n: number): boolean {
    if (rate === 0) return true;
    const budget = this.#budget(key, rate);
    if (budget.left < Math.min(n, Math.max(1, rate))) return false;
    budget.left -= n;
    return true;
  }

  /** Waits until `n` may be taken, first come, first served; more than a second's worth is paid for by who comes next. */
  wait(key: string, rate: number, n: number, signal?: AbortSignal): Promise<void> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(() => this.#take(key, rate, n, signal));
    this.#turns.set(
      key,
      turn.catch(() => {}),
    );
    return signal === undefined ? turn : orAborted(turn, signal);
  }

  async #take(key: string, rate: number, n: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    while (!this.take(key, rate, n)) {
      const { left } = this.#budget(key, rate);
      const missing = Math.min(n, Math.max(1, rate)) - left;
      await sleep(Math.min(1_000, Math.max(1, (missing * 1000) / rate)), undefined, { signal });
    }
  }
}
