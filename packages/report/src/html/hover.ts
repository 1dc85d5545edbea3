/** What a chart says where it is pointed at, and all that it says as a table. */
import type { Axis, Chart, ChartPoint, Frame } from './frame.ts';

export interface Hover {
  readonly x: number;
  /** Pixels. */
  readonly at: number;
  readonly rows: readonly {
    readonly name: string;
    readonly color: number;
    readonly text: string;
    readonly y: number;
  }[];
}

/** What lies under a pixel: the nearest x that has points, and each series that has one there. */
export function hoverAt(chart: Chart, frame: Frame, pixel: number): Hover | null {
  let nearest: number | null = null;
  for (const x of hoverStops(chart)) {
    if (nearest === null || distance(frame, x, pixel) < distance(frame, nearest, pixel)) nearest = x;
  }
  return nearest === null ? null : hoverOf(chart, frame, nearest);
}

function distance(frame: Frame, x: number, pixel: number): number {
  return Math.abs(frame.x.at(x) - pixel);
}

/** Every x that has a point, ascending. */
export function hoverStops({ series, x: { scale } }: Chart): number[] {
  const all = series.flatMap(({ points }) => points.map(({ x }) => x));
  return [...new Set(all.filter((x) => Number.isFinite(x) && (scale === 'linear' || x > 0)))].sort(
    (a, b) => a - b,
  );
}

/** The values at an x; of each series the point that lies within 6 pixels. */
export function hoverOf(chart: Chart, frame: Frame, x: number): Hover {
  const at = frame.x.at(x);
  const rows = chart.series.flatMap((series) => {
    const [own] = series.points
      .filter((point) => distance(frame, point.x, at) <= 6 && Number.isFinite(point.y))
      .sort((a, b) => distance(frame, a.x, at) - distance(frame, b.x, at));
    if (own === undefined) return [];
    return [{ name: series.name, color: series.color, text: valueText(own, chart.y), y: frame.y.at(own.y) }];
  });
  // In the order in which the lines lie.
  return { x, at, rows: rows.sort((a, b) => a.y - b.y) };
}

/** `12.3 % [10.1 %, 14.8 %]` */
function valueText({ y, low, high }: ChartPoint, axis: Axis): string {
  const write = axis.exact ?? axis.format;
  const bounded = low !== undefined && low !== null && high !== undefined && high !== null && low !== high;
  if (!bounded) return write(y);
  const range = axis.range ?? (() => `[${write(low)}, ${write(high)}]`);
  return `${write(y)} ${range({ low, high })}`;
}

/** The same values as a table: a row for each x, a column for each series. */
export function chartTable(chart: Chart): { header: string[]; rows: string[][] } {
  const at = chart.series.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  return {
    header: [chart.x.label, ...chart.series.map(({ name }) => name)],
    rows: hoverStops(chart).map((x) => [
      (chart.x.exact ?? chart.x.format)(x),
      ...at.map((own) => {
        const point = own.get(x);
        return point === undefined ? '' : valueText(point, chart.y);
      }),
    ]),
  };
}
