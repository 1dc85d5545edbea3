/** Where two verifiers differ, and verdicts that change when candidates are judged again. */
import type { AgreementResults, Disagreement, RecheckResults, VerdictSummary } from '../../report.ts';
import { type Cell, type Child, card, el, folded, foreign, statusTag, table, visible } from './dom.ts';
import { countText, fixedText, intervalText, nounText, percentText } from './numbers.ts';

export function agreementCard(agreement: AgreementResults): HTMLElement {
  const { first, second, both, share, kappa, falseAccept, falseReject, disagreements } = agreement;
  const { correctCorrect, correctIncorrect, incorrectCorrect, incorrectIncorrect } = agreement;
  const rate = (own: AgreementResults['falseAccept']) =>
    own === null ? 'nothing to tell it by' : `${percentText(own.share, 2)} ${intervalText(own.interval, 2)}`;
  const other = visible(second.slice(0, 30));
  return card(
    el('h3', {}, foreign(first, 40), ' and ', foreign(second, 40)),
    el(
      'p',
      {},
      `${nounText(both, 'candidate')} judged by both`,
      share !== null && `; they agree on ${percentText(share, 2)}`,
      kappa !== null && ` (Cohen’s κ ${fixedText(kappa)})`,
      '.',
    ),
    table(
      ['', `n:${other}: correct`, `n:${other}: incorrect`],
      [
        [
          [foreign(first, 30), ': correct'],
          countText(correctCorrect),
          el('b', {}, countText(correctIncorrect)),
        ],
        [
          [foreign(first, 30), ': incorrect'],
          el('b', {}, countText(incorrectCorrect)),
          countText(incorrectIncorrect),
        ],
      ],
    ),
    el(
      'p',
      { class: 'hint' },
      'With ',
      foreign(first, 30),
      ' as oracle: ',
      foreign(second, 30),
      ` accepts what is incorrect in ${rate(falseAccept)}, and rejects what is correct in ${rate(falseReject)}.`,
    ),
    disagreements.length === 0
      ? null
      : folded(
          `${nounText(disagreements.length, 'disagreement')} to read`,
          () => [differences(disagreements)],
          disagreements.length <= 4,
        ),
  );
}

function differences(
  list: readonly Disagreement[],
  [first, second] = ['first says', 'second says'],
): HTMLElement {
  return table(
    ['problem', 'n:candidate', first as string, second as string],
    list.map(({ problem, candidate, ...said }): Cell[] => [
      foreign(problem, 40),
      countText(candidate),
      summaryCell(said.first),
      summaryCell(said.second),
    ]),
  );
}

function summaryCell({ status, reason, answer, message }: VerdictSummary): Child[] {
  return [
    statusTag(status),
    reason !== '' && el('span', { class: 'small' }, ' ', foreign(reason.replaceAll('_', ' '), 40)),
    answer !== '' && el('div', { class: 'mono small' }, foreign(answer, 80)),
    message !== '' && el('div', { class: 'hint' }, foreign(message, 160)),
  ];
}

export function recheckCard(rechecks: readonly RecheckResults[]): HTMLElement {
  const rows = rechecks.map(({ name, rechecked, changed, share, greatestDifference }): Cell[] => [
    foreign(name, 60),
    countText(rechecked),
    countText(changed),
    share === null ? '–' : `${percentText(share.estimate, 2)} ${intervalText(share.interval, 2)}`,
    greatestDifference === null ? '–' : fixedText(greatestDifference),
  ]);
  return card(
    el('h3', {}, 'Flaky verdicts'),
    el(
      'p',
      { class: 'hint' },
      'A share of the candidates was judged again, without the cache: a verdict that changes is flaky.',
    ),
    table(['verifier', 'n:judged again', 'n:changed', 'n:share', 'n:greatest difference of scores'], rows),
    ...rechecks
      .filter(({ changes }) => changes.length > 0)
      .map(({ name, changes }) =>
        folded(`${nounText(changes.length, 'changed verdict')} of ${name.slice(0, 60)}`, () => [
          differences(changes, ['at first', 'again']),
        ]),
      ),
  );
}
