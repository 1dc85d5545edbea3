/**
 * Charts as trees of SVG elements. Pure functions: the same code runs in Node and inlined in a page. Texts are data of
 * the tree, never markup, so that names of others can do no harm.
 */
import {
  type Axis,
  type Chart,
  type Frame,
  frameOf,
  type Rule,
  type Series,
  type Size,
  shortName,
} from './frame.ts';

export type { Axis, Chart, ChartPoint, Frame, Rule, Series, Size } from './frame.ts';

/** An SVG element, its attributes and what is in it. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

function shape(tag: string, attributes: Shape['attributes'], ...children: (Shape | string)[]): Shape {
  return { tag, attributes, children };
}

/** Two digits behind the point are finer than any screen. */
function px(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The class that gives a palette's colour; style sheets say which that is, in light and in dark. */
export function colorClass(color: number): string {
  return color < 0 ? 'c-grey' : `c-${color % 8}`;
}

/** Draws a chart. */
export function drawChart(chart: Chart, size: Size): Shape {
  const frame = frameOf(chart, size);
  const { width, height } = size;
  return shape(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': chart.title,
    },
    shape('desc', {}, chart.description),
    ...axes(chart, frame),
    ...(chart.rules ?? []).flatMap((rule) => ruleShapes(rule, frame)),
    ...chart.series.map((series) => seriesShape(series, chart, frame)),
    ...(frame.labelled ? endLabels(chart, frame) : []),
  );
}

function axes({ x, y }: Chart, frame: Frame): Shape[] {
  const { left, right, top, bottom } = frame;
  const shapes: Shape[] = [];
  for (const tick of frame.y.ticks) {
    const at = px(frame.y.at(tick));
    shapes.push(shape('line', { class: 'grid', x1: left, x2: px(right), y1: at, y2: at }));
    const place = { class: 'tick', x: left - 8, y: at + 4, 'text-anchor': 'end' };
    shapes.push(shape('text', place, y.format(tick)));
  }
  for (const tick of frame.x.minor) {
    const at = px(frame.x.at(tick));
    shapes.push(shape('line', { class: 'mark', x1: at, x2: at, y1: bottom, y2: bottom + 3 }));
  }
  for (const tick of frame.x.ticks) {
    const at = px(frame.x.at(tick));
    shapes.push(shape('line', { class: 'mark', x1: at, x2: at, y1: bottom, y2: bottom + 6 }));
    const place = { class: 'tick', x: at, y: bottom + 19, 'text-anchor': 'middle' };
    shapes.push(shape('text', place, x.format(tick)));
  }
  shapes.push(shape('line', { class: 'axis', x1: left, x2: px(right), y1: bottom, y2: bottom }));
  const middle = px((left + right) / 2);
  shapes.push(
    shape('text', { class: 'label', x: middle, y: bottom + 37, 'text-anchor': 'middle' }, x.label),
    shape('text', { class: 'label', x: 2, y: top - 11, 'text-anchor': 'start' }, y.label),
  );
  return shapes;
}

function ruleShapes({ x, y, label }: Rule, { left, right, top, bottom, ...scales }: Frame): Shape[] {
  if (x !== undefined) {
    const at = px(scales.x.at(x));
    if (!(at >= left && at <= right + 0.5)) return [];
    // The word stands on the side that has more room.
    const before = at > (left + right) / 2;
    const place = {
      class: 'tick',
      x: before ? at - 5 : at + 5,
      // Curves of coverage are high there.
      y: bottom - 8,
      'text-anchor': before ? 'end' : 'start',
    };
    return [
      shape('line', { class: 'rule', x1: at, x2: at, y1: top, y2: bottom }),
      shape('text', place, label),
    ];
  }
  const at = px(scales.y.at(y ?? 0));
  if (!(at >= top - 0.5 && at <= bottom)) return [];
  return [
    shape('line', { class: 'rule', x1: left, x2: px(right), y1: at, y2: at }),
    shape('text', { class: 'tick', x: left + 4, y: at - 5, 'text-anchor': 'start' }, label),
  ];
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly value: number;
}

/** The points that can be drawn, in pixels, kept inside of the plot from above and below. */
function placed(series: Series, chart: Chart, { x, y, top, bottom }: Frame): Placed[] {
  const shown = (value: number, axis: Axis) =>
    Number.isFinite(value) && (axis.scale === 'linear' || value > 0);
  const clip = (value: number) =>
    shown(value, chart.y) ? px(Math.min(bottom, Math.max(top, y.at(value)))) : bottom;
  return series.points
    .filter((point) => shown(point.x, chart.x) && shown(point.y, chart.y))
    .map((point) => ({
      x: px(x.at(point.x)),
      y: clip(point.y),
      low: clip(point.low ?? point.y),
      high: clip(point.high ?? point.y),
      value: point.x,
    }));
}

