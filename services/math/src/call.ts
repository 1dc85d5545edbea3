/** A call to the pool: what has become of its items so far, and who waits for that. */
import type { Batch, Fault } from './messages.ts';

/** What became of an item: the value of the JSON that the isolate made of it, or why there is none. */
export type Outcome = Success | Failure;

export interface Success {
  readonly value: unknown;
  /** Its share of the wall time that its child took, in milliseconds. */
  readonly ms: number;
}

export interface Failure {
  readonly fault: Fault;
  readonly message: string;
  /** It may be the machine's fault: the process died, or had no processor. */
  readonly byChance: boolean;
  readonly ms: number;
}

/** Most characters of the items of one call that are sent at once: bounds the memory that it takes. */
const maxLength = 1024 * 1024;

/** Children that die, or must be ended, without saying of what: so many a call, and what is left is given up. */
const maxDeaths = 24;

/** A process may die of other things, too: so many times with one item, and it is the item's fault. */
const maxStrikes = 3;

export class Call {
  /** Told to end; the reason is what its reader gets. */
  stopped: { readonly reason: unknown } | undefined;
  /** It shares no child: one died that it shared, and nobody knows of what. */
  alone = false;
  readonly #head: string;
  readonly #items: readonly string[];
  readonly #maxItems: number;
  /** Items that have an outcome. */
  #done = 0;
  /** Items that may be sent next time, and those that were sent and have no outcome. */
  #most: number;
  #sent = 0;
  #left = 0;
  #deaths = 0;
  /** How often the process died with one and the same item. */
  #strikes = 0;
  #arrived: Outcome[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(head: string, items: readonly string[], maxItems: number) {
    this.#head = head;
    this.#items = items;
    this.#maxItems = maxItems;
    this.#most = maxItems;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Items that were sent and have no outcome. */
  get left(): number {
    return this.#left;
  }

  /** Takes the next items to be sent. */
  send(): Batch {
    const items: string[] = [];
    let length = 0;
    for (let at = this.#done; at < this.#items.length && items.length < this.#most; at++) {
      const item = this.#items[at] as string;
      length += item.length;
      if (items.length > 0 && length > maxLength) break;
      items.push(item);
    }
    this.#sent = items.length;
    this.#left = items.length;
    return { head: this.#head, items };
  }

  /** What `send` would take, at most: items, and their characters. */
  get size(): { readonly items: number; readonly length: number } {
    const items = Math.min(this.#most, this.#items.length - this.#done);
    let length = this.#head.length;
    for (let at = this.#done; at < this.#done + items && length <= maxLength; at++)
      length += (this.#items[at] as string).length;
    return { items, length };
  }

  /** Outcomes of items that were sent, in their order. */
  take(values: readonly unknown[], ms: number): void {
    this.#left -= values.length;
    this.#give(values.map((value) => ({ value, ms })));
    if (this.#left === 0) this.#most = Math.min(2 * this.#most, this.#maxItems);
  }

  /**
   * Something befell what was sent and has no outcome: the head or the first of these items; where `at` is
   * undefined, any of them. What cannot be judged gets its outcome; the others are to be sent again.
   */
  fail(at: 'head' | 'item' | undefined, failure: Failure): void {
    const left = this.#left;
    const progress = left < this.#sent;
    this.#left = 0;
    if (at === undefined) this.#deaths++;
    if (at === 'head' || this.#deaths > maxDeaths) {
      this.#give(Array.from({ length: this.#items.length - this.#done }, () => failure));
      return;
    }
    if (progress) this.#strikes = 0;
    if (failure.fault === 'crash' && left === 1 && ++this.#strikes < maxStrikes) return;
    if (at === 'item' || left === 1) {
      this.#strikes = 0;
      this.#give([failure]);
    } else this.#most = Math.max(1, left >> 1);
  }

  /** It is to be sent again: it was not its turn. */
  putBack(): void {
    this.#left = 0;
  }

  /** Its reader hears that it goes on. */
  beat(): void {
    this.#wake?.();
  }

  /** Ends it where it is told to, or has come, to an end. */
  settle(): boolean {
    this.#ended = this.stopped !== undefined || this.#done === this.#items.length;
    if (this.#ended) this.#wake?.();
    return this.#ended;
  }

  /** What has arrived since: nothing, where it only goes on; undefined: that was all. Throws why it was stopped. */
  async next(): Promise<Outcome[] | undefined> {
    if (this.#arrived.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.stopped !== undefined && this.#ended) throw this.stopped.reason;
    if (this.#arrived.length === 0 && this.#ended) return undefined;
    const outcomes = this.#arrived;
    this.#arrived = [];
    return outcomes;
  }

  #give(outcomes: Outcome[]): void {
    this.#done += outcomes.length;
    if (this.#arrived.length === 0) this.#arrived = outcomes;
    else this.#arrived.push(...outcomes);
    this.#wake?.();
  }
}
