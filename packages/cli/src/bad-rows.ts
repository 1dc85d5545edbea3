/** Rows that cannot be used: told as they come, and counted. */
import type { BadRow } from '@assay/datasets';
import { oneLine } from './terminal.ts';

/** Rows that are told one by one; the others are only counted. */
const most = 20;

export class BadRows {
  count = 0;
  readonly #say: (line: string) => void;

  /** `say` is given lines for the user. */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add({ file, line, code, message, mend }: BadRow): void {
    this.count++;
    if (this.count > most) {
      if (this.count === most + 1) this.#say('bad row: more of them; only counted from here');
      return;
    }
    const where = line === undefined ? file : `${file}:${line}`;
    this.#say(`bad row: ${oneLine(`${where}: ${message} [${code}]`)}\n  ${oneLine(mend)}`);
  }

  /** The line for the end; undefined where there is none. */
  get summary(): string | undefined {
    if (this.count === 0) return undefined;
    return `${this.count.toLocaleString('en-US')} bad row${this.count === 1 ? ' was' : 's were'} left out`;
  }
}
