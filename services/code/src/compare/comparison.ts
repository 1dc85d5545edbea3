/** What a comparer says, and how it names what it saw. */

export interface Comparison {
  readonly outcome: 'equal' | 'presentation' | 'different';
  /** One line: where they first differ, e.g. `token 3: 7, expected 8`; empty where they are equal. */
  readonly message: string;
}

/**
 * Compares a program's output with the stored one. Works on bytes of any kind, takes time linear in them and next to
 * no memory beside them, and never throws.
 */
export type Comparer = (output: Buffer, expected: Buffer) => Comparison;

export const equal: Comparison = Object.freeze({ outcome: 'equal', message: '' });

export function different(message: string): Comparison {
  return { outcome: 'different', message };
}

export function presentation(message: string): Comparison {
  return { outcome: 'presentation', message };
}

const shown = 40;

/** Bytes for people: one line, at most 40 of them. */
export function preview(bytes: Buffer, start: number, end: number): string {
  if (start >= end) return 'nothing';
  const cut = end - start > shown;
  const text = bytes.toString('utf8', start, cut ? start + shown : end).replace(/\p{Cc}/gu, (c) => {
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return cut ? `${text}… (${end - start} bytes)` : text;
}
