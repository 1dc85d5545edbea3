/** Collecting what a process writes, up to a limit. */

/** Keeps the first and the last half of a limit's bytes; tests report at their end, and errors come first. */
export class CappedOutput {
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #cut = 0;
  readonly #half: number;

  constructor(limitBytes: number) {
    this.#half = Math.floor(limitBytes / 2);
  }

  /** Bytes left out. */
  get cut(): number {
    return this.#cut;
  }

  add(chunk: Buffer): void {
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#head.push(part);
      this.#headBytes += part.length;
    }
    if (chunk.length <= room) return;
    const rest = chunk.subarray(Math.max(0, room));
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    // Now and then is enough: twice the limit at most is held.
    if (this.#tailBytes > 2 * this.#half) this.#trim();
  }

  bytes(): Buffer {
    this.#trim();
    const note = this.#cut > 0 ? [Buffer.from(`\n[${this.#cut} bytes left out]\n`)] : [];
    return Buffer.concat([...this.#head, ...note, ...this.#tail]);
  }

  #trim(): void {
    const excess = this.#tailBytes - this.#half;
    if (excess <= 0) return;
    const kept = Buffer.concat(this.#tail).subarray(excess);
    this.#tail = [Buffer.from(kept)];
    this.#tailBytes = kept.length;
    this.#cut += excess;
  }
}
