/** A binary heap whose items know their place, so that any of them can leave or move in O(log n). */

/** Lowest `rank` first; of equal ranks the lower `order`. */
export interface Ranked {
  rank: number;
  order: number;
  /** Kept by the heap that it is in; -1: in none. An item is in one heap at a time. */
  at: number;
}

export class Heap<T extends Ranked> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  /** Puts an item in, or to its new place where its rank has changed. */
  put(item: T): void {
    if (item.at < 0) {
      item.at = this.#items.length;
      this.#items.push(item);
    }
    this.#sink(this.#rise(item.at));
  }

  /** Does nothing to what is in no heap. */
  remove(item: T): void {
    const { at } = item;
    if (at < 0) return;
    item.at = -1;
    const last = this.#items.pop() as T;
    if (last === item) return;
    this.#set(last, at);
    this.#sink(this.#rise(at));
  }

  #set(item: T, at: number): void {
    this.#items[at] = item;
    item.at = at;
  }

  #rise(at: number): number {
    const item = this.#items[at] as T;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#items[above] as T;
      if (!isBefore(item, parent)) break;
      this.#set(parent, at);
      at = above;
    }
    this.#set(item, at);
    return at;
  }

  #sink(at: number): void {
    const items = this.#items;
    const item = items[at] as T;
    while (true) {
      let below = 2 * at + 1;
      const left = items[below];
      if (left === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && isBefore(right, left)) below++;
      const child = items[below] as T;
      if (!isBefore(child, item)) break;
      this.#set(child, at);
      at = below;
    }
    this.#set(item, at);
  }
}

function isBefore(a: Ranked, b: Ranked): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.order < b.order);
}
