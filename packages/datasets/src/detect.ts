/** Which format a file has, from its content. */
import { AssayError } from '@assay/contract';
import type { Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { expand } from './files.ts';
import type { FormatName } from './formats.ts';
import { type Compression, openSource, type Source } from './source.ts';
import { isObject } from './values.ts';

/**
 * The format and compression of a file, and what they were told by.
 * @throws AssayError `no_such_file`, `unreadable`, `empty_file`, `not_text`, `unknown_format`, `bad_compression`.
 */
export async function detectFormat(
  path: string,
): Promise<{ format: FormatName; compression: Compression; why: string }> {
  await expand([path]);
  const source = await openSource(path);
  try {
    return { compression: source.compression, ...formatOf(source, path) };
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

/** @throws Fault where it is no format that is known. */
export function formatOf({ head, failure }: Source, path: string): { format: FormatName; why: string } {
  if (head.length === 0 && failure instanceof Fault) throw failure;
  if (head.toString('latin1', 0, 4) === 'PAR1') {
    return { format: 'parquet', why: 'it begins with the bytes PAR1' };
  }
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '') {
    throw new Fault('empty_file', 'the file is empty', 'Check that the program that wrote it has finished.');
  }
  // A NUL among the first bytes is UTF-16 or binary; later on it may be one bad row.
  const isText = !head.includes(0) && !text.slice(0, 1000).includes('\uFFFD');
  if (text.startsWith('{') && text[1] !== '\0' && !yamlName.test(path)) return jsonFormat(text);
  if (!isText) {
    throw new Fault(
      'not_text',
      'the file is neither text nor Parquet, gzip or zstd',
      'Convert it to JSON Lines in UTF-8.',
    );
  }
  if (yamlName.test(path) || /^(#|%YAML|---|["']?\w+["']?\s*:(\s|$))/.test(text)) {
    return { format: 'llmonk', why: yamlName.test(path) ? 'its name ends as YAML' : 'it begins as YAML' };
  }
  throw new Fault(
    'unknown_format',
    `the file begins with ${JSON.stringify(text.slice(0, 20))}, like no format that is known`,
    text.startsWith('[')
      ? "It looks like a JSON list; write one object per line: `jq -c '.[]'`."
      : 'Name its format with --format, or convert it to JSON Lines.',
  );
}

const yamlName = /\.ya?ml(\.gz|\.zst)?$/i;

function jsonFormat(text: string): { format: FormatName; why: string } {
  const row = firstRow(text);
  if (row === undefined) return { format: 'jsonl', why: 'it begins with {' };
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

function firstRow(text: string): Fields | undefined {
  try {
    return JSON.parse(text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1)) as Fields;
  } catch {
    return undefined;
  }
}

function isModelSolution(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, 'solution');
}
