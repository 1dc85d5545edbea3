/** The choice by difficulty as lines for the terminal. */
import type { OptimalChoice, Strategy } from '@assay/statistics';
import { count, number, oneLine, percent, styler, type TerminalOptions, table, wrapped } from './format.ts';

export function renderOptimal(choice: OptimalChoice, level: number, options: TerminalOptions = {}): string {
  const style = styler(options);
  const notes = choice.notes
    .flatMap((note) => wrapped(`note: ${oneLine(note, 300)}`))
    .map((line) => style('yellow', line));
  const lines = [style('bold', 'Best strategy by difficulty'), ...optimalLines(choice, level), ...notes];
  return lines.map((line) => `${line}\n`).join('');
}

/** What the mix gets, then the best strategy of each bin. */
export function optimalLines(choice: OptimalChoice, level: number): string[] {
  return [...gainLines(choice, level), '', ...binLines(choice)];
}

/** What the mix gets at each budget, beside one strategy for all. */
export function gainLines(choice: OptimalChoice, level: number): string[] {
  const { by, bins, problems, points } = choice;
  const rows = points.map(({ budget, mix, single, singleStrategy, difference }) => [
    number(budget),
    percent(mix),
    percent(single),
    signed(mix - single),
    `[${signed(difference.low)}, ${signed(difference.high)}]`,
    nameOf(singleStrategy),
  ]);
  const header = [
    'budget',
    'by difficulty',
    'one for all',
    'gain',
    `${percent(level, 0)} interval`,
    'one for all',
  ];
  return [
    `  ${count(problems, 'problem')} in ${count(bins.length, 'bin')} of difficulty by ${oneLine(by, 60)}`,
    ...leftLast(header, rows),
    '  gain in points; two-fold cross-validation: half the problems by what is best on the other half',
    '  difficulty is told by candidates that take no part in these, and that no budget counts',
    `  ${verdict(choice)}`,
  ];
}

/** Said plainly: whether the choice by difficulty gains. */
function verdict({ points }: OptimalChoice): string {
  const gains = points.filter(({ difference }) => shown(difference.low) > 0);
  const losses = points.filter(({ difference }) => shown(difference.high) < 0);
  const at = (list: typeof points) => list.map(({ budget }) => number(budget)).join('; ');
  if (gains.length > 0) {
    const cost = losses.length > 0 ? `, and loses at ${at(losses)}` : '';
    return `choosing by difficulty gains at budgets of ${at(gains)}${cost}`;
  }
  if (losses.length > 0)
    return `choosing by difficulty loses at budgets of ${at(losses)}: one for all is better`;
  return 'no gain from choosing by difficulty can be told here';
}

/** For each budget and bin its best strategy. */
function binLines({ bins, points }: OptimalChoice): string[] {
  const rows = bins.flatMap(({ bin, problems, from, to, best }) =>
    best.map(({ budget, strategy, success }, i) => [
      i === 0 ? `${bin}` : '',
      i === 0 ? number(problems) : '',
      i === 0 ? range(from, to) : '',
      number(budget),
      percent(success),
      nameOf(strategy),
    ]),
  );
  const header = ['bin', 'problems', 'difficulty', 'budget', 'success', 'best strategy'];
  if (points.length === 0) return [];
  return [
    ...leftLast(header, rows),
    '  bin 1: the easiest; success: of the problems that the strategy was chosen by, so rather too high',
  ];
}

/** A table whose last column is text. */
function leftLast(header: string[], rows: string[][]): string[] {
  const width = Math.max(...[header, ...rows].map((row) => (row.at(-1) ?? '').length));
  const padded = (row: string[]) => [...row.slice(0, -1), (row.at(-1) ?? '').padEnd(width)];
  return table(padded(header), rows.map(padded));
}

function nameOf({ name, k }: Strategy): string {
  return `${oneLine(name, 28)}${k === 1 ? ' (one)' : ` of ${number(k)}`}`;
}

function range(from: number, to: number): string {
  const text = (value: number) => value.toPrecision(3);
  return from === to ? text(from) : `${text(to)} to ${text(from)}`;
}

/** In points, as far as is written. */
function shown(share: number): number {
  return Math.round(1e4 * share) / 100;
}

function signed(share: number): string {
  const points = shown(share);
  return `${points > 0 ? '+' : points < 0 ? '-' : ''}${Math.abs(points).toFixed(2)}`;
}
