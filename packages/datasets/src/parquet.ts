/** Parquet, one row group at a time. */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '@assay/contract';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { type Entry, type Fields, undecodable } from './entry.ts';
import { Fault } from './fault.ts';

/** Most bytes, uncompressed, of the columns read of one row group. */
const maxGroupBytes = 2 ** 31;

const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && textOf(bytes),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && textOf(bytes),
};

/** The reader's own decoder would put U+FFFD for what is not UTF-8. */
function textOf(bytes: Uint8Array): string | typeof undecodable {
  if (!isUtf8(bytes)) return undecodable;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Names of a Parquet file's columns. @throws Fault where the file is no Parquet. */
export async function parquetColumns(path: string): Promise<string[]> {
  const { metadata } = await open(path);
  return parquetSchema(metadata).children.map((child) => child.element.name);
}

async function open(path: string) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error) => {
    throw new Fault('bad_parquet', messageOf(error), 'Write or copy the file again; it may be cut off.');
  });
  return { file, metadata };
}

/**
 * Rows of a Parquet file, of which only `columns` are read; a row without id is called `name:n`, n counted from 0.
 * @throws Fault where the file is no Parquet.
 */
export async function* readParquet(
  path: string,
  name: string,
  columns: Pick<ReadonlySet<string>, 'has'>,
): AsyncGenerator<Entry[]> {
  const { file, metadata } = await open(path);
  const present = parquetSchema(metadata)
    .children.map((child) => child.element.name)
    .filter((column) => columns.has(column));
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const bytes = group.columns
      .filter(({ meta_data }) => present.includes(meta_data?.path_in_schema[0] ?? ''))
      .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    try {
      if (bytes > maxGroupBytes) {
        throw new Fault(
          'too_large',
          `rows ${rowStart + 1} to ${rowEnd} are one row group of ${bytes} bytes`,
          'Write the file with smaller row groups (`row_group_size` in pyarrow).',
        );
      }
      const rows = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        columns: present,
        compressors,
        parsers,
      });
      yield rows.map((fields: Fields, i) => ({
        line: rowStart + i + 1,
        id: `${name}:${rowStart + i}`,
        fields,
      }));
    } catch (error) {
      const fault =
        error instanceof Fault
          ? error
          : new Fault(
              'bad_parquet',
              `rows ${rowStart + 1} to ${rowEnd} cannot be read: ${messageOf(error)}`,
              'Write or copy the file again; the other row groups were read.',
            );
      yield [{ line: rowStart + 1, fault }];
    }
    rowStart = rowEnd;
  }
}
