/** A theorem that is a file of its own. */
import { isUtf8 } from 'node:buffer';
import type { Entry } from '../entry.ts';
import { Fault } from '../fault.ts';

/**
 * The one row of a `.lean` file: its theorem, which is named as the file where there are several.
 * @throws Fault `too_long`, `bad_utf8`
 */
export async function* readLean(
  chunks: AsyncIterable<Buffer>,
  { name, stem }: { readonly name: string; readonly stem: string },
  maxBytes: number,
): AsyncGenerator<Entry[]> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new Fault(
        'too_long',
        `the file has more than ${maxBytes} bytes`,
        'Give each theorem a file of its own.',
      );
    }
    parts.push(chunk);
  }
  const whole = Buffer.concat(parts);
  if (!isUtf8(whole)) throw new Fault('bad_utf8', 'the file is not UTF-8', 'Convert it to UTF-8.');
  const text = whole.toString('utf8').replace(/^\uFEFF/, '');
  yield [{ line: 1, id: name, fields: { name: stem, formal_statement: text } }];
}
