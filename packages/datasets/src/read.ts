/** Reads problems and candidates. */
import type { ReadOptions, SampleBatch } from './api.ts';
import { Batcher } from './batcher.ts';
import { asError, formatOf, type Layout, layoutOf } from './detect.ts';
import type { Entry, FaultEntry, RowEntry } from './entry.ts';
import { badRow, Fault } from './fault.ts';
import { expand, type InputFile } from './files.ts';
import { type FormatName, formats } from './formats.ts';
import { readJsonList, readJsonMap } from './json-list.ts';
import { readJsonl } from './jsonl.ts';
import { readLean } from './lean/file.ts';
import { readLlmonk } from './llmonk.ts';
import { type FieldNames, fieldNames } from './names.ts';
import { readParquet } from './parquet.ts';
import { Problems } from './problems.ts';
import { type Row, readRow, readSample } from './row.ts';
import type { Sample } from './schema.ts';
import { columnsOf, schemas } from './schemas.ts';
import { openSource } from './source.ts';

/**
 * Streams the candidates of files, folders (their data files, sorted) and `-` (JSON Lines on standard input), problem
 * by problem in the order of the files. Formats and compression (gzip, zstd) are found from the content.
 *
 * Memory does not grow with the number of candidates: at most a line, a row group or a sample and a few batches are
 * held, and a few hundred bytes per problem.
 *
 * What cannot be used goes to `onBadRow`, and reading goes on behind it.
 * @throws AssayError `no_such_file`, `unreadable`, `no_files`, `same_file` at once; where `strict`, the first bad row.
 */
export async function* readSamples(paths: string[], options: ReadOptions = {}): AsyncGenerator<SampleBatch> {
  const { limit = Number.POSITIVE_INFINITY, batchSize = 256, onBadRow } = options;
  const strict = options.strict ?? onBadRow === undefined;
  const namesOf = memo((format: FormatName) => fieldNames(options.fields, schemas[format].names));
  const problems = new Problems();
  const batcher = new Batcher(batchSize, limit);
  const problemFiles = await expand(options.problems ?? []);
  const files = await expand(paths);

  const report = (file: InputFile, line: number | undefined, fault: unknown) => {
    if (!(fault instanceof Fault)) throw fault;
    onBadRow?.(badRow(file.path, line, fault));
    if (strict) throw asError(fault, file.path, line);
  };

  /** Gives each entry of a file to `use`, and reports what is wrong with it. Yields when some were used. */
  async function* each(
    file: InputFile,
    named: FormatName | undefined,
    use: (entry: GoodEntry, format: FormatName) => void,
    onBytes: (bytes: number) => void = () => {},
  ) {
    try {
      const { format, blocks } = await open(file, named, options, namesOf, onBytes);
      let empty = true;
      for await (const entries of blocks) {
        for (const entry of entries) {
          empty = false;
          try {
            if ('fault' in entry) throw entry.fault;
            use(entry, format);
          } catch (fault) {
            report(file, entry.line, fault);
          }
        }
        yield;
      }
      if (empty) throw new Fault('empty_file', 'the file has no rows', 'Check what wrote it.');
    } catch (fault) {
      report(file, undefined, fault);
    }
  }

  const rowOf = (file: InputFile, { id, fields }: RowEntry, format: FormatName): Row => {
    const row = readRow(fields, namesOf(format), schemas[format]);
    const { problem } = row;
    problem.id ??= id;
    if (problem.mathAnswer && options.policy !== undefined) problem.mathAnswer.policy ||= options.policy;
    problem.dataset = options.dataset ?? problem.dataset ?? datasetOf(file, format);
    return row;
  };

  for (const file of problemFiles) {
    const define = (entry: GoodEntry, format: FormatName) => {
      if ('fields' in entry) problems.find(rowOf(file, entry, format).problem, true);
    };
    for await (const _ of each(file, undefined, define));
  }

  const sizes = files.map(({ bytes }) => bytes);
  const total = sizes.includes(undefined)
    ? undefined
    : sizes.reduce<number>((sum, size = 0) => sum + size, 0);
  /** Bytes of the files before this one, and of it. */
  let before = 0;
  let read = 0;

  for (const file of files) {
    /** Whether the row that SampleEntries belong to could be used. */
    let begun = false;
    const addSample = (sample: Sample, line: number) => {
      try {
        batcher.add(sample);
      } catch (fault) {
        report(file, line, fault);
      }
    };
    const add = (entry: GoodEntry, format: FormatName) => {
      if ('sample' in entry) {
        if (begun) addSample(readSample(entry.sample), entry.line);
        return;
      }
      begun = false;
      const { problem, samples } = rowOf(file, entry, format);
      batcher.begin(problems.find(problem));
      begun = true;
      for (const sample of samples ?? []) addSample(sample, entry.line);
      if (samples?.length === 0) {
        throw new Fault(
          'empty_samples',
          '`samples` is an empty list',
          'Sample the problem again; until then it is a problem without candidates.',
        );
      }
    };
    const count = (bytes: number) => {
      read += bytes;
      options.onProgress?.(before + read, total);
    };
    for await (const _ of each(file, options.format, add, count)) {
      // Whoever writes into a pipe may wait for the verdicts of what it has written.
      if (!file.seekable) batcher.flush();
      yield* batcher.take();
    }
    // Parquet is read by its own reader, which does not say how far it is.
    before += file.bytes ?? read;
    read = 0;
    options.onProgress?.(before, total);
  }
  batcher.flush();
  yield* batcher.take();
}

type GoodEntry = Exclude<Entry, FaultEntry>;

/** Opens a file in its format. */
async function open(
  file: InputFile,
  named: FormatName | undefined,
  { maxLineBytes = 1 << 26, limit = Number.POSITIVE_INFINITY }: ReadOptions,
  namesOf: (format: FormatName) => FieldNames,
  onBytes: (bytes: number) => void,
): Promise<{ format: FormatName; blocks: AsyncIterable<Entry[]> }> {
  const source = await openSource(file.path, onBytes);
  let format: FormatName;
  let layout: Layout;
  try {
    ({ format, layout } =
      named === undefined
        ? await formatOf(source, file.path)
        : { format: named, layout: layoutOf(source, named) });
  } catch (fault) {
    await source.close();
    throw fault;
  }
  if (layout === 'lines') return { format, blocks: readJsonl(source.chunks, file.name, maxLineBytes) };
  if (layout === 'lean') return { format, blocks: readLean(source.chunks, file, maxLineBytes) };
  if (layout === 'list') return { format, blocks: readJsonList(source.chunks, file.name, maxLineBytes) };
  if (layout === 'map') return { format, blocks: readJsonMap(source.chunks, 'instance_id', maxLineBytes) };
  await source.close();
  if (!file.seekable) {
    throw new Fault(
      'not_seekable',
      `${formats[layout === 'yaml' ? 'llmonk' : 'parquet'].title} cannot be read from a pipe`,
      'Save it as a file.',
    );
  }
  if (layout === 'parquet') {
    return { format, blocks: readParquet(file.path, file.name, columnsOf(format, namesOf(format))) };
  }
  const reopen = async () => (await openSource(file.path)).chunks;
  return { format, blocks: readLlmonk(reopen, file.name, { maxLineBytes, limit }) };
}

function datasetOf(file: InputFile, format: FormatName): string {
  if (format === 'jsonl' || format === 'parquet') return file.stem;
  return format === 'llmonk' ? file.folder : format;
}

function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
