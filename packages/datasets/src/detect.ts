/** Which format a file has, from its content. */
import { AssayError } from '@assay/contract';
import { Fault } from './fault.ts';
import { expand } from './files.ts';
import type { FormatName } from './formats.ts';
import { outlineOf } from './outline.ts';
import { parquetColumns } from './parquet.ts';
import { formatWith } from './schemas.ts';
import { type Compression, openSource, type Source } from './source.ts';
import { isObject } from './values.ts';

/** How rows lie in a file: one a line, in one list, in one object by their ids, in Parquet, in YAML, one as Lean. */
export type Layout = 'lines' | 'list' | 'map' | 'parquet' | 'yaml' | 'lean';

export interface Detected {
  format: FormatName;
  /** What it was told by. */
  why: string;
}

/**
 * The format and compression of a file, and what they were told by.
 * @throws AssayError `no_such_file`, `unreadable`, `empty_file`, `not_text`, `invalid_json`, `unknown_format`,
 * `bad_compression`.
 */
export async function detectFormat(path: string): Promise<Detected & { compression: Compression }> {
  await expand([path]);
  const source = await openSource(path);
  try {
    return { compression: source.compression, ...(await formatOf(source, path)) };
  } catch (error) {
    if (error instanceof Fault) throw asError(error, path);
    throw error;
  } finally {
    await source.close();
  }
}

export function asError({ code, message, mend }: Fault, file: string, line?: number): AssayError {
  return new AssayError(code, `${file}${line === undefined ? '' : `:${line}`}: ${message}`, { mend });
}

const yamlName = /\.ya?ml(\.gz|\.zst)?$/i;
const leanName = /\.lean(\.gz|\.zst)?$/i;

/** @throws Fault where it is no format that is known. */
export async function formatOf(source: Source, path: string): Promise<Detected & { layout: Layout }> {
  const { head, failure } = source;
  if (head.length === 0 && failure instanceof Fault) throw failure;
  if (isParquet(head)) return { layout: 'parquet', ...(await parquetFormat(path)) };
  const text = textOf(head);
  if (text === '') throw emptyFile();
  if (leanName.test(path)) return { layout: 'lean', format: 'minif2f', why: 'its name ends in .lean' };
  // A NUL among the first bytes is UTF-16 or binary; later on it may be one bad row.
  const isText = !head.includes(0) && !text.slice(0, 1000).includes('\uFFFD');
  if (text[1] !== '\0' && !yamlName.test(path)) {
    const layout = jsonLayout(text);
    if (layout === 'map') return { layout, format: 'swebench', why: 'it is one object of predictions by id' };
    if (layout !== undefined) return { layout, ...jsonFormat(text) };
  }
  if (!isText) throw notText('JSON Lines');
  if (yamlName.test(path) || /^(#|%YAML|---|["']?\w+["']?\s*:(\s|$))/.test(text)) {
    const why = yamlName.test(path) ? 'its name ends as YAML' : 'it begins as YAML';
    return { layout: 'yaml', format: 'llmonk', why };
  }
  throw new Fault(
    'unknown_format',
    `the file begins with ${JSON.stringify(text.slice(0, 20))}, like no format that is known`,
    'Name its format with --format, or convert it to JSON Lines.',
  );
}

/** How rows lie in a file whose format is named. @throws Fault where rows do not lie so that they can be read. */
export function layoutOf({ head }: Source, format: FormatName): Layout {
  if (format === 'llmonk') return 'yaml';
  if (format === 'parquet' || isParquet(head)) return 'parquet';
  const layout = jsonLayout(textOf(head));
  if (format === 'minif2f' && layout === undefined) return 'lean';
  return layout === 'list' || (layout === 'map' && format === 'swebench') ? layout : 'lines';
}

export type TableLayout = 'csv' | 'lines' | 'list' | 'parquet';

/** How the rows of a table lie in a file, which is `named` as one kind or told by its content. @throws Fault */
export function tableLayoutOf({ head, failure }: Source, path: string, named?: TableLayout): TableLayout {
  if (head.length === 0 && failure instanceof Fault) throw failure;
  if (isParquet(head)) return 'parquet';
  const text = textOf(head);
  if (text === '') throw emptyFile();
  // UTF-16, or binary; further on it may be in a text.
  if (head.subarray(0, 4).includes(0)) throw notText('CSV or JSON Lines');
  const isCsv = named === 'csv' || (named === undefined && /\.[ct]sv(\.gz|\.zst)?$/i.test(path));
  const layout = isCsv ? undefined : jsonLayout(text);
  return layout === 'list' ? 'list' : layout !== undefined || named === 'lines' ? 'lines' : 'csv';
}

function emptyFile(): Fault {
  return new Fault('empty_file', 'the file is empty', 'Check that the program that wrote it has finished.');
}

function notText(wanted: string): Fault {
  return new Fault(
    'not_text',
    'the file is neither text nor Parquet, gzip or zstd',
    `Convert it to ${wanted} in UTF-8.`,
  );
}

function isParquet(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'PAR1';
}

function textOf(head: Buffer): string {
  return head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
}

/**
 * Undefined where it is no JSON.
 * @throws Fault where the first row fills many lines.
 */
function jsonLayout(text: string): 'lines' | 'list' | 'map' | undefined {
  if (text.startsWith('[')) return 'list';
  if (!text.startsWith('{')) return undefined;
  const predictions =
    /^\{\s*"(?:[^"\\]|\\.)+"\s*:\s*\{\s*"(?:model_name_or_path|instance_id|model_patch)"\s*:/;
  if (predictions.test(text)) return 'map';
  if (/^\{[^\S\n]*\n\s*"/.test(text)) {
    throw new Fault(
      'invalid_json',
      'the file begins with a JSON object that fills many lines',
      'Write each object on one line (`jq -c .`), or the file as one JSON list (`jq -s .`).',
    );
  }
  return 'lines';
}

async function parquetFormat(path: string): Promise<Detected> {
  const own = formatWith(await parquetColumns(path).catch(() => []));
  if (own === undefined) return { format: 'parquet', why: 'it begins with the bytes PAR1' };
  return { format: own.format, why: `it is Parquet and ${own.why}` };
}

function jsonFormat(text: string): Detected {
  const { row, names } = outlineOf(text);
  const own = formatWith(names);
  if (own !== undefined) return { format: own.format, why: `its first row ${own.why}` };
  if (row === undefined) return { format: 'jsonl', why: `it begins with ${text[0]}` };
  const has = (name: string) => Object.hasOwn(row, name) && typeof row[name] === 'string';
  if (has('question') && has('answer') && /####/.test(row.answer as string)) {
    return { format: 'gsm8k', why: 'its first row has `question` and an `answer` with ####' };
  }
  if (has('question') && has('ground_truth') && Object.values(row).some(isModelSolution)) {
    return { format: 'gsm8k', why: 'its first row has `question`, `ground_truth` and model solutions' };
  }
  if (has('problem') && has('solution')) {
    return { format: 'math', why: 'its first row has `problem` and `solution`' };
  }
  return { format: 'jsonl', why: 'its first row is a JSON object' };
}

function isModelSolution(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, 'solution');
}
