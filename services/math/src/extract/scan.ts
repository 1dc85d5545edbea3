/** Scans that stay linear where the obvious regular expression (`/[.,]+$/`) would not. */

/** The text without what it ends in of `characters`. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** Offsets of all matches, in order. */
export function occurrences(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index);
}

let seen = '';
let seenPlain = true;

/** Whether a text has nothing but printable ASCII and newlines. The last text is remembered: every stage asks. */
export function isPlainText(text: string): boolean {
  if (text !== seen) [seen, seenPlain] = [text, !/[^\n -~]/.test(text)];
  return seenPlain;
}
