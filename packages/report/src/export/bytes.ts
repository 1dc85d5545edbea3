/** Tables as bytes: CSV, JSON Lines, Parquet. */
import { csvLine } from './csv.ts';
import { parquetBytes } from './parquet.ts';
import type { ExportTable } from './table.ts';

export const exportFormats = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Characters of text that are written at once. */
const chunkLength = 1 << 16;

/** A file, piece by piece; rows are read as pieces are asked for. `onRow` is called for each. */
export function exportBytes(
  table: ExportTable,
  format: ExportFormat,
  onRow: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  return format === 'parquet' ? parquetBytes(table, onRow) : textBytes(table, format, onRow);
}

async function* textBytes(
  { columns, rows }: ExportTable,
  format: 'csv' | 'jsonl',
  onRow: () => void,
): AsyncGenerator<Uint8Array> {
  const names = Object.keys(columns);
  let text = format === 'csv' ? csvLine(names) : '';
  for await (const row of rows) {
    onRow();
    text += format === 'csv' ? csvLine(names.map((name) => row[name] ?? null)) : `${JSON.stringify(row)}\n`;
    if (text.length < chunkLength) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
