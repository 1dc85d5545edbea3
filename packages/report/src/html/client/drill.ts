/** One problem: its answer classes, why verdicts are missing, and its candidates one by one. */
import type { AnswersOf, PageData } from '../data.ts';
import type { CandidateDetails } from '../details.ts';
import { candidateBox } from './candidate.ts';
import { bar, type Cell, el, foreign, isThere, table } from './dom.ts';
import { loadCandidates } from './load-candidates.ts';
import { countText, nounText, percentText } from './numbers.ts';

const pageOf = 20;

export function drillDown(data: PageData, at: number): HTMLElement {
  const { report, answers, details, problems } = data;
  const box = el('div', { class: 'drilled' });
  const own = answers[at] ?? null;
  for (const [i, name] of report.run.verifiers.entries()) {
    const part = own?.[i];
    if (part !== undefined && part.largest.length + part.errors.length > 0) {
      const classes = problems.verifiers[i]?.classes[at] ?? 0;
      box.append(answerPart(name, part, classes, report.run.verifiers.length > 1));
    }
  }
  const list = el('div', {}, el('p', { class: 'hint' }, 'Reading the candidates …'));
  const show = (candidates: readonly CandidateDetails[], note: string) => {
    list.replaceChildren(candidateList(data, candidates, at, note));
  };
  const here = details.problems[at] ?? null;
  if (details.folder !== null) {
    loadCandidates(details.folder, at).then(
      (candidates) => show(candidates, ''),
      (error: unknown) =>
        list.replaceChildren(
          el('p', { class: 'note' }, error instanceof Error ? error.message : String(error)),
        ),
    );
  } else if (here === null || here.length === 0) {
    const why =
      details.mode === 'none'
        ? 'This report was made without candidates.'
        : 'No candidate of this problem is in this file.';
    list.replaceChildren(el('p', { class: 'hint' }, why));
  } else {
    const all = Math.max(...problems.verifiers.map(({ candidates }) => candidates[at] ?? 0));
    show(
      here,
      here.length < all
        ? `${countText(here.length)} of ${countText(all)} candidates, chosen to tell most.`
        : '',
    );
  }
  box.append(el('h4', {}, 'Candidates'), list);
  return box;
}

function answerPart(
  name: string,
  { largest, abstaining, errors }: AnswersOf,
  classes: number,
  named: boolean,
): HTMLElement {
  const most = Math.max(1, ...largest.map(({ count }) => count));
  const classed = largest.some(({ answer, answerClass }) => answer !== answerClass);
  const rows = largest.map(({ answer, answerClass, count, share, correct }): Cell[] => [
    el('span', { class: 'mono' }, foreign(answer, 100)),
    ...(classed ? [el('span', { class: 'mono soft' }, foreign(answerClass, 60))] : []),
    countText(count),
    percentText(share),
    bar(count / most),
    correct === 0
      ? el('span', { class: 'soft' }, 'no')
      : correct === count
        ? el('span', { class: 'good' }, 'yes')
        : `${countText(correct)} of ${countText(count)}`,
  ]);
  const more = classes - largest.length;
  return el(
    'div',
    {},
    el('h4', {}, 'Answers', ...(named ? [' by ', foreign(name, 60)] : [])),
    rows.length > 0
      ? table(['answer', ...(classed ? ['class'] : []), 'n:votes', 'n:share', '', 'correct'], rows)
      : null,
    more > 0 || abstaining > 0
      ? el(
          'p',
          { class: 'hint' },
          [
            more > 0 ? `${countText(more)} smaller classes are not shown.` : '',
            abstaining > 0 ? `${nounText(abstaining, 'candidate')} without an answer.` : '',
          ]
            .filter(isThere)
            .join(' '),
        )
      : null,
    ...errors.map(({ reason, message, count }) =>
      el(
        'p',
        { class: 'note' },
        `missing: ${reason.replaceAll('_', ' ')} × ${countText(count)}: `,
        foreign(message, 300),
      ),
    ),
  );
}

/** Candidates with a filter, some at a time. */
function candidateList(
  data: PageData,
  all: readonly CandidateDetails[],
  at: number,
  note: string,
): HTMLElement {
  const box = el('div');
  const list = el('div');
  const more = el('button', { type: 'button' });
  let shown: readonly CandidateDetails[] = all;
  let upTo = pageOf;
  const draw = () => {
    list.replaceChildren(...shown.slice(0, upTo).map((own) => candidateBox(data, own, all.length === 1)));
    more.hidden = shown.length <= upTo;
    more.textContent = `show ${countText(Math.min(pageOf, shown.length - upTo))} more of ${countText(shown.length)}`;
  };
  more.addEventListener('click', () => {
    upTo += pageOf;
    draw();
  });
  const kinds = kindsOf(data, all);
  const select = el(
    'select',
    { 'aria-label': `Candidates of problem ${at + 1} to show` },
    el('option', { value: '' }, `all ${countText(all.length)}`),
    ...[...kinds.keys()].map((kind) =>
      el('option', { value: kind }, `${kind} (${countText(kinds.get(kind)?.length ?? 0)})`),
    ),
  );
  select.addEventListener('change', () => {
    shown = kinds.get(select.value) ?? all;
    upTo = pageOf;
    draw();
  });
  draw();
  box.append(
    ...[
      note === '' ? null : el('p', { class: 'hint' }, note),
      ...data.details.notes.map((text) => el('p', { class: 'hint foreign', dir: 'auto' }, text)),
      kinds.size > 1 ? el('div', { class: 'filters' }, el('label', {}, 'show', select)) : null,
      list,
      more,
    ].filter(isThere),
  );
  return box;
}

/** By what verifiers say: `math: INCORRECT, wrong answer`; and those on which verifiers differ. */
function kindsOf({ report }: PageData, all: readonly CandidateDetails[]): Map<string, CandidateDetails[]> {
  const kinds = new Map<string, CandidateDetails[]>();
  const add = (kind: string, own: CandidateDetails) => {
    const list = kinds.get(kind) ?? [];
    list.push(own);
    kinds.set(kind, list);
  };
  for (const own of all) {
    const said = new Set(
      own.verdicts.flatMap((verdict) =>
        verdict && ['CORRECT', 'INCORRECT'].includes(verdict.status) ? [verdict.status] : [],
      ),
    );
    if (said.size > 1) add('verifiers disagree', own);
    for (const [i, verdict] of own.verdicts.entries()) {
      if (verdict === null) continue;
      const name = report.run.verifiers.length > 1 ? `${report.run.verifiers[i]?.slice(0, 40)}: ` : '';
      add(`${name}${verdict.status}${verdict.reason ? `, ${verdict.reason.replaceAll('_', ' ')}` : ''}`, own);
    }
  }
  return kinds;
}
