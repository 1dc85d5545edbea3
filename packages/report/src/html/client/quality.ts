/** How good verifiers are: where two of them differ, which verdicts change, and how well scores tell right from wrong. */
import type { SelectorQuality } from '@assay/statistics';
import type { SelectorResults } from '../../report.ts';
import type { PageData } from '../data.ts';
import { agreementCard, recheckCard } from './agreements.ts';
import { shareAxis } from './curves.ts';
import { type Cell, card, el, folded, foreign, notes, table } from './dom.ts';
import { countText, nounText, percentText, percentTick } from './numbers.ts';
import { plot } from './plot.ts';

export function qualitySection({ report: { results } }: PageData): HTMLElement | null {
  const { agreements, rechecks, selectors, ensembles } = results;
  const judged = [...selectors, ...ensembles].filter(({ quality }) => quality !== null);
  const silent = selectors.filter(({ quality, notes: own }) => quality === null && own.length > 0);
  if (agreements.length + rechecks.length + judged.length + silent.length === 0) return null;
  return el(
    'section',
    {},
    el('h2', {}, 'How good the verifiers are'),
    el(
      'p',
      { class: 'lead' },
      'Where two verifiers that decide differ, one of them is wrong: such candidates are worth reading. Of a verifier that scores, the question is how well its scores tell right from wrong.',
    ),
    agreements.length === 0 ? null : el('div', { class: 'grid' }, ...agreements.map(agreementCard)),
    rechecks.length === 0 ? null : recheckCard(rechecks),
    judged.length === 0 ? null : selectorCards(judged, ensembles),
    notesOf(silent),
  );
}

function selectorCards(
  judged: readonly SelectorResults[],
  ensembles: readonly SelectorResults[],
): HTMLElement {
  const rows = judged.map(({ name, quality, missing }): Cell[] => {
    const { auc, calibration, precisionRecall, ties, decides } = quality as SelectorQuality;
    const area = (own: (typeof auc)['pooled']) =>
      own === null
        ? '–'
        : `${own.estimate.toFixed(3)} [${own.interval.low.toFixed(3)}, ${own.interval.high.toFixed(3)}]`;
    const best = precisionRecall?.best;
    return [
      [
        foreign(name, 60),
        ensembles.some((one) => one.name === name) && el('div', { class: 'hint' }, 'ensemble'),
      ],
      area(auc.withinProblem),
      area(auc.pooled),
      decides ? 'decides' : (calibration.asGiven?.expectedCalibrationError.toFixed(3) ?? '–'),
      decides ? '' : (calibration.fitted?.expectedCalibrationError.toFixed(3) ?? '–'),
      best ? `${percentText(best.precision)} / ${percentText(best.recall)}` : '–',
      ties.share === null ? '–' : percentText(ties.share),
      countText(missing),
    ];
  });
  const shown = judged.filter(({ quality }) => !quality?.decides).slice(0, 6);
  return el(
    'div',
    { class: 'stack' },
    card(
      el('h3', {}, 'Scores against the oracle'),
      table(
        [
          '',
          'n:AUC within problems',
          'n:AUC of all',
          'n:calibration error',
          'n:once fitted',
          'n:precision / recall',
          'n:ties',
          'n:missing',
        ],
        rows,
      ),
      el(
        'p',
        { class: 'hint' },
        'AUC: the chance that a correct candidate scores above a wrong one; 0.5 is chance. Within problems is what picking among candidates needs. Precision and recall at the greatest F1.',
      ),
    ),
    shown.length === 0
      ? null
      : el(
          'div',
          { class: 'grid' },
          card(reliability(shown)),
          shown.some(({ quality }) => quality?.precisionRecall) ? card(precision(shown)) : null,
        ),
    notesOf(judged),
  );
}

function reliability(selectors: readonly SelectorResults[]): HTMLElement {
  return plot(
    {
      title: 'Calibration, once fitted to the oracle',
      description: 'Share of correct candidates against the chance that the fitted scores give.',
      x: {
        label: 'chance that is given',
        scale: 'linear',
        format: percentTick,
        exact: percentText,
        min: 0,
        max: 1,
      },
      y: shareAxis('are correct', 1),
      series: [
        {
          name: 'as it should be',
          color: -1,
          line: 'dashed',
          points: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        ...selectors.map(({ name, quality }, i) => {
          const { fitted, asGiven } = (quality as SelectorQuality).calibration;
          const bins = (fitted ?? asGiven)?.bins ?? [];
          return {
            name,
            color: i,
            dots: true,
            points: bins.map(({ predicted, correct }) => ({ x: predicted, y: correct })),
          };
        }),
      ],
    },
    {
      height: 320,
      note: 'Dots: about equally many candidates each; chances of a problem come from a fit to others.',
    },
  );
}

function precision(selectors: readonly SelectorResults[]): HTMLElement {
  return plot(
    {
      title: 'Precision and recall of accepting by score',
      description:
        'Share of accepted candidates that are correct, against the share of correct ones that are accepted.',
      x: { label: 'recall', scale: 'linear', format: percentTick, exact: percentText, min: 0, max: 1 },
      y: shareAxis('precision', 1),
      series: selectors.map(({ name, quality }, i) => ({
        name,
        color: i,
        points: (quality?.precisionRecall?.points ?? []).map(({ recall, precision: own }) => ({
          x: recall,
          y: own,
        })),
      })),
    },
    { height: 320, note: 'From the highest threshold (left) to the lowest.' },
  );
}

/** What is said of several selectors, folded where it is much. */
function notesOf(selectors: readonly SelectorResults[]): HTMLElement | null {
  const texts = selectors.flatMap(({ name, notes: own }) => own.map((text) => `${name}: ${text}`));
  if (texts.length === 0) return null;
  return folded(nounText(texts.length, 'note'), () => notes(texts), texts.length <= 2);
}
