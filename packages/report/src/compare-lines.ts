/** A comparison as text. */
import type { PairedRates } from '@assay/statistics';
import type { Change, CompareResults, Comparison, Solved } from './compare.ts';
import { count, number, oneLine, percent, styler, type TerminalOptions, table, wrapped } from './format.ts';

/** Ids and changes that the terminal shows of each sort. */
const shown = 8;

/** Renders as lines of at most about 100 columns. */
export function renderComparison(
  { tables, pairs, level }: CompareResults,
  options: TerminalOptions = {},
): string {
  const style = styler(options);
  const lines = table(
    ['', 'model', 'problems', 'candidates', 'missing'],
    tables.map(({ name, model, problems, candidates, missing }) => [
      short(name, 32),
      short(model ?? '', 24),
      number(problems),
      number(candidates),
      number(missing),
    ]),
    2,
  );
  for (const pair of pairs) {
    lines.push('', style('bold', `${oneLine(pair.second, 60)} less ${oneLine(pair.first, 60)}`));
    lines.push(...comparisonLines(pair, level));
    for (const note of pair.notes) {
      lines.push(...wrapped(`note: ${oneLine(note, 300)}`).map((line) => style('yellow', line)));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** With its end, which tells runs apart. */
function short(name: string, columns: number): string {
  const line = oneLine(name, 400);
  return line.length > columns ? `…${line.slice(1 - columns)}` : line;
}

function comparisonLines(pair: Comparison, level: number): string[] {
  const { first, second, problems, onlyIn, coverage, majority, bestOfN, solved, changes } = pair;
  const left = [onlyIn.first, onlyIn.second].map(
    (n, i) => `${number(n)} in the ${i === 0 ? 'first' : 'second'}`,
  );
  const alone = onlyIn.first + onlyIn.second > 0 ? `; left out: ${left.join(', ')} alone` : '';
  const lines = [`  ${count(problems, 'common problem')}${alone}`];
  if (problems === 0) return lines;
  const names = [first, second] as const;
  const rates = (title: string, found: PairedRates) =>
    lines.push('', ...ratesTable(title, found, names, level));
  if (coverage !== null) rates('coverage', coverage);
  if (majority !== null) rates('majority vote', majority);
  for (const one of bestOfN) {
    const { firstBy, secondBy } = one;
    const by = firstBy === secondBy ? firstBy : `${firstBy} and ${secondBy}`;
    rates(`best-of-N by ${oneLine(by, 48)}`, one);
  }
  if (coverage !== null) lines.push(...intervalLines([coverage, majority, ...bestOfN]));
  lines.push('', ...solvedLines(solved, names));
  if (changes.length > 0) lines.push('', ...changesTable(changes, names, level));
  return lines;
}

function intervalLines(rates: readonly (PairedRates | null)[]): string[] {
  const points = rates.flatMap((one) => one?.points ?? []);
  const alike = points.some(({ bootstrap }) => bootstrap.method === 'wilson-over-problems');
  const line = '  intervals: percentile bootstrap over problems, each with both its values';
  return alike ? [`${line};`, "    where all problems differ alike, Wilson's over problems"] : [line];
}

function ratesTable(title: string, { points }: PairedRates, names: readonly [string, string], level: number) {
  const header = [
    'k',
    ...names.map((name) => short(name, 24)),
    'difference',
    `${percent(level, 0)} interval`,
  ];
  const rows = points.map(({ k, first, second, difference, bootstrap, resampledProblems }) => [
    number(k),
    percent(first),
    `${percent(second)}${resampledProblems > 0 ? ' ~' : ''}`,
    signed(difference),
    `[${signed(bootstrap.low)}, ${signed(bootstrap.high)}]`,
  ]);
  const resampled = points.some(({ resampledProblems }) => resampledProblems > 0);
  return [`  ${title}`, ...table(header, rows), ...(resampled ? ['  ~: by random subsets'] : [])];
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${percent(share)}`;
}

function solvedLines(
  { both, onlyFirst, onlySecond, neither, p }: Solved,
  [first, second]: readonly [string, string],
): string[] {
  const [a, b] = [short(first, 24), short(second, 24)];
  const test = p === null ? '' : `; p = ${p.toPrecision(2)} (exact McNemar)`;
  const lines = [
    `  solved by both: ${number(both.length)}, only by ${a}: ${number(onlyFirst.length)}, ` +
      `only by ${b}: ${number(onlySecond.length)}, by neither: ${number(neither.length)}${test}`,
  ];
  for (const [name, ids] of [
    [a, onlyFirst],
    [b, onlySecond],
  ] as const) {
    if (ids.length === 0) continue;
    const more = ids.length > shown ? `, … (${number(ids.length)}; --json has them)` : '';
    lines.push(
      `  only by ${name}: ${ids
        .slice(0, shown)
        .map((id) => oneLine(id, 40))
        .join(', ')}${more}`,
    );
  }
  return lines;
}

function changesTable(changes: readonly Change[], [first, second]: readonly [string, string], level: number) {
  const share = ({ n, c }: Change['first']) => `${number(c)} of ${number(n)}`;
  const rows = changes
    .slice(0, shown)
    .map(({ problem, first: one, second: other, difference, interval }) => [
      oneLine(problem, 32),
      share(one),
      share(other),
      signed(difference),
      `[${signed(interval.low)}, ${signed(interval.high)}]`,
    ]);
  return [
    ...table(
      [
        'greatest changes',
        short(first, 24),
        short(second, 24),
        'difference',
        `${percent(level, 0)} interval`,
      ],
      rows,
    ),
    "  intervals: Newcombe's, as if candidates were independent; these are the extremes of many problems",
  ];
}
