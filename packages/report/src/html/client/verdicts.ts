/** What each verifier said, counted. */
import type { VerifierResults } from '../../report.ts';
import type { PageData } from '../data.ts';
import { bar, type Cell, card, el, folded, foreign, notes, statusTag, table } from './dom.ts';
import { countText, intervalText, nounText, percentText } from './numbers.ts';

export function verdictSection({ report: { results } }: PageData): HTMLElement | null {
  if (results.verifiers.length === 0) return null;
  return el(
    'section',
    {},
    el('h2', {}, 'Verdicts'),
    el(
      'p',
      { class: 'lead' },
      'What each verifier said. A missing verdict (ERROR) is the fault of a verifier or of its machine, and never counts as a failure of the candidate.',
    ),
    el(
      'div',
      { class: 'grid' },
      ...results.verifiers.map((verifier, i) =>
        verdictCard(verifier, i === 0 && results.verifiers.length > 1, i > 0),
      ),
    ),
  );
}

function verdictCard(verifier: VerifierResults, oracle: boolean, withNotes: boolean): HTMLElement {
  const { candidates, solved, reasons } = verifier;
  return card(
    el('h3', {}, foreign(verifier.name, 60), oracle && ' (oracle)'),
    el('p', { class: 'hint' }, nounText(candidates, 'candidate')),
    ...(candidates === 0 ? [] : sharesOf(verifier)),
    solved === null || solved.of === 0
      ? null
      : el(
          'p',
          {},
          `Solved: ${countText(solved.problems)} of ${nounText(solved.of, 'problem')}, ${percentText(solved.share)} ${intervalText(solved.interval)}`,
          solved.open > 0 && `; ${countText(solved.open)} more are open, as verdicts are missing`,
          '.',
        ),
    reasons.length === 0 ? null : reasonTable(reasons, candidates),
    ...(withNotes ? notes(verifier.notes) : []),
  );
}

/** A bar of the statuses' shares, and its key. */
function sharesOf({ correct, incorrect, scored, error, skipped }: Counts): HTMLElement[] {
  const parts = { correct, incorrect, scored, error, skipped };
  const names: Readonly<Record<string, string>> = { error: 'missing (ERROR)' };
  const all = correct + incorrect + scored + error + skipped;
  const shown = Object.entries(parts).filter(([, count]) => count > 0);
  const pieces = shown.map(([name, count]) => {
    const piece = el('i', { class: name });
    piece.style.flexGrow = String(count / all);
    return piece;
  });
  const key = shown.map(([name, count]) =>
    el(
      'span',
      {},
      el('i', { class: name }),
      `${names[name] ?? name} ${countText(count)} (${percentText(count / all)})`,
    ),
  );
  return [
    el('div', { class: 'shares', role: 'presentation' }, ...pieces),
    el('div', { class: 'key' }, ...key),
  ];
}

interface Counts {
  readonly correct: number;
  readonly incorrect: number;
  readonly scored: number;
  readonly error: number;
  readonly skipped: number;
}

function reasonTable(reasons: VerifierResults['reasons'], candidates: number): HTMLElement {
  const sorted = reasons.toSorted((a, b) => b.count - a.count);
  const most = sorted[0]?.count ?? 1;
  const rows = (some: typeof sorted) =>
    table(
      ['reason', 't:', 'n:verdicts', 'n:share', ''],
      some.map(({ status, reason, count }): Cell[] => [
        foreign(reason.replaceAll('_', ' '), 60),
        statusTag(status),
        countText(count),
        percentText(count / Math.max(1, candidates)),
        bar(count / most, status === 'ERROR'),
      ]),
    );
  const rest = sorted.slice(8);
  const box = el('div', {}, rows(sorted.slice(0, 8)));
  if (rest.length > 0) box.append(folded(`${countText(rest.length)} more reasons`, () => [rows(rest)]));
  return box;
}
