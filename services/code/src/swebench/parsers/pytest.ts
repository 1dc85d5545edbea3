/** Parsers of what pytest prints (`-rA`), one for each way in which the names of tests were recorded. */
import { lines, type StatusMap, statuses, trim, words } from '../status.ts';

/** `PASSED name`, `FAILED name - message`: flask, pytest, xarray. */
export function pytest(log: string): StatusMap {
  return read(log, statusFirst);
}

/** Names in brackets that are paths lose their folders: pylint, requests. */
export function pytestOptions(log: string): StatusMap {
  const found: StatusMap = new Map();
  for (const [name, status] of pytest(log)) found.set(shortOption(name), status);
  return found;
}

/**
 * Colours are removed, names may contain spaces, and the order of older pytest (`name PASSED`) is read too: astropy,
 * scikit-learn, sphinx.
 */
export function pytestPlain(log: string): StatusMap {
  return read(log, (coloured) => {
    const line = plain(coloured);
    return wholeName(line) ?? statusLast(line);
  });
}

/** Enumeration members in names of tests are numbers in the recorded names: matplotlib. */
export function matplotlib(log: string): StatusMap {
  return read(log.replaceAll('MouseButton.LEFT', '1').replaceAll('MouseButton.RIGHT', '3'), statusFirst);
}

/** Passed and failed tests alone, in either order: seaborn. */
export function seaborn(log: string): StatusMap {
  return read(log, (line) => {
    const [first = '', second = ''] = words(line, 2);
    if (line.startsWith('FAILED')) return second === '' ? undefined : [second, 'FAILED'];
    if (line.includes(' PASSED ')) return second === 'PASSED' ? [first, 'PASSED'] : undefined;
    if (line.startsWith('PASSED')) return second === '' ? undefined : [second, 'PASSED'];
    return undefined;
  });
}

function read(log: string, readLine: (line: string) => [string, string] | undefined): StatusMap {
  const found: StatusMap = new Map();
  for (const line of lines(log)) {
    const result = readLine(line);
    if (result !== undefined) found.set(...result);
  }
  return found;
}

function statusFirst(line: string): [string, string] | undefined {
  if (!statuses.some((status) => line.startsWith(status))) return undefined;
  const text = line.startsWith('FAILED') ? line.replaceAll(' - ', ' ') : line;
  const [status, name] = words(text, 2);
  // `SKIPPED [3] tests/test_a.py:7: why` counts places, not tests.
  if (status === undefined || name === undefined || (status === 'SKIPPED' && /^\[\d+\]/.test(name)))
    return undefined;
  return [name, status];
}

// As statusFirst, with the name up to the message or the line's end.
function wholeName(line: string): [string, string] | undefined {
  const result = statusFirst(line);
  const status = result?.[1];
  if (result === undefined || status === undefined) return undefined;
  const rest = trim(line.slice(status.length));
  return [status.startsWith('PASSED') ? rest : withoutMessage(rest), status];
}

// A ` - ` inside the brackets of parameters starts no message.
function withoutMessage(rest: string): string {
  let depth = 0;
  for (let index = 0; index < rest.length; index += 1) {
    if (rest[index] === '[') depth += 1;
    else if (rest[index] === ']') depth -= 1;
    else if (depth === 0 && rest.startsWith(' - ', index)) return rest.slice(0, index);
  }
  return depth === 0 ? rest : (rest.split(' - ', 1)[0] ?? rest);
}

function statusLast(line: string): [string, string] | undefined {
  if (!statuses.some((status) => line.endsWith(status))) return undefined;
  const [name, status] = words(line, 2);
  return name === undefined || status === undefined ? undefined : [name, status];
}

function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is removed
  return line.replace(/\[\d+m/g, '').replace(/[\x01-\x1f]/g, '');
}

function shortOption(name: string): string {
  const open = name.indexOf('[');
  const close = name.lastIndexOf(']');
  if (open < 0 || close < open) return name;
  let option = name.slice(open + 1, close);
  if (option.startsWith('/') && !option.startsWith('//') && !option.includes('*')) {
    option = option.slice(option.lastIndexOf('/'));
  }
  return `${name.slice(0, open)}[${option}]`;
}
