/** Parser of what sympy's own runner (`bin/test --verbose`) prints. */
import { lines, type StatusMap, trim, words } from '../status.ts';

const letters = [
  [' E', 'ERROR'],
  [' F', 'FAILED'],
  [' ok', 'PASSED'],
] as const;

/** `test_name ok`, and headings of failures, `____ path.py:test_name ____`. */
export function sympy(log: string): StatusMap {
  const found: StatusMap = new Map();
  for (const line of lines(log)) {
    const name = heading(line);
    if (name !== undefined) found.set(name, 'FAILED');
  }
  for (const raw of lines(log)) {
    const line = trim(raw);
    if (!line.startsWith('test_')) continue;
    for (const [end, status] of letters) {
      if (line.endsWith(end)) found.set(words(line, 1)[0] ?? line, status);
    }
  }
  return found;
}

// What lies between the first space and the last one, if `.py:` is in it; by searches, because a pattern for it takes
// quadratic time.
function heading(line: string): string | undefined {
  const start = line.indexOf(' ');
  const end = line.lastIndexOf(' ');
  return line.lastIndexOf('.py:', end - 4) > start && end > start + 4
    ? line.slice(start + 1, end)
    : undefined;
}
