/** JSON Lines. */
import type { Entry } from './entry.ts';
import type { Fault } from './fault.ts';
import { fieldsOf, line as lineWording, parseJson } from './json-row.ts';
import { isBlank, splitLines } from './lines.ts';

/** Rows of JSON Lines; a row without id is called `name:n`, n its line counted from 0. */
export async function* readJsonl(
  chunks: AsyncIterable<Buffer>,
  name: string,
  maxLineBytes: number,
): AsyncGenerator<Entry[]> {
  for await (const lines of splitLines(chunks, maxLineBytes)) {
    const entries: Entry[] = [];
    for (const line of lines) {
      if (line.tooLong === undefined && isBlank(line.bytes)) continue;
      try {
        entries.push({
          line: line.number,
          id: `${name}:${line.number - 1}`,
          fields: fieldsOf(parseJson(line, maxLineBytes, lineWording), lineWording),
        });
      } catch (fault) {
        entries.push({ line: line.number, fault: fault as Fault });
      }
    }
    yield entries;
  }
}
