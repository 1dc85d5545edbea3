/** CSV: comma-separated values as in RFC 4180, also with semicolons or tabs between them. */
import { pipeline } from 'node:stream';
import { messageOf } from '@assay/contract';
import { CsvError, type Info, parse } from 'csv-parse';
import type { Entry, Fields } from './entry.ts';
import { Fault } from './fault.ts';
import type { Source } from './source.ts';

/**
 * Rows of CSV by the names in its first line; every cell is a text, and null where it is empty. An
 * apostrophe in front of a formula is taken away. The `line` of a row is
 * the one in which it ends. A row without id is called `name:n`, n counted from 0.
 */
export async function* readCsv(
  { head, chunks }: Pick<Source, 'head' | 'chunks'>,
  name: string,
  maxRowBytes: number,
): AsyncGenerator<Entry[]> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    info: true,
    max_record_size: maxRowBytes,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
  });
  // Errors of either arrive at who reads the parser.
  pipeline(decodable(chunks), parser, () => {});
  let header: string[] | undefined;
  let rows = 0;
  let line = 1;
  try {
    // With `info` the parser gives these instead of plain lists.
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      line = info.lines;
      for (const [i, cell] of record.entries()) if (guarded.test(cell)) record[i] = cell.slice(1);
      if (header === undefined) header = headerOf(record);
      else yield [{ line, id: `${name}:${rows++}`, fields: fieldsOf(header, record) }];
    }
  } catch (error) {
    if (error instanceof CsvError) yield [{ line: Number(error.lines ?? line), fault: faultOf(error) }];
    else if (error instanceof Fault) yield [{ line, fault: error }];
    else throw error;
  }
}

/** An apostrophe that keeps a spreadsheet from running a cell as a formula, as `assay export` puts it there. */
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** The one of them that the first line has most of, outside of quotes. */
function delimiterOf(head: Buffer): string {
  const [first = ''] = head
    .toString('utf8')
    .replace(/^\s+/, '')
    .replace(/"[^"]*"/g, '')
    .split(/[\r\n]/, 1);
  const counts = [',', ';', '\t'].map((delimiter) => [delimiter, first.split(delimiter).length] as const);
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** The parser's own decoder would put U+FFFD for what is not UTF-8. */
async function* decodable(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) {
      decoder.decode(chunk, { stream: true });
      yield chunk;
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('bad_utf8', 'the file is not UTF-8', 'Convert the file to UTF-8 (`iconv -t UTF-8`).');
  }
}

function headerOf(record: readonly string[]): string[] {
  const names = record.map((name) => name.trim());
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new Fault(
    'invalid_csv',
    `the first line names the column ${JSON.stringify(twice)} twice`,
    'Give each column a name of its own.',
  );
}

function fieldsOf(header: readonly string[], record: readonly string[]): Fields {
  return Object.fromEntries(header.map((name, i) => [name, record[i] === '' ? null : record[i]]));
}

const mends: Partial<Record<CsvError['code'], string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH:
    'Give each row as many cells as the first line has; quote a cell that holds a delimiter: "a, b".',
  CSV_QUOTE_NOT_CLOSED: 'A quote is open at the end: the file seems to be cut off. Write or copy it again.',
  CSV_MAX_RECORD_SIZE: 'Check its quotes: one that is not closed takes all that follows for one cell.',
};

function faultOf(error: CsvError): Fault {
  const mend = mends[error.code] ?? 'Quote a cell that holds quotes, and double them: "say ""yes""".';
  return new Fault('invalid_csv', messageOf(error), mend);
}
