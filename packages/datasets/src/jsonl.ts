/** JSON Lines. */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '@assay/contract';
import type { Entry, Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { isBlank, type Line, splitLines } from './lines.ts';
import { isObject, kindOf } from './values.ts';

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
          fields: parse(line, maxLineBytes),
        });
      } catch (fault) {
        entries.push({ line: line.number, fault: fault as Fault });
      }
    }
    yield entries;
  }
}

function parse({ bytes, ended, tooLong }: Line, maxLineBytes: number): Fields {
  if (tooLong !== undefined) {
    throw new Fault(
      'too_long',
      `the line has ${tooLong} bytes, at most ${maxLineBytes} are read`,
      'Write one row per candidate instead of one per problem, or raise the limit.',
    );
  }
  if (!isUtf8(bytes)) {
    throw new Fault('bad_utf8', 'the line is not UTF-8', 'Convert the file to UTF-8 (`iconv -t UTF-8`).');
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Fault(
      'invalid_json',
      messageOf(error).replace(/ \(line 1 column \d+\)$/, ''),
      ended
        ? 'Each line must be one whole JSON object (`jq -c .` writes them so).'
        : 'It is the last line and has no end: the file seems to be cut off. Write or copy it again.',
    );
  }
  if (!isObject(value)) {
    throw new Fault(
      'not_object',
      `the line is ${kindOf(value)}, not an object`,
      "Write one JSON object per line (`jq -c '.[]'` splits a list).",
    );
  }
  return value;
}
