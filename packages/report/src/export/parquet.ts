/** Parquet, written a row group at a time. */
import {
  type BasicType,
  ByteWriter,
  type ColumnSource,
  ParquetWriter,
  schemaFromColumnData,
} from 'hyparquet-writer';
import type { Cell, CellType, ExportTable, Row } from './table.ts';

const types: Record<CellType, BasicType> = {
  text: 'STRING',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
};

/** A row group ends with so many rows, or characters of text: what is held at once. */
const groupRows = 100_000;
const groupCharacters = 1 << 24;

/** Memory: one row group. */
export async function* parquetBytes(
  { columns, rows }: ExportTable,
  onRow: () => void,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnsOf(columns, []) }),
    createdBy: 'assay',
  });
  const taken = () => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  };
  let group: Row[] = [];
  let characters = 0;
  const end = () => {
    writer.write({ columnData: columnsOf(columns, group), rowGroupSize: group.length });
    group = [];
    characters = 0;
    return taken();
  };
  for await (const row of rows) {
    onRow();
    group.push(row);
    for (const cell of Object.values(row)) if (typeof cell === 'string') characters += cell.length;
    if (group.length === groupRows || characters >= groupCharacters) yield end();
  }
  if (group.length > 0) yield end();
  writer.finish();
  yield taken();
}

function columnsOf(columns: ExportTable['columns'], rows: readonly Row[]): ColumnSource[] {
  return Object.entries(columns).map(([name, type]) => ({
    ...{ name, type: types[type], nullable: true },
    data: rows.map((row) => storedCell(row[name] ?? null, type)),
  }));
}

function storedCell(cell: Cell, type: CellType): Cell | bigint {
  return type === 'integer' && typeof cell === 'number' ? BigInt(cell) : cell;
}
