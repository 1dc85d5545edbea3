/** Coverage, and what selection makes of it. */
import type { CoverageRange } from '@assay/statistics';
import type { Results, VerifierResults } from '../../report.ts';
import type { Axis, Chart, ChartPoint, Series } from '../chart.ts';
import type { PageData } from '../data.ts';
import { type Cell, card, el, table } from './dom.ts';
import { curveName } from './header.ts';
import { countText, intervalText, percentText, percentTick, shortCount } from './numbers.ts';
import { plot } from './plot.ts';

/** Lines of one chart beyond which nobody tells them apart. */
const mostLines = 7;

export const kAxis = {
  label: 'candidates per problem, k',
  scale: 'log',
  format: shortCount,
  exact: countText,
} as const;
/** Of shares, from 0 on; to `max`, or as far as they go. */
export const shareAxis = (label: string, max?: number): Axis => ({
  label,
  scale: 'linear',
  format: percentTick,
  exact: percentText,
  range: intervalText,
  min: 0,
  ...(max !== undefined && { max }),
});

export function curveSection({ report: { results } }: PageData): HTMLElement | null {
  const [oracle] = results.verifiers;
  if (oracle === undefined || oracle.coverage === null) return null;
  const other = results.verifiers.slice(1).filter(({ coverage }) => coverage !== null);
  return el(
    'section',
    {},
    el('h2', {}, 'Coverage and selection'),
    el(
      'p',
      { class: 'lead' },
      'Coverage is the share of problems that at least one of k candidates solves: what a perfect choice would get. ' +
        'Selection is what a choice gets that does not know which candidates are correct.',
    ),
    el(
      'div',
      { class: 'stack' },
      card(
        plot(coverageChart(results, oracle), {
          height: 350,
          note: `Bands: ${percentText(results.level, 0)} intervals over problems, of coverage and of the first selection; of others where they are pointed at.`,
        }),
        rateTable(oracle),
      ),
    ),
    other.length === 0 && oracle.selection === null
      ? null
      : el(
          'div',
          { class: 'grid' },
          other.length > 0 ? card(plot(verifierChart([oracle, ...other]))) : null,
          oracle.selection === null ? null : submissionCard(oracle),
        ),
  );
}

function judgedPoints({ points }: CoverageRange): ChartPoint[] {
  return points.flatMap(({ k, judged }) =>
    judged === null
      ? []
      : [{ x: k, y: judged.estimate, low: judged.bootstrap.low, high: judged.bootstrap.high }],
  );
}

function coverageChart(results: Results, oracle: VerifierResults): Chart {
  const coverage = oracle.coverage as NonNullable<VerifierResults['coverage']>;
  const series = selectionLines(results, oracle);
  if (oracle.error > 0) {
    const bound = (end: 'low' | 'high') =>
      coverage.curve.points.map((point) => ({ x: point.k, y: point[end] }));
    series.push(
      { name: 'if missing were right', color: -1, line: 'dashed', points: bound('high') },
      { name: 'if missing were wrong', color: -1, line: 'dashed', points: bound('low') },
    );
  }
  // Last, to lie above the others.
  series.push({ name: 'coverage', color: 0, points: judgedPoints(coverage.curve) });
  return {
    title: 'Coverage, and what selection gets',
    description: `Share of problems solved against candidates per problem, from 1 to ${countText(coverage.curve.points.at(-1)?.k ?? 1)}.`,
    x: kAxis,
    y: shareAxis('problems solved'),
    series,
  };
}

/** Best-of-N of every selector first, then votes by the softmax of scores; the majority vote once. */
function selectionLines({ selectors, ensembles }: Results, { majority }: VerifierResults): Series[] {
  const found: { name: string; rank: number; points: ChartPoint[] }[] = [];
  const ranks: Readonly<Record<string, number>> = { majority: 0, 'best-of-n': 1, 'weighted-softmax': 2 };
  for (const { name, curves } of [...selectors, ...ensembles]) {
    for (const curve of curves?.curves ?? []) {
      const rank = ranks[curve.method];
      const label = curveName(name, curve);
      if (rank === undefined || found.some((one) => one.name === label)) continue;
      const points = curve.points.map(({ k, estimate, bootstrap: { low, high } }) => ({
        x: k,
        y: estimate,
        low,
        high,
      }));
      found.push({ name: label, rank, points });
    }
  }
  if (majority !== null && !found.some(({ rank }) => rank === 0)) {
    const points = majority.points.map(({ k, estimate, bootstrap: { low, high } }) => ({
      x: k,
      y: estimate,
      low,
      high,
    }));
    found.push({ name: 'majority vote', rank: 0, points });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostLines)
    .map(({ name, points }, i) => ({ name, color: i + 1, points, dots: points.length < 6, band: i === 0 }));
}

function rateTable({ coverage, majority, error }: VerifierResults): HTMLElement {
  const votes = new Map(majority?.points.map((point) => [point.k, point]));
  const header = ['n:k', 'n:coverage', 'n:interval'];
  if (error > 0) header.push('n:with missing verdicts');
  if (majority !== null) header.push('n:majority vote', 'n:interval');
  const rows = (coverage?.table.points ?? []).map(({ k, judged, low, high }) => {
    const row: Cell[] = [countText(k)];
    row.push(
      ...(judged === null ? ['', ''] : [percentText(judged.estimate, 2), intervalText(judged.bootstrap)]),
    );
    if (error > 0) row.push(intervalText({ low, high }));
    const vote = votes.get(k);
    if (majority !== null)
      row.push(...(vote ? [percentText(vote.estimate, 2), intervalText(vote.bootstrap)] : ['', '']));
    return row;
  });
  return table(header, rows);
}

function verifierChart(verifiers: readonly VerifierResults[]): Chart {
  return {
    title: 'Coverage by each verifier that decides',
    description:
      'Share of problems with a candidate that the verifier calls correct, against candidates per problem.',
    x: kAxis,
    y: shareAxis('problems solved'),
    series: verifiers.map(({ name, coverage }, i) => ({
      name,
      color: i,
      points: coverage === null ? [] : judgedPoints(coverage.curve),
    })),
  };
}

function submissionCard({ selection }: VerifierResults): HTMLElement | null {
  if (selection === null) return null;
  const { filter, cluster, submissions } = selection;
  const chart: Chart = {
    title: 'Few submissions out of k programs (n@k)',
    description: 'Share of problems solved by n submissions chosen among k programs.',
    x: kAxis,
    y: shareAxis('problems solved'),
    series: submissions.map(({ n, points }, i) => ({
      name: `${n} submission${n === 1 ? '' : 's'}`,
      color: i,
      points: points.map(({ k, estimate, bootstrap: { low, high } }) => ({ x: k, y: estimate, low, high })),
    })),
  };
  const parts = [
    filter === null
      ? 'Statements show no tests: every program is kept.'
      : `${countText(filter.passed)} of ${countText(filter.candidates)} programs pass the tests that the statements of ${countText(filter.problems)} problems show.`,
    cluster
      ? 'One submission of each of the largest answer classes.'
      : 'Submissions are chosen at random: there are no answer classes.',
  ];
  return card(plot(chart, { note: parts.join(' ') }));
}
