/** What a log says of each test. */

/**
 * Test name to the word that the log has for it, as written: PASSED, FAILED, SKIPPED, ERROR, XFAIL, and now and then
 * something else (`ERROR:`), which counts as a failure.
 */
export type StatusMap = Map<string, string>;

/** The words that a line of pytest's summary can begin with. */
export const statuses = ['FAILED', 'PASSED', 'SKIPPED', 'ERROR', 'XFAIL'] as const;

// White space as Python's str.split() and str.strip() have it, on which the recorded names rest.
const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const word = new RegExp(`[^${space.slice(1)}+`, 'g');
const leadingSpace = new RegExp(`^${space}+`);
const isSpace = new RegExp(space);

/** The first words of a line, at most `most`. */
export function words(line: string, most: number): string[] {
  const found: string[] = [];
  word.lastIndex = 0;
  while (found.length < most) {
    const match = word.exec(line);
    if (match === null) break;
    found.push(match[0]);
  }
  return found;
}

/** A text without white space at its ends; linear, unlike a pattern anchored at the end. */
export function trim(text: string): string {
  const start = leadingSpace.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > start && isSpace.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The lines of a text, one at a time: a list of them may take many times the memory of the text. */
export function* lines(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
    if (end < 0) return;
    start = end + 1;
  }
}
