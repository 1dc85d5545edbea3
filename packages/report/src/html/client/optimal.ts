/** Which strategy suits problems of each difficulty. */
import type { OptimalChoice } from '@assay/statistics';
import type { PageData } from '../data.ts';
import { kAxis, shareAxis } from './curves.ts';
import { type Cell, card, el, foreign, notes, table } from './dom.ts';
import { countText, fixedText, nounText, percentText } from './numbers.ts';
import { plot } from './plot.ts';

export function optimalSection({ report: { results } }: PageData): HTMLElement | null {
  const { optimal } = results;
  if (optimal === null) return null;
  return el(
    'section',
    {},
    el('h2', {}, 'The best strategy by difficulty'),
    el(
      'p',
      { class: 'lead' },
      `${countText(optimal.problems)} problems in bins by `,
      foreign(optimal.by, 60),
      '; each half of the problems is answered by the strategies that are best on the other half.',
    ),
    el(
      'div',
      { class: 'grid' },
      card(
        plot({
          title: 'A strategy for each difficulty, against one for all',
          description: 'Share of problems answered rightly by budget of candidates.',
          x: { ...kAxis, label: 'budget: candidates per problem' },
          y: shareAxis('answered rightly'),
          series: [
            {
              name: 'mix by difficulty',
              color: 0,
              dots: true,
              points: optimal.points.map((p) => ({ x: p.budget, y: p.mix })),
            },
            {
              name: 'best single',
              color: 1,
              dots: true,
              points: optimal.points.map((p) => ({ x: p.budget, y: p.single })),
            },
          ],
        }),
        pointTable(optimal),
      ),
      card(el('h3', {}, 'Best strategy in each bin'), binTable(optimal)),
    ),
    ...notes(optimal.notes),
  );
}

function pointTable({ points }: OptimalChoice): HTMLElement {
  const rows = points.map(({ budget, mix, single, singleStrategy, difference }): Cell[] => [
    countText(budget),
    percentText(mix),
    percentText(single),
    pointsText(mix - single, difference),
    [foreign(singleStrategy.name, 60), `, k\u00A0=\u00A0${countText(singleStrategy.k)}`],
  ]);
  return table(['n:budget', 'n:mix', 'n:single', 'n:gain, points', 'best single'], rows);
}

/** Differences of rates. */
function pointsText(estimate: number, { low, high }: { low: number; high: number }): string {
  const sign = estimate > 0 ? '+' : '';
  return `${sign}${(100 * estimate).toFixed(1)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

function binTable({ bins, by }: OptimalChoice): HTMLElement {
  const value = (own: number) => (by === 'pass@1' ? percentText(own) : fixedText(own));
  const range = (from: number, to: number) => (from === to ? value(from) : `${value(from)} – ${value(to)}`);
  const rows = bins.flatMap(({ bin, problems, from, to, best }) =>
    best.map(({ budget, strategy, success }, i): Cell[] => [
      i === 0
        ? [
            `${bin}`,
            el('div', { class: 'hint' }, nounText(problems, 'problem')),
            el('div', { class: 'hint' }, range(from, to)),
          ]
        : '',
      countText(budget),
      [foreign(strategy.name, 60), `, k\u00A0=\u00A0${countText(strategy.k)}`],
      percentText(success),
    ]),
  );
  return table(['t:bin (1: easiest)', 'n:budget', 'best strategy', 'n:right'], rows);
}
