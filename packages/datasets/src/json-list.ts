/** One JSON list of rows, or one JSON object whose values are rows, read member by member. */
import type { Entry, Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { element, fieldsOf, parseJson } from './json-row.ts';
import { type Member, MemberSplitter } from './members.ts';

/**
 * Rows of a list; the `line` of each is its place in the list, counted from 1. A row without id is called `name:n`,
 * n counted from 0.
 */
export function readJsonList(chunks: AsyncIterable<Buffer>, name: string, maxBytes: number) {
  return readMembers(chunks, maxBytes, (member) => ({
    id: `${name}:${member.number - 1}`,
    fields: fieldsOf(parseJson(member, maxBytes, element), element),
  }));
}

/** Rows of an object {id: row, …}; the key of each is its field `idField`, unless it has one. */
export function readJsonMap(chunks: AsyncIterable<Buffer>, idField: string, maxBytes: number) {
  return readMembers(chunks, maxBytes, (member) => {
    const bytes = Buffer.concat([Buffer.from('{'), member.bytes, Buffer.from('}')]);
    const pair = fieldsOf(parseJson({ ...member, bytes }, maxBytes, element), element);
    const [id, row] = Object.entries(pair)[0] ?? ['', undefined];
    return { id, fields: { [idField]: id, ...fieldsOf(row, element) } };
  });
}

async function* readMembers(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  read: (member: Member) => { id: string; fields: Fields },
): AsyncGenerator<Entry[]> {
  const splitter = new MemberSplitter(maxBytes);
  const entryOf = (member: Member): Entry => {
    try {
      return { line: member.number, ...read(member) };
    } catch (fault) {
      return { line: member.number, fault: fault as Fault };
    }
  };
  for await (const chunk of chunks) {
    const members = splitter.push(chunk);
    if (members.length > 0) yield members.map(entryOf);
  }
  const last = splitter.end();
  const entries = last === undefined ? [] : [entryOf(last)];
  const told = entries.some((entry) => 'fault' in entry);
  if (!splitter.closed && !told) {
    entries.push({
      fault: new Fault(
        'invalid_json',
        `the list has no end behind element ${splitter.count}: the file seems to be cut off`,
        'Write or copy it again; what is in it was read.',
      ),
    });
  }
  if (splitter.trailing) {
    entries.push({
      fault: new Fault(
        'invalid_json',
        `the list ends behind element ${splitter.count}, and the file goes on`,
        'Check what wrote the file: it must be one JSON list, or one JSON object per line.',
      ),
    });
  }
  if (entries.length > 0) yield entries;
}
