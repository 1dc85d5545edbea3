/** Docker's stream of a process without a terminal: frames of eight bytes (which stream, length) and a body. */

export interface Piece {
  /** 1: stdout, 2: stderr. */
  readonly stream: number;
  readonly body: Buffer;
}

/** Takes the stream apart, however its chunks cut the frames. */
export class Multiplexed {
  #pending = Buffer.alloc(0);
  #stream = 0;
  #left = 0;

  /** What a chunk holds of either stream, in order. */
  *push(chunk: Buffer): Generator<Piece> {
    let data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = Buffer.alloc(0);
    while (data.length > 0) {
      if (this.#left === 0) {
        if (data.length < 8) {
          this.#pending = Buffer.from(data);
          return;
        }
        this.#stream = data[0] as number;
        this.#left = data.readUInt32BE(4);
        data = data.subarray(8);
      }
      const body = data.subarray(0, this.#left);
      this.#left -= body.length;
      data = data.subarray(body.length);
      if (body.length > 0) yield { stream: this.#stream, body };
    }
  }
}
