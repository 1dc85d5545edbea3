/** The indices of one problem's candidates that were seen; small while they come without gaps. */
export class Indices {
  /** All of [from, to) was seen. */
  #from = 0;
  #to = 0;
  #others: Set<number> | undefined;
  /** One more than the largest index seen: the index of the next candidate that has none of its own. */
  next = 0;

  /** Adds an index; false where it was there already. */
  add(index: number): boolean {
    if (this.#from === this.#to && this.#others === undefined) this.#from = this.#to = index;
    if (index === this.#to) {
      do this.#to++;
      while (this.#others?.delete(this.#to));
    } else if ((index >= this.#from && index < this.#to) || this.#others?.has(index)) {
      return false;
    } else {
      this.#others ??= new Set();
      this.#others.add(index);
    }
    if (index >= this.next) this.next = index + 1;
    return true;
  }

  /** Leaves out the next index: what should have it cannot be used. */
  skip(): void {
    this.next++;
  }
}
