/** What selectors get: a section for each, and a table of all where there are ensembles. */
import {
  roundKs,
  type SelectionCurve,
  type SelectionCurves,
  type SelectionMethod,
  type SelectorQuality,
} from '@assay/statistics';
import { count, number, oneLine, percent, type styler, table } from './format.ts';
import type { EnsembleResults, Results, SelectorResults } from './report.ts';

/** Votes that the terminal shows, and what it calls them. */
const shownVotes: Partial<Record<SelectionMethod, string>> = {
  majority: 'majority vote',
  'weighted-softmax': 'weighted vote',
};

/** Lines with a title before each section; notes in colour. */
export function selectorSections(
  { selectors, ensembles, level }: Pick<Results, 'selectors' | 'ensembles' | 'level'>,
  style: ReturnType<typeof styler>,
): string[] {
  const lines: string[] = [];
  for (const selector of selectors) {
    lines.push('', style('bold', `Selection by ${oneLine(selector.name, 60)}`));
    lines.push(...selectorLines(selector, level));
    for (const note of selector.notes) lines.push(style('yellow', `  note: ${oneLine(note)}`));
  }
  if (ensembles.length > 0) {
    lines.push('', style('bold', 'Selectors and their ensembles'));
    lines.push(...comparison([...selectors, ...ensembles], level));
    for (const ensemble of ensembles) lines.push(...weightLines(ensemble, selectors));
  }
  return lines;
}

function selectorLines({ curves, quality, classesBy }: SelectorResults, level: number): string[] {
  const best = curves && bestOfN(curves);
  if (!curves || !best) return [];
  const votes = curves.curves.filter(({ method }) => shownVotes[method] !== undefined);
  const header = ['k', 'coverage', 'best-of-N', `${percent(level, 0)} interval`, 'gap closed'];
  header.push(...votes.map(({ method }) => shownVotes[method] ?? ''));
  const shown = new Set(roundKs(curves.ks.at(-1) ?? 1));
  const rows = best.points.flatMap(({ k, estimate, bootstrap, gapClosed }, i) => {
    if (!shown.has(k)) return [];
    const row = [number(k), percent(curves.coverage[i]?.estimate ?? 0), percent(estimate)];
    row.push(`[${percent(bootstrap.low)}, ${percent(bootstrap.high)}]`);
    row.push(gapClosed === null ? '' : percent(gapClosed.share, 1));
    for (const { points } of votes) {
      const vote = points.find((point) => point.k === k);
      row.push(vote ? `${percent(vote.estimate)}${vote.method === 'exact' ? '' : ' ~'}` : '');
    }
    return [row];
  });
  const lines = table(header, rows);
  lines.push('  gap closed: by best-of-N, of the way from a random candidate (k = 1) to coverage');
  if (votes.length > 0) {
    const resampled = votes.some(({ points }) => points.some(({ method }) => method === 'resampled'));
    const { temperature, subsets } = curves;
    lines.push(
      `  votes: by answer classes of ${oneLine(classesBy ?? '', 24)}, weighted by softmax of scores (temperature ${temperature})` +
        (resampled ? `; ~: ${subsets} subsets` : ''),
    );
  }
  if (curves.ks.length > 1) lines.push(`  best-of-N ${courseOf(best, curves)}`);
  return quality === null ? lines : [...lines, ...qualityLines(quality)];
}

function bestOfN({ curves }: SelectionCurves): SelectionCurve | undefined {
  return curves.find(({ method }) => method === 'best-of-n');
}

/** Where a curve stops to gain, or begins to lose. */
function courseOf({ points, peak, saturatesAt }: SelectionCurve, { gain }: SelectionCurves): string {
  const last = points.at(-1) ?? peak;
  if (peak.estimate - last.estimate > gain) {
    const end = `${percent(last.estimate)} at k = ${number(last.k)}`;
    return `falls after k = ${number(peak.k)}: ${percent(peak.estimate)} there, ${end}`;
  }
  const step = count(100 * gain, 'point');
  return saturatesAt === null
    ? `may go on to rise: it still gains over ${step} shortly before k = ${number(last.k)}`
    : `saturates at k = ${number(saturatesAt)}: no gain above ${step} after it`;
}

