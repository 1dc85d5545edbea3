/** Verifiers and their load. */
import { bar, type Child, card, el, foreign } from '../client/dom.ts';
import { countText, nounText, percentText, rateText, timeText } from '../client/numbers.ts';
import type { ReplicaLine, VerifierLine } from './figures.ts';
import { stacking } from './run-parts.ts';

const stateTones: Readonly<Record<string, string>> = {
  READY: 'good',
  CONNECTING: 'info',
  EJECTED: 'bad',
  DRAINING: 'warn',
};

/** A card for each verifier. */
export function verifierCards(verifiers: readonly VerifierLine[]): Child[] {
  if (verifiers.length === 0) {
    return [
      card(
        el(
          'p',
          { class: 'soft' },
          'No verifier is known. Start the server with --verifier NAME, or let one register itself.',
        ),
      ),
    ];
  }
  return [el('div', { class: 'stack' }, ...verifiers.map(verifierCard))];
}

function verifierCard({ name, queued, rate, replicas }: VerifierLine): HTMLElement {
  const kinds = [...new Set(replicas.flatMap((replica) => replica.kinds))];
  const facts: (Child | false)[] = [
    fact('throughput', rateText(rate)),
    fact('waiting', nounText(queued, 'candidate')),
    kinds.length > 0 && fact('kinds', foreign(kinds.join(', '), 80)),
  ];
  return el(
    'section',
    { class: 'card verifier' },
    el('h3', {}, name === '' ? 'Not answering yet' : foreign(name, 80)),
    el('dl', { class: 'facts small' }, ...facts),
    replicas.length === 0
      ? el('p', { class: 'note' }, 'No replica is left: its work waits until one comes back.')
      : stacking(
          [
            't:replica',
            't:state',
            't:occupied',
            'n:in flight',
            'n:service',
            'n:rate',
            'n:verdicts',
            'faults',
          ],
          replicas.map(replicaRow),
        ),
  );
}

function replicaRow(replica: ReplicaLine) {
  const { address, state, version, slots, inFlight, window, serviceMs, verdicts, rate, occupied } = replica;
  const known = slots > 0 ? `${nounText(slots, 'slot')}, version ` : '';
  return [
    [
      el('span', { class: 'mono' }, foreign(address, 60)),
      known === '' ? null : el('div', { class: 'soft small' }, known, foreign(version, 40)),
    ],
    el('span', { class: `tag ${stateTones[state] ?? ''}` }, state.toLowerCase()),
    el('div', { class: 'load' }, bar(occupied, occupied > 0.95), percentText(occupied, 0)),
    window === 0 ? '' : `${countText(inFlight)} of ${countText(window)}`,
    serviceMs > 0 ? timeText(serviceMs) : '',
    rateText(rate),
    countText(verdicts),
    faultsOf(replica),
  ];
}

function faultsOf({ faults, lastFault }: ReplicaLine): Child[] {
  const kinds = Object.entries(faults).map(([kind, times]) =>
    el('span', { class: 'tag warn' }, foreign(kind, 30), ` × ${countText(times)}`),
  );
  return [
    ...kinds.flatMap((tag) => [tag, ' ']),
    lastFault === '' ? null : el('div', { class: 'soft small' }, foreign(lastFault, 200)),
  ];
}

function fact(name: string, value: Child): HTMLElement {
  return el('div', {}, el('dt', {}, name), el('dd', {}, value));
}
