/** The fields of the first row in the beginning of a JSON text, which may be cut off. */
import type { Fields } from './entry.ts';
import { MemberSplitter } from './members.ts';
import { isObject } from './values.ts';

export interface Outline {
  /** Names of the row's fields, as far as they are in the text. */
  names: string[];
  /** The row, where all of it is in the text. */
  row: Fields | undefined;
}

/** @param text begins with `[` or `{`. */
export function outlineOf(text: string): Outline {
  const first = text.startsWith('[') ? firstMember(text) : lineOf(text);
  const value = parsed(first);
  const row = isObject(value) ? value : undefined;
  return { row, names: row === undefined ? namesOf(first) : Object.keys(row) };
}

function lineOf(text: string): string {
  return text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1);
}

function firstMember(text: string): string {
  const splitter = new MemberSplitter(Number.POSITIVE_INFINITY);
  const member = splitter.push(Buffer.from(text))[0] ?? splitter.end();
  return member?.bytes.toString().trimStart() ?? '';
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of the members that an object has in the beginning of its text. */
function namesOf(text: string): string[] {
  if (!text.startsWith('{')) return [];
  const splitter = new MemberSplitter(Number.POSITIVE_INFINITY);
  const members = splitter.push(Buffer.from(text));
  const last = splitter.end();
  if (last !== undefined) members.push(last);
  return members.flatMap(({ bytes }) => {
    const name = parsed(/^\s*("(?:[^"\\]|\\.)*")\s*:/.exec(bytes.toString('utf8', 0, 1000))?.[1] ?? '');
    return typeof name === 'string' ? [name] : [];
  });
}
