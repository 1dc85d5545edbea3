/** What is known of a run, as tables for other programs. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
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
import type { Store } from '@assay/store';
import { exitCodes, usageError } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { openStore } from './open.ts';
import { ProgressLine } from './progress.ts';
import { writeWhole } from './write-whole.ts';

export interface ExportOptions {
  store: string;
  what: string;
  format?: ExportFormat;
  out?: string;
  level: number;
}

/** Writes a table of a run, and answers with the exit code. Errors: `run_unknown`, `store_*`, `export_write`, `usage`. */
export async function exportRun(run: string, options: ExportOptions): Promise<number> {
  const { store: path, what, out, level } = options;
  const format = options.format ?? formatOf(out);
  if (format === 'parquet' && out === undefined) {
    throw usageError('Parquet is not written to standard output.', 'Name a file: --out FILE.parquet');
  }
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  let rows = 0;
  const store = openStore(path);
  try {
    await store.withSnapshot(async (view) => {
      const table = await tableOf(view, run, what, level);
      progress.startLine(async () => progressOf(rows, table.total));
      const bytes = exportBytes(table, format, () => rows++);
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
  bytes: AsyncIterable<Uint8Array>,
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
