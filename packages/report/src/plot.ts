/** Small plots in text: curves over a logarithmic axis. */
import { percent } from './format.ts';

export interface PlotSeries {
  readonly name: string;
  /** x > 0, ascending. A curve runs straight between them, over log x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotOptions {
  /** Columns of all, with the labels; 72 if not given, at least 24. */
  readonly width?: number;
  /** Rows of the curves alone; 13 if not given. */
  readonly height?: number;
  /** No characters but those of ASCII: each series has a mark of its own. Else Braille, each with its own dashes. */
  readonly ascii?: boolean;
  /** Of the axis of y; from 0 to a round number above all values if not given. */
  readonly range?: readonly [low: number, high: number];
  /** Of values on the axis of y; as shares if not given. */
  readonly label?: (y: number) => string;
  /** x at which a vertical line stands, such as the last one that is measured. */
  readonly divide?: number;
}

/** Dots that are drawn and left out in turn, along x. */
const dashes: readonly (readonly [on: number, period: number])[] = [
  [1, 1],
  [1, 3],
  [4, 6],
  [1, 6],
  [6, 8],
  [2, 6],
];
const marks = '*o+x#@';

/** Bits of a Braille cell, by row and column of the dot. */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * Lines of text: the curves, the labels of the axes, and a legend where there are several series. Earlier series lie above
 * later ones. Empty where there is no point.
 */
export function plot(series: readonly PlotSeries[], options: PlotOptions = {}): string[] {
  const { height = 13, ascii = false, divide } = options;
  const points = series.flatMap((each) => each.points.filter(isUsable));
  if (points.length === 0) return [];
  const [low, high] = options.range ?? [0, roundAbove(Math.max(...points.map(([, y]) => y)))];
  const { label = (y) => percent(y, high - low < 0.05 ? 1 : 0) } = options;
  const xs = points.map(([x]) => x);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const rows = [0, Math.floor((height - 1) / 2), height - 1];
  const labels = rows.map((row) => label(high - ((high - low) * row) / Math.max(1, height - 1)));
  const margin = Math.max(...labels.map((text) => text.length)) + 1;
  const columns = Math.max(20, (options.width ?? 72) - margin - 1);
  const at = (x: number) => (last > first ? Math.log(x / first) / Math.log(last / first) : 0);

  const grid = ascii ? new AsciiGrid(columns, height) : new BrailleGrid(columns, height);
  if (divide !== undefined && divide > first && divide < last) {
    grid.divide(Math.min(columns - 1, Math.floor(at(divide) * columns)));
  }
  for (const [i, { points }] of [...series.entries()].reverse()) {
    const placed = points.filter(isUsable).map(([x, y]) => [at(x), (y - low) / (high - low)] as const);
    grid.draw(i, placed);
  }
  const axis = ascii ? '|' : '│';
  const lines = grid.lines().map((line, row) => {
    const text = labels[rows.indexOf(row)] ?? '';
    return `${text.padStart(margin - 1)} ${axis}${line}`.trimEnd();
  });
  lines.push(`${' '.repeat(margin)}${ascii ? '+' : '└'}${(ascii ? '-' : '─').repeat(columns)}`);
  lines.push(xLabels(first, last, columns, at, margin + 1));
  if (series.length > 1) {
    const keys = series.map(({ name }, i) => `${grid.sample(i)} ${name}`);
    lines.push(`${' '.repeat(margin)} ${keys.join('   ')}`);
  }
  return lines;
}

function isUsable([x, y]: readonly [number, number]): boolean {
  return x > 0 && Number.isFinite(x) && Number.isFinite(y);
}

