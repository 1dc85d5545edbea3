/** Costs as lines for the terminal. */
import {
  type BestAtBudget,
  type CostComparison,
  type CostCurve,
  type CostPoint,
  costTable,
  roundKs,
  type VerifierCost,
} from '@assay/statistics';
import { count, number, oneLine, percent, styler, type TerminalOptions, table, wrapped } from './format.ts';
import { plot } from './plot.ts';

export interface CostResults extends CostComparison {
  /** Confidence level of intervals. */
  readonly level: number;
  readonly verifiers: readonly VerifierCost[];
  /** On the comparison as a whole. */
  readonly notes: readonly string[];
}

/** Each curve, then all of them side by side, then the verifiers. */
export function renderCost(results: CostResults, options: TerminalOptions = {}): string {
  const style = styler(options);
  const { curves, level, verifiers } = results;
  const lines: string[] = [];
  const title = (text: string) => lines.push('', style('bold', text));
  const note = (text: string) => {
    lines.push(...wrapped(`note: ${oneLine(text, 300)}`).map((line) => style('yellow', line)));
  };
  for (const curve of curves) {
    title(`Cost of ${oneLine(curve.name, 60)}`);
    lines.push(...costLines(curve, level));
    for (const each of curve.notes) note(each);
  }
  if (curves.length > 1) {
    title('Side by side');
    lines.push(...sideBySide(curves));
    lines.push(...curvesBy('FLOPs', curves, ({ flops }) => flops));
    lines.push(...curvesBy('money', curves, ({ dollars }) => dollars));
    lines.push(...bestLines('FLOPs', results.bestByFlops, scientific));
    lines.push(...bestLines('money', results.bestByDollars, money));
  }
  if (verifiers.length > 0) {
    title('Cost of judging');
    lines.push(...verifierLines(verifiers));
  }
  for (const each of results.notes) note(each);
  return lines
    .slice(1)
    .map((line) => `${line}\n`)
    .join('');
}

/** Coverage and cost at few round k. */
export function costLines(curve: CostCurve, level: number): string[] {
  const { model, prices, points, problems, promptTokens, candidateTokens } = curve;
  const about = [count(problems, 'problem')];
  about.push(`tokens: ${number(promptTokens)} a prompt, ${number(candidateTokens)} a candidate`);
  const lines = [`  ${about.join('; ')}`];
  if (model !== null) {
    const { name, parameters, layers, width, source } = model;
    const shape = `${parameters.toPrecision(3)} parameters a token, ${layers} layers of width ${width}`;
    lines.push(...wrapped(`model: ${oneLine(name, 40)}, ${shape} (${oneLine(source, 80)})`));
  }
  if (prices !== null) {
    lines.push(
      `  price of a million tokens: ${prices.prompt} of prompts, ${prices.completion} of candidates`,
    );
  }
  const header = ['k', 'coverage', `${percent(level, 0)} interval`];
  if (model !== null) header.push('FLOPs', 'per solved');
  if (prices !== null) header.push('money', 'per solved');
  const shown = new Set(roundKs(points.at(-1)?.k ?? 1));
  const rows = points.flatMap((point) => {
    if (!shown.has(point.k)) return [];
    const { k, coverage, interval } = point;
    const row = [number(k), percent(coverage), `[${percent(interval.low)}, ${percent(interval.high)}]`];
    if (model !== null) row.push(scientific(point.flops), scientific(point.flopsPerSolved));
    if (prices !== null) row.push(money(point.dollars), money(point.dollarsPerSolved));
    return [row];
  });
  return [...lines, ...table(header, rows)];
}

function sideBySide(curves: readonly CostCurve[]): string[] {
  const rows = costTable(curves);
  const [flops, dollars] = [rows.some((row) => row.flops !== null), rows.some((row) => row.dollars !== null)];
  const header = ['', 'k', 'coverage'];
  if (flops) header.push('FLOPs', 'relative', 'per solved');
  if (dollars) header.push('money', 'relative', 'per solved');
  const cells = rows.map((row) => {
    const line = [oneLine(row.name, 32), number(row.k), percent(row.coverage)];
    if (flops) line.push(scientific(row.flops), times(row.relativeFlops), scientific(row.flopsPerSolved));
    if (dollars) line.push(money(row.dollars), times(row.relativeDollars), money(row.dollarsPerSolved));
    return line;
  });
  return table(header, cells);
}

/** Coverage of all models over what it costs; empty where no two curves have such costs. */
function curvesBy(
  what: string,
  curves: readonly CostCurve[],
  costOf: (point: CostPoint) => number | null,
): string[] {
  const series = curves.flatMap(({ name, points }) => {
    const known = points.flatMap((point) => {
      const cost = costOf(point);
      return cost === null || cost <= 0 ? [] : [[cost, point.coverage] as const];
    });
    return known.length === 0 ? [] : [{ name: oneLine(name, 24), points: known }];
  });
  if (series.length < 2) return [];
  const lines = plot(series, { width: 76 }).map((line) => `  ${line}`);
  return ['', `  coverage over ${what}`, ...lines];
}

/** A row wherever another curve becomes the best, and one for the greatest budget. */
function bestLines(what: string, best: readonly BestAtBudget[], amount: (value: number) => string): string[] {
  const turns = best.filter(({ name }, i) => name !== best[i - 1]?.name || i === best.length - 1);
  if (turns.length === 0) return [];
  const rows = turns.map(({ budget, name, coverage }) => [
    amount(budget),
    oneLine(name ?? 'none', 32),
    percent(coverage),
  ]);
  const header = [`budget in ${what}`, 'best', 'coverage there'];
  return ['', ...table(header, rows, 0), '  where another one becomes best, and the greatest budget'];
}

function verifierLines(verifiers: readonly VerifierCost[]): string[] {
  const rows = verifiers.map(({ name, judged, slotHours, cpuHours, dollars, dollarsPerThousand }) => [
    oneLine(name, 32),
    number(judged),
    significant(slotHours),
    significant(cpuHours),
    money(dollars),
    money(dollarsPerThousand),
  ]);
  const header = ['', 'judged', 'slot hours', 'CPU hours', 'money', 'per 1,000'];
  const price = verifiers[0]?.pricePerHour ?? 0;
  return [
    ...table(header, rows),
    `  ${price} an hour of a slot that judges; slots that wait for work are not counted`,
  ];
}

function scientific(value: number | null): string {
  return value === null ? '' : value.toExponential(2);
}

function money(value: number | null): string {
  if (value === null) return '';
  const digits = value >= 100 ? 2 : 2 - Math.floor(Math.log10(Math.max(value, 1e-300)));
  return value === 0 ? '0' : value < 1e-6 ? value.toExponential(2) : value.toFixed(digits);
}

function significant(value: number): string {
  return value === 0 ? '0' : value >= 100 ? number(value) : value.toPrecision(3);
}

function times(value: number | null): string {
  return value === null ? '' : `${value.toPrecision(3)}×`;
}
