/** Rows of tables as they are, for what is no samples: CSV, JSON Lines, a JSON list, Parquet. */
import { readCsv } from './csv.ts';
import { asError, type TableLayout, tableLayoutOf } from './detect.ts';
import type { Entry, Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { expand, type InputFile, tableNames } from './files.ts';
import { readJsonList } from './json-list.ts';
import { readJsonl } from './jsonl.ts';
import { readParquet } from './parquet.ts';
import { openSource } from './source.ts';

export const tableFormats = ['csv', 'jsonl', 'parquet'] as const;
export type TableFormat = (typeof tableFormats)[number];

export interface TableRow {
  file: string;
  /** The name of the file, without extensions; unique among the files that are read together. */
  name: string;
  /** Counted from 1: the line, the element of a list, the row in Parquet. */
  line: number;
  fields: Fields;
  /** Cells have no types (CSV): each is a text, or null where it is empty. */
  texts: boolean;
}

export interface TableOptions {
  /** Default: found from each file's content. A JSON list counts as `jsonl`. */
  format?: TableFormat | undefined;
  /** Columns of Parquet to read, by their names; default: all. */
  columns?: (name: string) => boolean;
}

const maxRowBytes = 1 << 26;

/**
 * Streams the rows of files, folders (their data files, sorted) and `-`, packed (gzip, zstd) or not. Memory: one row;
 * of Parquet one row group.
 * @throws AssayError that names file and line, at the first row that cannot be used.
 */
export async function* readTableRows(
  paths: readonly string[],
  options: TableOptions = {},
): AsyncGenerator<TableRow> {
  for (const file of await expand(paths, tableNames)) {
    let line: number | undefined;
    try {
      const { texts, blocks } = await open(file, options);
      for await (const entries of blocks) {
        for (const entry of entries) {
          line = entry.line;
          if ('fault' in entry) throw entry.fault;
          if ('fields' in entry) {
            yield { file: file.path, name: file.name, line: entry.line, fields: entry.fields, texts };
          }
        }
      }
    } catch (fault) {
      throw fault instanceof Fault ? asError(fault, file.path, line) : fault;
    }
  }
}

const layouts: Record<TableFormat, TableLayout> = { csv: 'csv', jsonl: 'lines', parquet: 'parquet' };

async function open(
  file: InputFile,
  { format, columns = () => true }: TableOptions,
): Promise<{ texts: boolean; blocks: AsyncIterable<Entry[]> }> {
  const source = await openSource(file.path);
  let layout: TableLayout;
  try {
    layout = tableLayoutOf(source, file.path, format && layouts[format]);
  } catch (fault) {
    await source.close();
    throw fault;
  }
  if (layout === 'csv') return { texts: true, blocks: readCsv(source, file.name, maxRowBytes) };
  if (layout === 'lines') return { texts: false, blocks: readJsonl(source.chunks, file.name, maxRowBytes) };
  if (layout === 'list') return { texts: false, blocks: readJsonList(source.chunks, file.name, maxRowBytes) };
  await source.close();
  if (!file.seekable) {
    throw new Fault('not_seekable', 'Parquet cannot be read from a pipe', 'Save it as a file.');
  }
  return { texts: false, blocks: readParquet(file.path, file.name, { has: columns }) };
}
