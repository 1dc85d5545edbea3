/** When the next request may begin. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that the first pause between two tries may have, and any. */
const firstMs = 500;
const mostMs = 30_000;

/**
 * How long to wait before another try, `tries` having failed: at random up to a bound that doubles, so that clients that
 * failed together do not come back together.
 */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  return random() * Math.min(mostMs, firstMs * 2 ** tries);
}

export class Pace {
  readonly #gapMs: number;
  #next = 0;
  #pausedUntil = 0;

  /** `rate`: most requests that begin in a second; undefined: no limit. */
  constructor(rate?: number) {
    this.#gapMs = rate === undefined ? 0 : 1000 / rate;
  }

  /** Settles when a request may begin, and counts it. Throws the signal's reason. */
  async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = performance.now();
      // Asked again after each wait: another may have taken the turn, or a pause begun.
      const at = Math.max(this.#next, this.#pausedUntil);
      if (at <= now) {
        this.#next = now + this.#gapMs;
        return;
      }
      await pause(at - now, signal);
    }
  }

  /** No request begins for so long. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }
}

/** Waits; throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
