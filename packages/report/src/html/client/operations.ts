/** How the verdicts came about. */
import type { Report } from '../../report.ts';
import type { PageData } from '../data.ts';
import { type Cell, card, el, folded, foreign, table } from './dom.ts';
import { countText, percentText, rateText, timeText } from './numbers.ts';

type OfVerifier = Report['operations']['verifiers'][number];

export function operationsSection({ report }: PageData): HTMLElement {
  const { operations, run } = report;
  const seconds = operations.activeMs / 1000;
  const labels = Object.entries(run.labels);
  return el(
    'section',
    {},
    el('h2', {}, 'How the verdicts came about'),
    el('p', { class: 'hint' }, 'Store: ', foreign(operations.store, 200)),
    el('div', { class: 'grid' }, ...operations.verifiers.map((own) => verifierCard(own, seconds))),
    card(
      el('h3', {}, 'Settings of the run'),
      table(
        ['', ''],
        [
          ['stops a problem at its first success', run.earlyStop ? 'yes' : 'no'],
          [
            'most tries of a candidate whose verifier fails',
            run.maxAttempts === 0 ? 'as usual' : countText(run.maxAttempts),
          ],
          ['confidence level of intervals', percentText(report.results.level, 0)],
          ...labels.map(([name, value]): Cell[] => [foreign(name, 40), foreign(value, 400)]),
        ],
      ),
    ),
  );
}

function verifierCard({ name, judged, shared, replicas, faults }: OfVerifier, seconds: number): HTMLElement {
  const all = judged + shared;
  const rate = seconds > 0 ? `, ${rateText(all / seconds)}` : '';
  const rows = replicas.map(({ replica, judgements, serviceUs, maxServiceUs, queueUs }): Cell[] => [
    replica === '' ? el('span', { class: 'soft' }, 'none') : foreign(replica, 60),
    countText(judgements),
    timeText(serviceUs / 1000 / Math.max(1, judgements)),
    timeText(maxServiceUs / 1000),
    timeText(queueUs / 1000 / Math.max(1, judgements)),
  ]);
  const replicaTable = (some: typeof rows) =>
    table(['replica', 'n:judged', 'n:mean time', 'n:longest', 'n:mean queue'], some);
  return card(
    el('h3', {}, foreign(name, 60)),
    el(
      'p',
      {},
      `${countText(judged)} judged, ${countText(shared)} shared with identical candidates (${percentText(all === 0 ? 0 : shared / all)})${rate}.`,
    ),
    rows.length === 0 ? null : replicaTable(rows.slice(0, 12)),
    rows.length > 12
      ? folded(`${countText(rows.length - 12)} more replicas`, () => [replicaTable(rows.slice(12, 500))])
      : null,
    faults.length === 0
      ? el('p', { class: 'hint' }, 'No faults.')
      : el('div', {}, el('h4', {}, 'Faults'), faultTable(faults)),
  );
}

function faultTable(faults: OfVerifier['faults']): HTMLElement {
  return table(
    ['t:replica', 'fault', 'n:times', 'the last'],
    faults
      .slice(0, 100)
      .map(({ replica, kind, count, detail }): Cell[] => [
        foreign(replica, 60),
        foreign(kind.replaceAll('_', ' '), 40),
        countText(count),
        foreign(detail, 300),
      ]),
  );
}