function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

function seriesShape(series: Series, chart: Chart, frame: Frame): Shape {
  const { line = 'solid', dots = line === 'none', dashedFrom = Number.POSITIVE_INFINITY } = series;
  const points = placed(series, chart, frame);
  const shapes: Shape[] = [];
  const banded = series.band !== false && points.some(({ low, high }) => low !== high);
  if (banded && line !== 'none') {
    const outline = path([
      ...points.map(({ x, high }) => [x, high] as const),
      ...points.toReversed().map(({ x, low }) => [x, low] as const),
    ]);
    shapes.push(shape('path', { class: 'band', d: `${outline}Z` }));
  }
  if (line !== 'none') {
    const cut = points.findIndex(({ value }) => value >= dashedFrom);
    const solid = cut < 0 ? points : points.slice(0, cut + 1);
    const rest = cut < 0 ? [] : points.slice(cut);
    const draw = (some: readonly Placed[], kind: string) => {
      if (some.length > 1)
        shapes.push(shape('path', { class: kind, d: path(some.map(({ x, y }) => [x, y])) }));
    };
    draw(solid, line === 'dashed' ? 'line dashed' : 'line');
    draw(rest, 'line dashed');
  }
  if (dots || points.length === 1) {
    for (const { x, y, low, high } of points) {
      if (low !== high && line === 'none') {
        shapes.push(shape('line', { class: 'whisker', x1: x, x2: x, y1: low, y2: high }));
      }
      shapes.push(shape('circle', { class: 'dot', cx: x, cy: y, r: points.length > 60 ? 2 : 3.5 }));
    }
  }
  return shape('g', { class: `series ${colorClass(series.color)}` }, ...shapes);
}

/** Names of series at the right, beside where each ends, pushed apart where they would overlap. */
function endLabels(chart: Chart, frame: Frame): Shape[] {
  const all = chart.series.flatMap((series) => {
    const points = placed(series, chart, frame);
    const [start, end] = [points[0], points.at(-1)];
    return start === undefined || end === undefined ? [] : [{ series, start, end, y: end.y }];
  });
  const isShort = ({ end }: (typeof all)[number]) => frame.right - end.x > 60;
  const ends = all.filter((own) => !isShort(own)).sort((a, b) => a.y - b.y);
  spread(ends, frame.top, frame.bottom);
  // A leader through the plot would look like a line of it: the name stands where what goes on like this is not.
  const within = all.filter(isShort).map(({ series, start, end }) => {
    const y = end.y + (end.y <= start.y ? 20 : -10);
    return nameOf(series, end.x + 6, Math.max(frame.top + 10, Math.min(frame.bottom - 6, y)));
  });
  const beside = ends.flatMap(({ series, end, y }) => {
    const far = frame.right - end.x > 12 || Math.abs(end.y - y) > 9;
    const points = path([
      [end.x + 3, end.y],
      [px(frame.right + 5), px(y)],
    ]);
    return [
      ...(far ? [shape('path', { class: `leader ${colorClass(series.color)}`, d: points })] : []),
      nameOf(series, frame.right + 8, y + 4),
    ];
  });
  return [...within, ...beside];
}

function nameOf({ name, color }: Series, x: number, y: number): Shape {
  return shape('text', { class: `name ${colorClass(color)}`, x: px(x), y: px(y) }, shortName(name));
}

/** Moves labels, sorted by y, to be 15 px apart and between the ends. */
function spread(labels: { y: number }[], top: number, bottom: number): void {
  const apart = 15;
  for (let i = 1; i < labels.length; i++) {
    const [above, own] = [labels[i - 1] as { y: number }, labels[i] as { y: number }];
    own.y = Math.max(own.y, above.y + apart);
  }
  let limit = bottom;
  for (const label of labels.toReversed()) {
    label.y = Math.max(top, Math.min(label.y, limit));
    limit = label.y - apart;
  }
}

/** The tree as SVG text, escaped: for tests, and for files. */
export function toMarkup(node: Shape | string): string {
  if (typeof node === 'string') return escaped(node);
  const attributes = Object.entries(node.attributes).map(
    ([name, value]) => ` ${name}="${escaped(String(value))}"`,
  );
  return `<${node.tag}${attributes.join('')}>${node.children.map(toMarkup).join('')}</${node.tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
