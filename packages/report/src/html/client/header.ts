/** What run this is, and the figures that most want to know. */
import type { SelectionCurve, SelectionMethod } from '@assay/statistics';
import type { Report, SelectorResults } from '../../report.ts';
import type { PageData } from '../data.ts';
import { type Child, el, foreign, notes } from './dom.ts';
import { countText, dateText, intervalText, nounText, percentText, timeText } from './numbers.ts';

const states: Readonly<Record<string, string>> = {
  COMPLETE: 'good',
  CANCELLED: 'warn',
  FAILED: 'bad',
  OPEN: 'info',
};

export function headerSection({ report, problems, made }: PageData): HTMLElement {
  const { run, results, operations } = report;
  const state = run.state.replace(/^RUN_STATE_/, '');
  const datasets = [...new Set(problems.dataset)].filter((name) => name !== '');
  const candidates = Math.max(0, ...results.verifiers.map((verifier) => verifier.candidates));
  const figures = keyFigures(report);
  const fact = (name: string, ...value: Child[]) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
  return el(
    'section',
    {},
    el(
      'h1',
      {},
      foreign(run.id, 120),
      ' ',
      el('span', { class: `tag ${states[state] ?? ''}` }, state.toLowerCase()),
    ),
    el(
      'dl',
      { class: 'facts' },
      fact('started', dateText(run.createdMs)),
      operations.activeMs > 0 && fact('worked on for', timeText(operations.activeMs)),
      fact('problems', countText(results.problems)),
      fact('candidates', countText(candidates)),
      datasets.length > 0 &&
        fact(datasets.length === 1 ? 'data set' : 'data sets', foreign(datasets.join(', '), 80)),
      fact(results.verifiers.length === 1 ? 'verifier' : 'verifiers', ...verifierNames(report)),
    ),
    el(
      'p',
      { class: 'hint' },
      `Report made ${dateText(made)}.`,
      ...(run.labels.samples ? [' Samples: ', foreign(run.labels.samples, 200)] : []),
    ),
    figures.length === 0 ? null : el('div', { class: 'figures' }, ...figures),
    results.empty > 0
      ? el('p', { class: 'note' }, `${nounText(results.empty, 'problem')} without any candidate: in no rate.`)
      : null,
    ...notes(results.verifiers[0]?.notes ?? []),
  );
}

function verifierNames({ run }: Report): Child[] {
  return run.verifiers.flatMap((name, i) => [
    i > 0 && ', ',
    foreign(name, 40),
    i === 0 && run.verifiers.length > 1 && ' (oracle)',
  ]);
}

function figure(name: Child[], value: string, more: Child[], warn = false): HTMLElement {
  return el(
    'div',
    { class: warn ? 'card figure warn' : 'card figure' },
    el('div', { class: 'name' }, ...name),
    el('div', { class: 'value' }, value),
    el('div', { class: 'more' }, ...more),
  );
}

function keyFigures({ results }: Report): HTMLElement[] {
  const [oracle] = results.verifiers;
  if (oracle === undefined) return [];
  const figures: HTMLElement[] = [];
  const points = oracle.coverage?.table.points ?? [];
  const level = `${percentText(results.level, 0)} interval`;
  const [first, last] = [points[0], points.at(-1)];
  for (const point of first === last ? [first] : [first, last]) {
    if (!point) continue;
    const { k, judged, low, high } = point;
    const name = k === 1 ? 'Coverage at 1' : `Coverage at ${countText(k)}`;
    if (judged === null)
      figures.push(
        figure([name], `${Math.round(100 * low)}–${Math.round(100 * high)} %`, [
          'missing verdicts leave this open',
        ]),
      );
    else
      figures.push(
        figure([name], percentText(judged.estimate), [`${level} ${intervalText(judged.bootstrap)}`]),
      );
  }
  const { solved } = oracle;
  if (solved !== null && solved.of > 0) {
    const open = solved.open > 0 ? `; ${countText(solved.open)} open` : '';
    const value = `${countText(solved.problems)} of ${countText(solved.of)}`;
    figures.push(figure(['Problems solved'], value, [`${percentText(solved.share)}${open}`]));
  }
  const best = bestSelection([...results.selectors, ...results.ensembles]) ?? voteOf(results);
  if (best !== null) {
    figures.push(
      figure(['Best selection: ', foreign(best.name, 60)], percentText(best.estimate), [
        `out of ${nounText(best.k, 'candidate')}, without the oracle`,
      ]),
    );
    const ceiling = best.coverage ?? last?.judged?.estimate;
    if (ceiling !== undefined && ceiling > 0) {
      const gap = ceiling - best.estimate;
      figures.push(
        figure(['Gap to coverage'], `${(100 * gap).toFixed(1)} pts`, [
          'correct candidates that no selection finds',
        ]),
      );
    }
  }
  const missing = results.verifiers.reduce((sum, { error }) => sum + error, 0);
  const all = results.verifiers.reduce((sum, { candidates }) => sum + candidates, 0);
  if (all === 0) return figures;
  figures.push(
    figure(
      ['Missing verdicts'],
      countText(missing),
      [
        missing === 0
          ? `of ${countText(all)}: every one is there`
          : `${percentText(missing / all, 2)}; they count as neither`,
      ],
      missing > 0,
    ),
  );
  return figures;
}

interface Best {
  name: string;
  k: number;
  estimate: number;
  /** Of the same candidates. */
  coverage?: number;
}

const methodNames: Readonly<Record<SelectionMethod, string>> = {
  'best-of-n': 'best-of-N',
  majority: 'majority vote',
  'weighted-raw': 'weighted vote (scores)',
  'weighted-softmax': 'weighted vote (softmax)',
  'weighted-sigmoid': 'weighted vote (sigmoid)',
  'weighted-rank': 'weighted vote (ranks)',
  'weighted-min-shift': 'weighted vote (shifted)',
};

function methodName(method: SelectionMethod): string {
  return methodNames[method] ?? method;
}

/** What a curve is called among those of all selectors. */
export function curveName(selector: string, { method }: SelectionCurve): string {
  return method === 'majority' ? methodName(method) : `${methodName(method)}, ${selector}`;
}

/** At the largest k of each, the one that gets most. */
function bestSelection(selectors: readonly SelectorResults[]): Best | null {
  let best: Best | null = null;
  for (const { name, curves } of selectors) {
    for (const curve of curves?.curves ?? []) {
      const last = curve.points.at(-1);
      if (last === undefined || (best !== null && best.estimate >= last.estimate)) continue;
      const { k, estimate } = last;
      const coverage = curves?.coverage.find((point) => point.k === k)?.estimate;
      best = { name: curveName(name, curve), k, estimate, ...(coverage !== undefined && { coverage }) };
    }
  }
  return best;
}

function voteOf({ verifiers }: Report['results']): Best | null {
  const last = verifiers[0]?.majority?.points.at(-1);
  return last === undefined ? null : { name: 'majority vote', k: last.k, estimate: last.estimate };
}
