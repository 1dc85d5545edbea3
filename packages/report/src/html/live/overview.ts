/** The page of all runs and verifiers. */
import { type Child, card, el, foreign } from '../client/dom.ts';
import { countText, dateText, nounText, percentText, rateText } from '../client/numbers.ts';
import { plot } from '../client/plot.ts';
import type { Overview, RunLine, VerifierLine } from './figures.ts';
import { RateHistory, ratesNote } from './history.ts';
import { clockText, figureCard, progressBar, runLink, runTag, stacking, verdictsOf } from './run-parts.ts';
import { type Section, section } from './section.ts';
import { verifierCards } from './verifiers.ts';

export function overviewPage(): Section<Overview> {
  const history = new RateHistory();
  const figures = section(keyFigures);
  const chart = section((drawn: ReturnType<RateHistory['chart']>[]) =>
    drawn.map((own) => own && el('div', { class: 'card' }, plot(own, { height: 240, note: ratesNote }))),
  );
  const runs = section(runsTable);
  const verifiers = section(verifierCards);
  const element = el(
    'div',
    {},
    el('h1', { class: 'page' }, 'Runs and verifiers'),
    figures.element,
    el('h2', {}, 'Runs'),
    runs.element,
    el('h2', {}, 'Verifiers'),
    el('div', { class: 'stack' }, chart.element),
    verifiers.element,
  );
  return {
    element,
    show(overview) {
      history.add(
        overview.at,
        overview.verifiers.flatMap(({ name, rate }) => (name === '' ? [] : [[name, rate] as const])),
      );
      figures.show({ runs: overview.runs, verifiers: overview.verifiers });
      runs.show({ runs: overview.runs, older: overview.older });
      chart.show([history.chart()]);
      verifiers.show(overview.verifiers);
    },
  };
}

function keyFigures({ runs, verifiers }: { runs: RunLine[]; verifiers: VerifierLine[] }): Child[] {
  const replicas = verifiers.flatMap((verifier) => verifier.replicas);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const ready = replicas.filter(({ state }) => state === 'READY').length;
  const flying = sum(replicas.map(({ inFlight }) => inFlight));
  const waiting = sum(verifiers.map(({ queued }) => queued));
  const rate = sum(verifiers.map((verifier) => verifier.rate));
  return [
    el(
      'div',
      { class: 'figures' },
      figureCard(
        'runs at work',
        countText(runs.filter(({ status }) => status === 'running').length),
        `of ${nounText(runs.length, 'run')}`,
      ),
      figureCard('judged per second', countText(rate), 'by all verifiers'),
      figureCard('in flight', countText(flying), `${nounText(waiting, 'candidate')} waiting`),
      figureCard(
        'replicas ready',
        countText(ready),
        `of ${nounText(replicas.length, 'replica')}`,
        ready < replicas.length ? 'warn' : '',
      ),
    ),
  ];
}

function runsTable({ runs, older }: { runs: RunLine[]; older: number }): Child[] {
  if (runs.length === 0) {
    return [
      el(
        'div',
        { class: 'stack' },
        card(el('p', { class: 'soft' }, 'There are no runs yet. Start one with assay run.')),
      ),
    ];
  }
  const header = ['run', 't:state', 't:progress', 'n:verdicts', 'n:solved', 'n:rate', 'n:left', 't:created'];
  return [
    el('div', { class: 'stack' }, card(stacking(header, runs.map(runRow)))),
    older > 0 ? el('p', { class: 'hint' }, `${nounText(older, 'older run')} left out.`) : null,
  ];
}

function runRow(run: RunLine) {
  const { id, counts, rate, progress, createdMs, verifiers, samples } = run;
  const solved =
    counts === null || counts.solved === null
      ? ''
      : percentText(counts.solved / Math.max(1, counts.problems));
  return [
    [
      el('a', { href: runLink(id, 'run'), 'data-key': id }, foreign(id, 60)),
      el(
        'div',
        { class: 'soft small' },
        foreign([verifiers.join(', '), samples].filter((text) => text !== '').join(' · '), 90),
      ),
    ],
    runTag(run.status),
    el('div', { class: 'load' }, ...progressBar(run)),
    counts === null ? '' : countText(verdictsOf(counts)),
    solved,
    rate === null || run.status !== 'running' ? '' : rateText(rate),
    progress === null || progress.secondsLeft === null ? '' : clockText(progress.secondsLeft),
    dateText(createdMs),
  ];
}
