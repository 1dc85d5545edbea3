/** What a chart is of, and where its parts lie. */
import { type Ends, type Scale, scaleOf } from './scale.ts';

export interface Axis extends Ends {
  readonly label: string;
  /** How a value is written at a tick. */
  readonly format: (value: number) => string;
  /** How it is written where it is pointed at; as at a tick if not given. */
  readonly exact?: (value: number) => string;
  /** How the bounds of an interval are; as two such values if not given. */
  readonly range?: (bounds: { low: number; high: number }) => string;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Bounds of its interval, drawn as a band. */
  readonly low?: number | null;
  readonly high?: number | null;
}

export interface Series {
  readonly name: string;
  /** Position in the palette, from 0; -1: grey, for what others are compared with. */
  readonly color: number;
  /** By ascending x. On a log axis points that are not above 0 are left out. */
  readonly points: readonly ChartPoint[];
  /** `none`: dots alone. `solid` if not given. */
  readonly line?: 'solid' | 'dashed' | 'none';
  /** From this x on the line is dashed, as a prediction. */
  readonly dashedFrom?: number;
  readonly dots?: boolean;
  /** Whether intervals are drawn; false: they are only said where the line is pointed at. True if not given. */
  readonly band?: boolean;
}

/** A line across, with a word on what is there. */
export interface Rule {
  readonly x?: number;
  readonly y?: number;
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  /** What it shows, for those who cannot see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly rules?: readonly Rule[];
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the plot lies in the drawing. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
  /** Whether series are named where they end; else they need a legend. */
  readonly labelled: boolean;
}

/** Width of a character of the labels (12 px), on the large side. */
const charWidth = 6.7;
const longestName = 36;

/** Lays a chart out in this many pixels. */
export function frameOf(chart: Chart, { width, height }: Size): Frame {
  const points = chart.series.flatMap((series) => series.points);
  const top = 24;
  const bottom = height - 42;
  const named = chart.series.filter(({ points }) => points.length > 0);
  const longest = Math.max(0, ...named.map(({ name }) => shortName(name).length));
  const gutter = longest * charWidth + 16;
  const labelled = gutter <= width * 0.32 && named.length * 16 <= bottom - top;
  const ys = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const yScale = scaleOf(chart.y, ys, bottom, top, Math.max(2, Math.round((bottom - top) / 56)));
  const widest = Math.max(0, ...yScale.ticks.map((tick) => chart.y.format(tick).length));
  const left = Math.ceil(widest * charWidth) + 16;
  const right = width - (labelled ? gutter : 16);
  const xs = points.map(({ x }) => x);
  const x = scaleOf(chart.x, xs, left, right, Math.max(2, Math.round((right - left) / 76)));
  return { left, right, top, bottom, x, y: yScale, labelled };
}

export function shortName(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}
