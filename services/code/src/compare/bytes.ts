/** Bytes: classes of them, and equality of stretches. */

function classOf(members: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const member of members) table[member.charCodeAt(0)] = 1;
  return table;
}

/** White space of C's `isspace`. */
export const whiteSpace = classOf(' \t\n\v\f\r');

/** White space of the judge of CodeContests: without the form feed. */
export const contestSpace = classOf(' \t\n\v\r');

export const newline = 0x0a;

/** A byte in ASCII lower case. */
export function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Two stretches of the same bytes. */
export function sameBytes(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  // A native comparison costs more than the loop on the short tokens that most are.
  if (aEnd - aStart > 64) return a.compare(b, bStart, bEnd, aStart, aEnd) === 0;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

/** Two stretches of the same bytes but for the case of ASCII letters. */
export function sameFolded(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) {
    if (lower(a[i] as number) !== lower(b[j] as number)) return false;
  }
  return true;
}

const block = 1 << 16;

/** Length of what two buffers have in common at their beginnings. */
export function commonPrefix(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length) {
    const end = Math.min(at + block, length);
    if (a.compare(b, at, end, at, end) !== 0) break;
    at = end;
  }
  while (at < length && a[at] === b[at]) at++;
  return at;
}
