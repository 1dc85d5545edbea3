/** What the page of a run shows besides its key figures. */
import type { Chart } from '../chart.ts';
import { type Child, card, el, foreign, visible } from '../client/dom.ts';
import { countText, nounText, percentText, percentTick, shortCount } from '../client/numbers.ts';
import { plot } from '../client/plot.ts';
import {
  type LiveCoverage,
  maxCells,
  type ProblemCell,
  type RunDetail,
  type VerifierCounts,
} from './figures.ts';

export interface CoverageShown {
  coverage: LiveCoverage | null;
  note: string;
  oracle: string;
  status: RunDetail['status'];
}

/** The curve of coverage, or why there is none. */
export function coverageCard({ coverage, note, oracle, status }: CoverageShown): Child[] {
  if (coverage === null) {
    return [
      card(
        el('h3', {}, 'Coverage'),
        el('p', { class: 'soft' }, note === '' ? 'Nothing is counted yet.' : note),
      ),
    ];
  }
  const { problems, of, upTo, points } = coverage;
  const chart: Chart = {
    title: `Coverage by ${visible(oracle)}`,
    description: `Share of problems that at least one of k candidates solves, for k from 1 to ${upTo}.`,
    x: { label: 'candidates k', scale: 'log', format: shortCount, exact: countText },
    y: {
      label: 'problems solved',
      scale: 'linear',
      min: 0,
      max: 1,
      format: percentTick,
      exact: (value) => percentText(value),
    },
    series: [
      {
        name: 'coverage',
        color: 0,
        points: points.map(({ k, ...point }) => ({ x: k, y: point.estimate, ...point })),
        dots: points.length < 8,
      },
    ],
  };
  const some =
    problems < of
      ? `Over the ${countText(problems)} of ${countText(of)} problems that have ${countText(upTo)} judged candidates or more`
      : `Over ${nounText(problems, 'problem')}`;
  const tail = status === 'complete' ? '' : ', so far';
  return [card(plot(chart, { height: 300, note: `${some}${tail}. Band: 95 % interval over problems.` }))];
}

const kinds = ['correct', 'incorrect', 'scored', 'error', 'skipped'] as const;

/** What each verifier said, in shares. */
export function verdictShares(verifiers: readonly VerifierCounts[]): Child[] {
  const some = verifiers.filter(({ candidates }) => candidates > 0);
  if (some.length === 0) return [];
  return [el('h2', {}, 'Verdicts'), el('div', { class: 'grid' }, ...some.map(sharesCard))];
}

function sharesCard(counts: VerifierCounts): HTMLElement {
  const { name, candidates, judged } = counts;
  const present = kinds.filter((kind) => counts[kind] > 0);
  const parts = present.map((kind) => {
    const part = el('i', { class: kind });
    part.style.flexGrow = String(counts[kind]);
    return part;
  });
  const saved = candidates - judged - counts.skipped;
  return card(
    el('h3', {}, foreign(name, 80)),
    el('div', { class: 'shares' }, ...parts),
    el(
      'div',
      { class: 'key' },
      ...present.map((kind) =>
        el(
          'span',
          {},
          el('i', { class: kind }),
          `${countText(counts[kind])} ${kind === 'error' ? 'missing' : kind} (${percentText(counts[kind] / candidates)})`,
        ),
      ),
    ),
    saved > 0
      ? el('p', { class: 'hint' }, `${percentText(saved / candidates)} came from identical candidates.`)
      : null,
  );
}

export interface MapShown {
  cells: ProblemCell[];
  all: number;
  oracle: string;
}

/** A cell for each problem. */
export function problemMap({ cells, all, oracle }: MapShown): Child[] {
  if (cells.every(({ judged, error }) => judged + error === 0)) return [];
  const drawn = cells.map(({ id, judged, correct, error }) => {
    const missing = error > 0 ? `, ${countText(error)} missing` : '';
    const title = `${visible(id.slice(0, 200))}: ${countText(correct)} of ${countText(judged)} correct${missing}`;
    const cell = el('i', { class: correct > 0 ? 'solved' : judged > 0 ? 'unsolved' : '', title });
    // A single success of thousands shows, too.
    if (correct > 0)
      cell.style.setProperty('--share', `${Math.round(25 + 75 * Math.sqrt(correct / judged))}%`);
    return cell;
  });
  const map = el(
    'div',
    { class: 'map', role: 'img', 'aria-label': 'Share of correct candidates, problem by problem' },
    ...drawn,
  );
  // Few are drawn large: about three rows on a wide page.
  map.style.setProperty('--cell', `${Math.max(14, Math.min(36, Math.floor(3400 / cells.length)))}px`);
  const some =
    cells.length >= maxCells && all > maxCells ? ` The first ${maxCells} of ${countText(all)}.` : '';
  return [
    el('h2', {}, 'Problems'),
    el(
      'div',
      { class: 'stack' },
      card(
        map,
        el(
          'p',
          { class: 'hint' },
          'A cell for each problem; the stronger its colour, the larger the share of its candidates that ',
          foreign(oracle, 60),
          ` found correct. Hatched: none yet.${some}`,
        ),
      ),
    ),
  ];
}
