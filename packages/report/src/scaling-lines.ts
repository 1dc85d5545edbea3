/** Scaling laws as lines for the terminal. */
import type { Bounded, FamilyOverlay, FittedLaw, LawName, ScalingLaw } from '@assay/statistics';
import { count, number, oneLine, percent, styler, type TerminalOptions, table, wrapped } from './format.ts';
import { plot, short } from './plot.ts';

export interface ScalingLinesOptions extends TerminalOptions {
  /** Ids of the problems, by position. */
  readonly problems?: readonly string[];
  /** Plots without characters beyond ASCII. */
  readonly ascii?: boolean;
}

export const lawTitles: Readonly<Record<LawName, string>> = {
  'exponentiated-power': 'exponentiated power',
  'beta-binomial': 'beta-binomial',
  power: 'power',
};

const formulas: Readonly<Record<LawName, string>> = {
  'exponentiated-power': 'coverage = exp(a k^b), natural log',
  'beta-binomial': 'chances of problems drawn from Beta(alpha, beta)',
  power: '-log(coverage) = A k^-b',
};

/** Problems that are named as those to sample next. */
const namedNext = 5;

/** The fits, which predicts best, what coverage takes, what doubling gains, and where to sample next. */
export function scalingLines(law: ScalingLaw, options: ScalingLinesOptions = {}): string[] {
  const { laws, best, powerLaw, n, notes } = law;
  const style = styler(options);
  const about = `${count(law.problems, 'problem')} with ${count(n, 'candidate')} or more, ${number(law.unsolved)} unsolved`;
  const lines = [`  ${about}`];
  const first = laws.find(({ name }) => name === best?.name) ?? laws[0];
  if (first !== undefined) {
    lines.push('', ...curves(law, first, options.ascii ?? false), '', ...lawTable(law));
    lines.push(...laws.map(({ name }) => `  ${lawTitles[name]}: ${formulas[name]}`), ...backtestTable(law));
    lines.push('', ...wrapped(best === null ? 'which law predicts best is not known' : bestLine(best)));
  }
  const verdict = powerLaw.holds ? 'a power law describes these counts' : 'no power law';
  const told = wrapped(`${verdict}: ${powerLaw.why}`);
  lines.push(...(powerLaw.holds ? told : told.map((line) => style('yellow', line))));
  if (first !== undefined) lines.push('', ...neededTable(law), '', ...doublingTable(law));
  lines.push(...nextLines(law, options.problems));
  return [
    ...lines,
    ...notes.flatMap((note) => wrapped(`note: ${note}`).map((line) => style('yellow', line))),
  ];
}

function bestLine({ name, why }: NonNullable<ScalingLaw['best']>): string {
  return `predicts best: the ${lawTitles[name]} law (${why})`;
}

/** Coverage as measured, and the law beyond it. */
function curves({ doublings, n }: ScalingLaw, { name, curve }: FittedLaw, ascii: boolean): string[] {
  const measured = doublings.flatMap((one) => (one.measured ? [[one.k, one.coverage] as const] : []));
  const series = [
    { name: 'coverage', points: measured },
    { name: `${lawTitles[name]} law`, points: curve.map(({ k, estimate }) => [k, estimate] as const) },
  ];
  return plot(series, { ascii, divide: n, width: 76 }).map((line) => `  ${line}`);
}

function lawTable({ laws, level }: ScalingLaw): string[] {
  const header = ['law', `parameters, ${percent(level, 0)} intervals`, 'error (mean ± sd)'];
  const rows = laws.map(({ name, parameters, error }) => {
    const own = Object.entries(parameters).map(([key, value]) => `${key} ${bounded(value)}`);
    return [lawTitles[name], own.join(', '), `${error.mean.toFixed(4)} ± ${error.deviation.toFixed(4)}`];
  });
  return table(header, rows, 2);
}

/** RMSE by the number of candidates that laws were fitted to. */
function backtestTable({ laws }: ScalingLaw): string[] {
  const backtests = laws[0]?.backtests ?? [];
  if (backtests.length === 0) return [];
  const rows = backtests.map(({ from }, i) => [
    number(from),
    ...laws.map((law) => (law.backtests[i]?.rmse ?? Number.NaN).toFixed(4)),
  ]);
  return ['', ...table(['backtest: RMSE from', ...laws.map(({ name }) => lawTitles[name])], rows)];
}

function bounded({ estimate, low, high }: Bounded): string {
  const interval = low === null || high === null ? '' : ` [${figure(low)}, ${figure(high)}]`;
  return `${figure(estimate)}${interval}`;
}

function figure(value: number): string {
  return value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)
    ? value.toExponential(1)
    : `${Number(value.toPrecision(3))}`;
}

function neededTable({ needed, level }: ScalingLaw): string[] {
  const rows = needed.map(({ target, samples, low, high, measured }) => [
    percent(target, 1),
    samples === null ? 'never' : short(samples),
    low === null && high === null ? '' : `[${bound(low)}, ${bound(high)}]`,
    measured ? 'measured' : samples === null ? '' : 'predicted',
  ]);
  return table(['coverage', 'candidates needed', `${percent(level, 0)} interval`, ''], rows);
}

function bound(value: number | null): string {
  return value === null ? 'never' : short(value);
}

/** The last doublings that are measured, and the next. */
function doublingTable({ doublings }: ScalingLaw): string[] {
  const next = doublings.findIndex(({ measured }) => !measured);
  const shown = next < 0 ? doublings.slice(-8) : doublings.slice(Math.max(0, next - 5), next + 3);
  const rows = shown.map(({ k, coverage, gain, measured }) => [
    number(k),
    percent(coverage),
    percent(gain),
    measured ? '' : 'predicted',
  ]);
  return table(['k', 'coverage', 'gained by doubling', ''], rows);
}

function nextLines({ next }: ScalingLaw, ids: readonly string[] | undefined): string[] {
  if (next.length === 0) return [];
  const budget = next.reduce((sum, { samples }) => sum + samples, 0);
  const named = next
    .slice(0, namedNext)
    .map(
      ({ problem, c, samples }) =>
        `${oneLine(ids?.[problem] ?? `#${problem}`, 24)} (${number(c)}): ${number(samples)}`,
    );
  const more = next.length - named.length;
  const most = next.at(-1)?.c ?? 0;
  return [
    '',
    `  the next ${count(budget, 'candidate')}: to the ${count(next.length, 'problem')} with fewest successes ` +
      `(${most === 0 ? 'none' : `${number(most)} at most`})`,
    ...wrapped(
      `problem (successes): candidates: ${named.join(', ')}${more > 0 ? `, and ${number(more)} more` : ''}`,
    ),
  ];
}

/** The curves of a family of models, each shifted to pass through its greatest pass@1. */
export function familyLines({ through, curves, spread }: FamilyOverlay, ascii = false): string[] {
  const shown = curves.flatMap(({ name, points }) =>
    points.length === 0
      ? []
      : [{ name: oneLine(name, 24), points: points.map(({ k, coverage }) => [k, coverage] as const) }],
  );
  const rows = curves.map(({ name, shift }) => [oneLine(name, 32), shift === null ? 'never' : number(shift)]);
  const lines = table(['', `candidates that cover ${percent(through)}`], rows);
  lines.push('', ...plot(shown, { ascii, width: 76 }).map((line) => `  ${line}`));
  lines.push('  k is in units of these candidates');
  if (spread !== null) lines.push(`  greatest difference of the shifted curves: ${percent(spread, 1)}`);
  return lines;
}
