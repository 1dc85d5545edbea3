/** The load of verifiers, as text: which of them limits speed, and what another replica would give. */
import type { Bottleneck, VerifierLoad } from '@assay/statistics';
import { milliseconds, number, oneLine, percent, table, wrapped } from './format.ts';

/** Lines below a title of one's own; empty where nothing was judged. */
export function loadLines({
  load,
  bottleneck,
}: {
  load: readonly VerifierLoad[];
  bottleneck: Bottleneck | null;
}): string[] {
  const judging = load.filter(({ judged }) => judged > 0);
  if (judging.length === 0) return [];
  const header = [
    'verifier',
    'replicas',
    'slots',
    'judged/s',
    'most/s',
    'queue',
    'judging',
    'at work',
    'occupied',
    'shared',
  ];
  const share = (value: number | null) => (value === null ? '–' : percent(value, 0));
  const figure = (value: number | null) => (value === null ? '–' : number(value));
  const rows = judging.map((each) => [
    oneLine(each.name, 24),
    number(each.replicas),
    figure(each.slots),
    number(each.rate),
    figure(each.capacity),
    milliseconds(1000 * each.queueMs),
    milliseconds(1000 * each.serviceMs),
    share(each.utilization),
    share(each.occupied),
    percent(each.offered === 0 ? 0 : each.shared / each.offered, 0),
  ]);
  const lines = table(header, rows);
  lines.push('  at work: time of the slots that went into judging; occupied: in which they had work at all');
  if (bottleneck === null) return lines;
  const { verifier, why, rate, addOne } = bottleneck;
  const limits = `limits speed: ${verifier === null ? 'no verifier' : oneLine(verifier, 40)}`;
  lines.push(...wrapped(`${limits}. ${oneLine(why, 400)}`));
  if (addOne !== null) {
    const next = addOne.next === null ? 'what reads, sends and stores' : oneLine(addOne.next, 40);
    lines.push(
      `  one replica more: ${number(rate)} → ${number(addOne.rate)} candidates/s; then ${next} limits` +
        `${addOne.next === verifier ? ' still' : ''}.`,
    );
  }
  return lines;
}