/** 1, 2 or 5 times a power of ten. */
function roundAbove(value: number): number {
  if (!(value > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * decade).find((round) => round >= value * (1 - 1e-9)) ?? value;
}

/** Powers of ten below the axis, as far as they do not touch. */
function xLabels(
  first: number,
  last: number,
  columns: number,
  at: (x: number) => number,
  indent: number,
): string {
  let line = '';
  for (let power = Math.ceil(Math.log10(first) - 1e-9); 10 ** power <= last * (1 + 1e-9); power++) {
    const text = power < 15 ? short(10 ** power) : `1e${power}`;
    const place = Math.min(columns - text.length, Math.round(at(10 ** power) * (columns - 1)));
    if (place > line.length || line === '') line = line.padEnd(place) + text;
  }
  return `${' '.repeat(indent)}${line || short(first)}`;
}

/** 1000 as 1k. */
export function short(exact: number): string {
  const value = Number(exact.toPrecision(3));
  for (const [unit, name] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= unit) return `${Number((value / unit).toPrecision(3))}${name}`;
  }
  return `${value}`;
}

type Placed = readonly (readonly [x: number, y: number])[];

/** Height of a curve at x in [0, 1]; null: it is not there. */
function heightAt(points: Placed, x: number, reach: number): number | null {
  const right = points.findIndex((point) => point[0] >= x);
  const [after, before] = [points[right], points[right - 1]];
  if (after !== undefined && before !== undefined) {
    return before[1] + ((x - before[0]) / (after[0] - before[0])) * (after[1] - before[1]);
  }
  const end = after ?? points.at(-1);
  return end !== undefined && Math.abs(end[0] - x) <= reach ? end[1] : null;
}

/** Cells of dots, 2 wide and 4 high. */
class BrailleGrid {
  readonly #columns: number;
  readonly #cells: Uint8Array[];
  #divide = -1;

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#cells = Array.from({ length: height }, () => new Uint8Array(columns));
  }

  divide(column: number): void {
    this.#divide = column;
  }

  draw(series: number, points: Placed): void {
    const [wide, high] = [2 * this.#columns, 4 * this.#cells.length];
    const [on, period] = dashes[series % dashes.length] as (typeof dashes)[number];
    let before: number | null = null;
    for (let x = 0; x < wide; x++) {
      const y = heightAt(points, x / (wide - 1), 0.5 / (wide - 1));
      const dot: number | null = y === null || y < 0 || y > 1 ? null : Math.round((1 - y) * (high - 1));
      if (dot !== null && x % period < on) {
        // Steep stretches stay connected.
        const from: number = before === null || period > 1 ? dot : before + Math.sign(dot - before);
        for (let row = Math.min(dot, from); row <= Math.max(dot, from); row++) this.#set(x, row);
      }
      before = dot;
    }
  }

  #set(x: number, row: number): void {
    const cells = this.#cells[row >> 2] as Uint8Array;
    cells[x >> 1] = (cells[x >> 1] as number) | (bits[row & 3]?.[x & 1] ?? 0);
  }

  lines(): string[] {
    return this.#cells.map((cells) =>
      Array.from(cells, (cell, column) =>
        cell > 0 ? String.fromCharCode(0x2800 + cell) : column === this.#divide ? '┊' : ' ',
      ).join(''),
    );
  }

  sample(series: number): string {
    const one = new BrailleGrid(4, 1);
    one.draw(series, [
      [0, 0.4],
      [1, 0.4],
    ]);
    return (one.lines()[0] ?? '').trimEnd();
  }
}

/** Cells of one mark each. */
class AsciiGrid {
  readonly #columns: number;
  readonly #cells: string[][];

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#cells = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  }

  divide(column: number): void {
    for (const cells of this.#cells) cells[column] = ':';
  }

  draw(series: number, points: Placed): void {
    const last = this.#columns - 1;
    for (let x = 0; x <= last; x++) {
      const y = heightAt(points, x / last, 0.5 / last);
      if (y === null || y < 0 || y > 1) continue;
      const cells = this.#cells[Math.round((1 - y) * (this.#cells.length - 1))];
      if (cells !== undefined) cells[x] = this.sample(series);
    }
  }

  lines(): string[] {
    return this.#cells.map((cells) => cells.join(''));
  }

  sample(series: number): string {
    return marks[series % marks.length] as string;
  }
}
