/** Writes small Parquet files: plain encoding, one page per column chunk. */
import { gzipSync, zstdCompressSync } from 'node:zlib';

const codecs = {
  none: [0, (bytes: Buffer) => bytes],
  gzip: [2, (bytes: Buffer) => gzipSync(bytes)],
  zstd: [6, (bytes: Buffer) => zstdCompressSync(bytes)],
} as const;

export type Text = string | Uint8Array | null;
export type Column =
  | { name: string; kind: 'text'; values: Text[] }
  | { name: string; kind: 'integer'; values: (number | null)[] }
  | { name: string; kind: 'texts'; values: (Text[] | null)[]; group?: string }
  /** A struct of two lists. */
  | { name: string; kind: 'tests'; values: { input: string[]; output: string[] }[] };

/** A file of these columns, in row groups of `groupRows` rows. */
export function parquetFile(given: Column[], groupRows: number, codec: keyof typeof codecs = 'none'): Buffer {
  const columns = given.flatMap(leavesOf);
  const [codecId, compress] = codecs[codec];
  const rows = columns[0]?.values.length ?? 0;
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let offset = 4;
  const groups: Thrift[] = [];
  for (let start = 0; start < rows; start += groupRows) {
    const count = Math.min(groupRows, rows - start);
    const chunks = columns.map((column) => {
      const { levels, values, path } = encode(column, start, count);
      const page = Buffer.concat([...levels.map(levelRuns), ...values]);
      const packed = compress(page);
      const entries = levels[0]?.length ?? 0;
      const header = thrift([
        [1, i32(0)],
        [2, i32(page.length)],
        [3, i32(packed.length)],
        [5, struct([1, i32(entries)], [2, i32(0)], [3, i32(3)], [4, i32(3)])],
      ]);
      const pageOffset = offset;
      parts.push(header, packed);
      offset += header.length + packed.length;
      const metadata = struct(
        [1, i32(column.kind === 'integer' ? 2 : 6)],
        [2, list(5, [i32(0)])],
        [3, list(8, path.map(text))],
        [4, i32(codecId)],
        [5, i64(entries)],
        [6, i64(header.length + page.length)],
        [7, i64(offset - pageOffset)],
        [9, i64(pageOffset)],
      );
      return struct([2, i64(pageOffset)], [3, metadata]);
    });
    groups.push(struct([1, list(12, chunks)], [2, i64(offset)], [3, i64(count)]));
  }
  const schema = [struct([4, text('schema')], [5, i32(given.length)]), ...given.flatMap(schemaOf)];
  const footer = thrift([
    [1, i32(1)],
    [2, list(12, schema)],
    [3, i64(rows)],
    [4, list(12, groups)],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')]);
}

type Leaf = Exclude<Column, { kind: 'tests' }>;

function leavesOf(column: Column): Leaf[] {
  if (column.kind !== 'tests') return [column];
  return (['input', 'output'] as const).map((name) => ({
    ...{ name, kind: 'texts', group: column.name },
    values: column.values.map((tests) => tests[name]),
  }));
}

function schemaOf(column: Column): Thrift[] {
  const { name, kind } = column;
  if (kind === 'tests') {
    return [struct([3, i32(0)], [4, text(name)], [5, i32(2)]), ...leavesOf(column).flatMap(schemaOf)];
  }
  const optional: Field = [3, i32(1)];
  const leaf = (leafName: string) => struct([1, i32(6)], optional, [4, text(leafName)], [6, i32(0)]);
  if (kind === 'text') return [leaf(name)];
  if (kind === 'integer') return [struct([1, i32(2)], optional, [4, text(name)])];
  return [
    struct(optional, [4, text(name)], [5, i32(1)], [6, i32(3)]),
    struct([3, i32(2)], [4, text('list')], [5, i32(1)]),
    leaf('element'),
  ];
}

/** Repetition (for lists) and definition levels, values, and the path of the leaf. */
function encode(column: Leaf, start: number, count: number) {
  const values: Buffer[] = [];
  const definitions: number[] = [];
  const { name, kind } = column;
  if (kind !== 'texts') {
    for (const value of column.values.slice(start, start + count)) {
      definitions.push(value === null ? 0 : 1);
      if (value !== null) values.push(plain(value));
    }
    return { levels: [definitions], values, path: [name] };
  }
  const { group } = column;
  const repetitions: number[] = [];
  for (const items of column.values.slice(start, start + count)) {
    if (items === null || items.length === 0) {
      repetitions.push(0);
      definitions.push(items === null ? 0 : 1);
    }
    items?.forEach((value, i) => {
      repetitions.push(i === 0 ? 0 : 1);
      definitions.push(value === null ? 2 : 3);
      if (value !== null) values.push(plain(value));
    });
  }
  return {
    levels: [repetitions, definitions],
    values,
    path: [...(group === undefined ? [] : [group]), name, 'list', 'element'],
  };
}

function plain(value: string | Uint8Array | number): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  }
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Levels as runs of the RLE hybrid encoding, one run per value. */
function levelRuns(levels: number[]): Buffer {
  const runs = Buffer.from(levels.flatMap((level) => [2, level]));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(runs.length);
  return Buffer.concat([length, runs]);
}

// Thrift's compact protocol, as far as it is needed.

interface Thrift {
  type: number;
  bytes: Buffer;
}
type Field = [id: number, value: Thrift];

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const zigzag = (value: number) => varint(BigInt(value) * 2n);
const i32 = (value: number): Thrift => ({ type: 5, bytes: zigzag(value) });
const i64 = (value: number): Thrift => ({ type: 6, bytes: zigzag(value) });
const text = (value: string): Thrift => {
  const bytes = Buffer.from(value);
  return { type: 8, bytes: Buffer.concat([varint(BigInt(bytes.length)), bytes]) };
};
const list = (type: number, items: Thrift[]): Thrift => {
  const head =
    items.length < 15
      ? Buffer.from([(items.length << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(BigInt(items.length))]);
  return { type: 9, bytes: Buffer.concat([head, ...items.map((item) => item.bytes)]) };
};
const struct = (...fields: Field[]): Thrift => ({ type: 12, bytes: thrift(fields) });

function thrift(fields: Field[]): Buffer {
  let last = 0;
  const parts = fields.map(([id, { type, bytes }]) => {
    const head = Buffer.from([((id - last) << 4) | type]);
    last = id;
    return Buffer.concat([head, bytes]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}
