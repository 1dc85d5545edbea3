/** Memory for what requests have sent: a bound for all of them together. */
import { AssayError } from '@assay/contract';

export class Room {
  readonly #most: number;
  #held = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** The share of one request, which begins with nothing. */
  share(): Share {
    let mine = 0;
    let isOver = false;
    const free = () => {
      this.#held -= mine;
      mine = 0;
    };
    return {
      free,
      end: () => {
        free();
        isOver = true;
      },
      take: (bytes) => {
        if (isOver) return;
        if (this.#held + bytes > this.#most) {
          throw new AssayError('gateway_full', `Bodies of ${this.#held} bytes are held; there is no room.`, {
            mend: 'Try again in a moment, or send less at a time.',
          });
        }
        mine += bytes;
        this.#held += bytes;
      },
    };
  }
}

export interface Share {
  /** Error: `gateway_full`. */
  take(bytes: number): void;
  /** Gives all of it back. */
  free(): void;
  /** The same, once the request is answered: what still comes of it is dropped, and not counted. */
  end(): void;
}
