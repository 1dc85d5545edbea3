/** What is exported: rows of named cells, whatever they are written as. */

export type CellType = 'text' | 'integer' | 'number' | 'boolean';

/** Null: there is none. An `integer` is a safe one. */
export type Cell = string | number | boolean | null;

export type Row = Readonly<Record<string, Cell>>;

export interface ExportTable {
  /** Types by name, in order; a row has exactly these cells. */
  readonly columns: Readonly<Record<string, CellType>>;
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
  /** Number of rows; undefined: not known before. */
  readonly total?: number;
}