function qualityLines({ auc, calibration, decides, precisionRecall, ties }: SelectorQuality): string[] {
  const lines: string[] = [];
  const areas = [];
  for (const [one, of] of [
    [auc.pooled, 'of all candidates'],
    [auc.withinProblem, 'within problems'],
  ] as const) {
    if (one === null) continue;
    const { estimate, interval } = one;
    areas.push(`${fixed(estimate)} [${fixed(interval.low)}, ${fixed(interval.high)}] ${of}`);
  }
  if (areas.length > 0) lines.push(`  AUC: ${areas.join(', ')}`);
  const { asGiven, fitted, scale } = calibration;
  const errors = [];
  // Nobody has said that scores are chances, or log odds.
  const meaning = scale === 'chance' ? 'chances' : 'log odds';
  if (asGiven !== null) {
    errors.push(`${fixed(asGiven.expectedCalibrationError)} with scores taken for ${meaning}`);
  }
  if (fitted !== null) errors.push(`${fixed(fitted.expectedCalibrationError)} once fitted to the oracle`);
  if (errors.length > 0 && !decides) lines.push(`  calibration error: ${errors.join(', ')}`);
  const best = precisionRecall?.best;
  if (best) {
    const which = decides
      ? 'accepted candidates'
      : `scores from ${best.threshold.toPrecision(3)} on (greatest F1)`;
    lines.push(`  ${which}: precision ${percent(best.precision)}, recall ${percent(best.recall)}`);
  }
  if (ties.tiedPairs > 0) {
    const top = `for the best in ${count(ties.tiedAtTop, 'problem')}`;
    lines.push(`  ties: ${percent(ties.share ?? 0)} of pairs of a problem's candidates, ${top}`);
  }
  return lines;
}

function fixed(value: number): string {
  return value.toFixed(3);
}

/** All side by side, each at its largest k. */
function comparison(all: readonly SelectorResults[], level: number): string[] {
  const rows = all.flatMap(({ name, curves, quality }) => {
    const last = curves && bestOfN(curves)?.points.at(-1);
    if (!last) return [];
    const { k, estimate, bootstrap, gapClosed } = last;
    const { pooled, withinProblem } = quality?.auc ?? {};
    return [
      [
        oneLine(name, 24),
        number(k),
        percent(estimate),
        `[${percent(bootstrap.low)}, ${percent(bootstrap.high)}]`,
        gapClosed === null ? '' : percent(gapClosed.share, 1),
        pooled ? fixed(pooled.estimate) : '',
        withinProblem ? fixed(withinProblem.estimate) : '',
      ],
    ];
  });
  const interval = `${percent(level, 0)} interval`;
  return table(['', 'k', 'best-of-N', interval, 'gap closed', 'AUC', 'within problems'], rows);
}

/** How an ensemble came about. */
function weightLines(
  { name, weights, dropped, folds, why }: EnsembleResults,
  of: readonly SelectorResults[],
) {
  if (name === 'rank average' && dropped.length === 0) return [];
  const kept = weights.flatMap((weight, i) => {
    const own = oneLine(of[i]?.name ?? '', 24);
    return dropped.some((one) => one.name === of[i]?.name) ? [] : `${own} ${weight.toPrecision(3)}`;
  });
  const parts = [why === null ? kept.join(', ') : 'equal weights'];
  if (why !== null) parts.push(why);
  parts.push(...dropped.map((one) => `without ${oneLine(one.name, 24)}: ${one.reason}`));
  if (folds !== null && why === null)
    parts.push(`scores of each problem by a fit to others (${folds} parts)`);
  const [first = '', ...more] = parts;
  return [`  ${name}: ${first}`, ...more.map((part) => `    ${oneLine(part, 96)}`)];
}
