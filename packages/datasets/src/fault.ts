/** What is wrong with a row or a file. */
import type { BadRow } from './api.ts';

export class Fault extends Error {
  readonly code: string;
  readonly mend: string;

  constructor(code: string, message: string, mend: string) {
    super(message);
    this.code = code;
    this.mend = mend;
  }
}

export function badRow(file: string, line: number | undefined, { code, message, mend }: Fault): BadRow {
  return line === undefined ? { file, code, message, mend } : { file, line, code, message, mend };
}
