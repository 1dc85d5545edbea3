/** From values to pixels, and which values an axis names. */

export interface Ends {
  readonly scale: 'linear' | 'log';
  /** Ends of the axis; those of the data if not given, rounded where it is linear. */
  readonly min?: number;
  readonly max?: number;
}

export interface Scale {
  /** From a value to a pixel. */
  readonly at: (value: number) => number;
  /** Labelled values, and others that only have a mark. */
  readonly ticks: readonly number[];
  readonly minor: readonly number[];
}

/** 1, 2 or 5 times a power of ten: about `count` of them lie between two values. */
function stepOf(min: number, max: number, count: number): number {
  const rough = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
}

/** Multiples of such a step between two values. */
export function linearTicks(min: number, max: number, count: number): number[] {
  if (!(max > min)) return [min];
  const step = stepOf(min, max, count);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)) + 0);
}

/** Powers of ten between two positive values, about `count` at most; of short spans also 2 and 5 times these. */
export function logTicks(min: number, max: number, count: number): { ticks: number[]; minor: number[] } {
  const [from, to] = [Math.floor(Math.log10(min) + 1e-9), Math.ceil(Math.log10(max) - 1e-9)];
  const inside = (value: number) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9);
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const times = (factors: readonly number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(12))))
      .filter(inside);
  const decades = times([1]);
  const nine = to - from <= 8 ? times([2, 3, 4, 5, 6, 7, 8, 9]) : [];
  const some = times([1, 2, 5]);
  if (decades.length > 1 && some.length > count) {
    const every = Math.ceil(decades.length / Math.max(1, count));
    return { ticks: decades.filter((_, i) => i % every === 0), minor: nine };
  }
  return { ticks: some.length > 1 ? some : linearTicks(min, max, Math.min(count, 4)), minor: nine };
}

/** An axis over these values, from one pixel to another, with about `count` ticks. */
export function scaleOf(
  axis: Ends,
  values: readonly number[],
  from: number,
  to: number,
  count: number,
): Scale {
  const log = axis.scale === 'log';
  const usable = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  let min = axis.min ?? usable.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let max = axis.max ?? usable.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (usable.length === 0) [min, max] = [axis.min ?? (log ? 1 : 0), axis.max ?? (log ? 10 : 1)];
  if (min >= max && log) [min, max] = [axis.min ?? min / 2, (axis.min ?? min) * 2];
  // Of a single value the axis has room on both sides, or above an end that is given.
  if (min >= max) [min, max] = axis.min === undefined ? [max - 0.5, max + 0.5] : [min, min + 1];
  if (!log) {
    // The axis ends at ticks, unless its ends are given.
    const step = stepOf(min, max, count);
    if (axis.min === undefined) min = Math.floor(min / step + 1e-9) * step;
    if (axis.max === undefined) max = Math.ceil(max / step - 1e-9) * step;
  }
  const value = log ? Math.log : (own: number) => own;
  const factor = (to - from) / (value(max) - value(min));
  const at = (own: number) => from + (value(own) - value(min)) * factor;
  if (log) {
    const { ticks, minor } = logTicks(min, max, count);
    // Where the axis ends is worth saying, as far as there is room for it: of counts that is the largest.
    const last = at(ticks.at(-1) ?? min);
    const room = Math.abs(at(max) - last) > 46 && Number.isInteger(max) && max < 1e7;
    return { at, ticks: room ? [...ticks, max] : ticks, minor };
  }
  return { at, ticks: linearTicks(min, max, count), minor: [] };
}
