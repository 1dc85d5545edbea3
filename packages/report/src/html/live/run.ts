/** The page of one run. */
import type { Chart } from '../chart.ts';
import { type Child, card, el, foreign } from '../client/dom.ts';
import { countText, dateText, intervalText, nounText, percentText } from '../client/numbers.ts';
import { plot } from '../client/plot.ts';
import type { RunDetail } from './figures.ts';
import { RateHistory, ratesNote } from './history.ts';
import { coverageCard, problemMap, verdictShares } from './run-cards.ts';
import { clockText, figureCard, progressBar, runLink, runTag, verdictsOf } from './run-parts.ts';
import { type Section, section } from './section.ts';
import { verifierCards } from './verifiers.ts';

export function runPage(): Section<RunDetail> {
  const history = new RateHistory();
  const head = section(headOf);
  const figures = section(keyFiguresOf);
  const coverage = section(coverageCard);
  const rate = section((drawn: (Chart | undefined)[]) =>
    drawn.map((own) => own && card(plot(own, { height: 300, note: ratesNote }))),
  );
  const verdicts = section(verdictShares);
  const problems = section(problemMap);
  const load = section((own: RunDetail['load']) =>
    own.length === 0 ? [] : [el('h2', {}, 'Its verifiers'), ...verifierCards(own)],
  );
  const element = el(
    'div',
    {},
    head.element,
    figures.element,
    el('div', { class: 'grid' }, coverage.element, rate.element),
    verdicts.element,
    problems.element,
    load.element,
  );
  return {
    element,
    show(run) {
      const { at, id, status, verifiers, samples, createdMs, earlyStop, counts, progress } = run;
      const oracle = verifiers[0] ?? '';
      if (run.rate !== null) history.add(at, [['rate', run.rate]]);
      head.show({ id, status, verifiers, samples, createdMs, earlyStop });
      const age = run.countedMs === null ? 0 : Math.round((at - run.countedMs) / 1000);
      figures.show({ status, counts, coverage: run.coverage, progress, rate: run.rate, age });
      coverage.show({ coverage: run.coverage, note: run.note, oracle, status });
      rate.show(status === 'running' ? [history.chart()] : []);
      verdicts.show(counts?.verifiers ?? []);
      problems.show({ cells: run.problems, all: counts?.problems ?? 0, oracle });
      load.show(run.load);
    },
  };
}

type Head = Pick<RunDetail, 'id' | 'status' | 'verifiers' | 'samples' | 'createdMs' | 'earlyStop'>;

function headOf({ id, status, verifiers, samples, createdMs, earlyStop }: Head): Child[] {
  const facts: [string, Child][] = [
    ['verifiers', foreign(verifiers.join(', '), 120)],
    ['created', dateText(createdMs)],
    ...(samples === '' ? [] : [['samples', foreign(samples, 160)] as [string, Child]]),
    ...(earlyStop ? [['stops at', 'the first success of a problem'] as [string, Child]] : []),
  ];
  return [
    el('h1', { class: 'page' }, foreign(id, 128), ' ', runTag(status)),
    el(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
    ),
    el(
      'p',
      { class: 'links' },
      el('a', { href: runLink(id, 'report'), 'data-key': 'report' }, 'Full report'),
      el('a', { href: runLink(id, 'api/report'), 'data-key': 'json' }, 'Report as JSON'),
      el('a', { href: runLink(id, 'api/run'), 'data-key': 'figures' }, 'These figures as JSON'),
    ),
  ];
}

interface KeyFigures extends Pick<RunDetail, 'status' | 'counts' | 'coverage' | 'progress' | 'rate'> {
  /** Seconds since what is stored was counted. */
  age: number;
}

function keyFiguresOf({ status, counts, coverage, progress, rate, age }: KeyFigures): Child[] {
  const errors = (counts?.verifiers ?? []).reduce((sum, { error }) => sum + error, 0);
  const last = coverage?.points.at(-1);
  const first = coverage?.points[0];
  // Large runs are counted seldom.
  const old = status === 'running' && age > 3 ? ` · ${countText(age)} s ago` : '';
  const left =
    progress === null || progress.secondsLeft === null ? '' : `${clockText(progress.secondsLeft)} left`;
  return [
    progress === null
      ? null
      : el(
          'div',
          { class: 'card progress' },
          el('div', { class: 'load wide' }, ...progressBar({ status, progress })),
          el(
            'div',
            { class: 'soft' },
            [
              `${countText(progress.done)} verdicts of ${countText(progress.submitted)} submitted`,
              progress.shared > 0 && `${countText(progress.shared)} shared`,
              progress.stored > 0 && `${countText(progress.stored)} stored before`,
              progress.skipped > 0 && `${countText(progress.skipped)} skipped`,
              left,
            ]
              .filter((text) => text !== false && text !== '')
              .join(' · '),
          ),
        ),
    el(
      'div',
      { class: 'figures' },
      figureCard(
        'verdicts stored',
        counts === null ? '–' : countText(verdictsOf(counts)),
        counts === null ? 'being counted' : `of ${nounText(counts.problems, 'problem')}${old}`,
      ),
      counts === null || counts.solved === null
        ? null
        : figureCard(
            'problems solved',
            percentText(counts.solved / Math.max(1, counts.problems)),
            `${countText(counts.solved)} of ${countText(counts.problems)}`,
          ),
      first === undefined ? null : figureCard('coverage at 1', percentText(first.estimate), rangeText(first)),
      last === undefined || last.k === 1
        ? null
        : figureCard(`coverage at ${countText(last.k)}`, percentText(last.estimate), rangeText(last)),
      status === 'running' && rate !== null ? figureCard('verdicts per second', countText(rate), left) : null,
      errors === 0
        ? null
        : figureCard('missing verdicts', countText(errors), 'faults of verifiers: no failures', 'warn'),
    ),
  ];
}

function rangeText(bounds: { low: number; high: number }): string {
  return `95 % interval ${intervalText(bounds)}`;
}
