/** What is known of a run: as tables for other programs, or all of it for another store. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { AssayError, messageOf } from '@assay/contract';
import {
  buildReport,
  type ExportFormat,
  type ExportTable,
  exportBytes,
  exportFormats,
  reportTables,
  storeTables,
  tableOfReport,
  tableOfStore,
} from '@assay/report';
import { dumpRun, type Store } from '@assay/store';
import { exitCodes, usageError } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { openStore } from './open.ts';
import { ProgressLine } from './progress.ts';
import { writeWhole } from './write-whole.ts';

export interface ExportOptions {
  store: string;
  /** Table; or all of the run, for another store. */
  what?: string;
  whole?: boolean;
  format?: ExportFormat;
  out?: string;
  level: number;
}

/** What is written, piece by piece, and how many rows it has, where that is known. */
interface Output {
  bytes: AsyncIterable<string | Uint8Array>;
  total?: number | undefined;
}

/**
 * Writes a table of a run, or all of it, and answers with the exit code.
 * Errors: `run_unknown`, `store_*`, `export_write`, `usage`.
 */
export async function exportRun(run: string, options: ExportOptions): Promise<number> {
  const { store: path, what, whole = false, out } = options;
  if ((what === undefined) !== whole) {
    throw usageError('What is to be written?', 'Name a table (--what counts), or all of the run (--whole).');
  }
  const output = (whole ? wholeWriter : tableWriter)(options);
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  let rows = 0;
  const store = await openStore(path);
  try {
    await store.withSnapshot(async (view) => {
      const { bytes, total } = await output(view, run, () => rows++);
      progress.startLine(async () => progressOf(rows, total));
      await write(bytes, out, interrupts.signal);
    });
  } catch (error) {
    if (interrupts.signal.aborted) return interrupts.exitCode;
    throw error;
  } finally {
    progress.stop();
    interrupts.dispose();
    await store.close();
  }
  if (out !== undefined) process.stderr.write(`${rows.toLocaleString('en-US')} rows in ${out}\n`);
  return exitCodes.ok;
}

type Writer = (view: Store, run: string, onRow: () => void) => Promise<Output>;

function tableWriter({ what = '', out, level, format = formatOf(out) }: ExportOptions): Writer {
  if (format === 'parquet' && out === undefined) {
    throw usageError('Parquet is not written to standard output.', 'Name a file: --out FILE.parquet');
  }
  return async (view, run, onRow) => {
    const table = await tableOf(view, run, what, level);
    return { bytes: exportBytes(table, format, onRow), total: table.total };
  };
}

/** All of the run as assay import reads it; compressed where the name of the file says so. */
function wholeWriter({ format, out = '' }: ExportOptions): Writer {
  if (format !== undefined && format !== 'jsonl') {
    throw usageError('All of a run is written as JSON Lines.', 'Leave --format out.');
  }
  const compress = /\.gz$/i.test(out) ? createGzip() : /\.zst$/i.test(out) ? createZstdCompress() : undefined;
  return async (view, run, onRow) => {
    const lines = counted(dumpRun(view, run), onRow);
    return { bytes: compress === undefined ? lines : Readable.from(lines).compose(compress) };
  };
}

async function* counted<T>(items: AsyncIterable<T>, onItem: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    onItem();
    yield item;
  }
}

async function tableOf(view: Store, run: string, what: string, level: number): Promise<ExportTable> {
  if (isIn(storeTables, what)) return tableOfStore(view, run, what);
  if (isIn(reportTables, what)) return tableOfReport(await buildReport(view, run, { level }), what);
  throw new RangeError(`no table ${what}`);
}

function isIn<T extends object>(tables: T, name: string): name is keyof T & string {
  return Object.hasOwn(tables, name);
}

function formatOf(out: string | undefined): ExportFormat {
  if (out === undefined) return 'csv';
  const ending = out.slice(out.lastIndexOf('.') + 1).toLowerCase();
  const format = exportFormats.find((each) => each === (ending === 'ndjson' ? 'jsonl' : ending));
  if (format !== undefined) return format;
  throw usageError(
    `The name ${out} tells no format.`,
    'Let it end in .csv, .jsonl or .parquet, or name the format: --format csv',
  );
}

async function write(
  bytes: AsyncIterable<string | Uint8Array>,
  out: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (out === undefined) return pipeline(Readable.from(bytes), process.stdout, { end: false, signal });
  try {
    await writeWhole(out, bytes, signal);
  } catch (cause) {
    if (cause instanceof AssayError || signal.aborted) throw cause;
    throw new AssayError('export_write', `Cannot write ${out}: ${messageOf(cause)}`, {
      mend: 'Nothing is left of it. --out FILE writes it elsewhere.',
      cause,
    });
  }
}

function progressOf(rows: number, total: number | undefined): string | undefined {
  if (rows === 0) return undefined;
  const number = (value: number) => value.toLocaleString('en-US');
  return `${number(rows)}${total === undefined ? '' : ` of ${number(total)}`} rows`;
}
