/** One candidate: its text, and what each verifier said of it. */
import type { PageData } from '../data.ts';
import type { CandidateDetails, PartDetails, VerdictDetails } from '../details.ts';
import { type Cell, type Child, el, folded, foreign, foreignBlock, statusTag, table } from './dom.ts';
import { countText, fixedText, nounText, timeText } from './numbers.ts';

export function candidateBox(data: PageData, own: CandidateDetails, open: boolean): HTMLElement {
  const summary: Child[] = [
    el('b', { class: 'number' }, `#${own.index}`),
    ...own.verdicts.map((verdict, i) => {
      return verdict === null ? null : statusTag(verdict.status, data.report.run.verifiers[i]);
    }),
    ...own.verdicts.map(
      (verdict) =>
        verdict?.score !== undefined && el('span', { class: 'number' }, fixedText(verdict.score, 4)),
    ),
  ];
  const answer = own.verdicts.find((verdict) => verdict?.answer)?.answer;
  if (answer !== undefined)
    summary.push(
      el('span', { class: 'hint' }, 'answer ', el('span', { class: 'mono' }, foreign(answer, 60))),
    );
  if (own.tokens !== undefined)
    summary.push(el('span', { class: 'hint' }, `${countText(own.tokens)} tokens`));
  if (own.why !== undefined) summary.push(el('span', { class: 'tag' }, own.why));
  const box = el('details', { class: 'candidate', open }, el('summary', {}, ...summary));
  const fill = () => {
    if (box.open && box.children.length === 1) box.append(candidateBody(data, own));
  };
  box.addEventListener('toggle', fill);
  fill();
  return box;
}

function candidateBody({ report }: PageData, own: CandidateDetails): HTMLElement {
  const verdicts = own.verdicts.map((verdict, i) => {
    if (verdict === null) return null;
    return verdictPart(report.run.verifiers[i] ?? '', verdict);
  });
  return el('div', {}, el('div', { class: 'sides' }, ...verdicts), ...textPart(own));
}

function textPart({ text, cut, tail, checked }: CandidateDetails): Child[] {
  if (text === undefined) {
    return checked === false
      ? [
          el(
            'p',
            { class: 'note' },
            'The sample file has another text here than the one that was judged, which is why it is not shown.',
          ),
        ]
      : [el('p', { class: 'hint' }, 'Its text is not at hand.')];
  }
  return [
    el(
      'h4',
      {},
      'Text',
      checked === undefined && el('span', { class: 'hint' }, ' (as the sample file has it now)'),
    ),
    text === '' ? el('p', { class: 'hint' }, 'The text is empty.') : foreignBlock(text),
    ...(cut === undefined
      ? []
      : [
          el('p', { class: 'hint' }, `${countText(cut)} characters are left out here.`),
          foreignBlock(tail ?? ''),
        ]),
  ];
}

function verdictPart(name: string, verdict: VerdictDetails): HTMLElement {
  const {
    status,
    reason,
    message,
    score,
    answer,
    answerClass,
    shared,
    replica,
    attempts,
    serviceMs,
    parts,
    moreParts,
  } = verdict;
  const facts: [string, Child][] = [];
  if (reason !== undefined) facts.push(['reason', foreign(reason.replaceAll('_', ' '), 80)]);
  if (score !== undefined) facts.push(['score', fixedText(score, 6)]);
  if (answer !== undefined) facts.push(['answer', el('span', { class: 'mono' }, foreign(answer, 300))]);
  if (answerClass !== undefined && answerClass !== answer)
    facts.push(['class', el('span', { class: 'mono' }, foreign(answerClass, 300))]);
  if (serviceMs !== undefined) facts.push(['judged in', timeText(serviceMs)]);
  if (replica !== undefined) facts.push(['by', foreign(replica, 60)]);
  if (attempts !== undefined) facts.push(['tries', countText(attempts)]);
  if (shared) facts.push(['verdict of', 'an identical candidate']);
  return el(
    'div',
    {},
    el('h4', {}, foreign(name, 60), ' ', statusTag(status)),
    message === undefined ? null : el('p', { class: 'small' }, foreign(message, 2100)),
    el(
      'dl',
      { class: 'facts small' },
      ...facts.map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))),
    ),
    parts === undefined
      ? null
      : folded(
          partsTitle(parts, moreParts ?? 0),
          () => [partTable(parts, moreParts ?? 0)],
          parts.length <= 12,
        ),
  );
}

function partsTitle(parts: readonly PartDetails[], more: number): string {
  const judged = parts.filter(({ status }) => status === 'CORRECT' || status === 'INCORRECT');
  const all = nounText(parts.length + more, 'part');
  // Parts that are left out, or only scored, would make a wrong count.
  if (more > 0 || judged.length < parts.length) return all;
  return `${all}, ${countText(judged.filter(({ status }) => status === 'CORRECT').length)} correct`;
}

function partTable(parts: readonly PartDetails[], more: number): HTMLElement {
  const rows = parts.map(({ name, status, reason, message, score, example, ms, ended }): Cell[] => [
    [foreign(name, 100), example === true && el('span', { class: 'tag' }, 'shown')],
    statusTag(status),
    [
      reason !== undefined && el('span', { class: 'small' }, foreign(reason.replaceAll('_', ' '), 60)),
      message !== undefined && el('div', { class: 'hint' }, foreign(message, 600)),
      ended !== undefined && el('div', { class: 'hint' }, ended),
    ],
    score !== undefined ? fixedText(score, 4) : ms !== undefined ? timeText(ms) : '',
  ]);
  return el(
    'div',
    {},
    table(['part', 't:', '', 'n:'], rows),
    more > 0 ? el('p', { class: 'hint' }, `… and ${countText(more)} others`) : null,
  );
}
