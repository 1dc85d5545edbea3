/** What must hold of every judgement, whatever the texts: no throw, in time, reflexive, symmetric, classes that fit. */
import { type Checked, check } from './checker.ts';
import type { Case } from './inputs.ts';

export interface Finding {
  /** The property that does not hold. */
  readonly property: string;
  readonly texts: readonly string[];
  readonly detail: string;
}

export interface Examined {
  readonly findings: readonly Finding[];
  /** Milliseconds and texts of the slowest judgement. */
  readonly slowest: { readonly ms: number; readonly texts: readonly string[] };
}

/**
 * Without conventions equality is an equivalence. With those of `strict` it is not: 5 may stand for x = 5 and for y = 5,
 * 50 for 50 % and for 50 cm.
 */
const exact =
  'strict,rounding=none,percent=value,units=required,equations=whole,degrees=value,renaming=none,case=kept,order=lists';

/** Judges all pairs of a case. */
export function examine({ texts, bare }: Case, deadlineMs: number): Examined {
  const findings: Finding[] = [];
  let slowest: Examined['slowest'] = { ms: 0, texts: [] };
  const judge = (gold: string, answer: string, policy = 'strict'): Checked => {
    const start = performance.now();
    try {
      return check(gold, answer, policy);
    } catch (error) {
      findings.push({ property: 'no throw', texts: [gold, answer], detail: String(error).slice(0, 300) });
      return { outcome: 'undecided', reason: 'threw', rule: '', answerClass: '' };
    } finally {
      const ms = performance.now() - start;
      if (ms > slowest.ms) slowest = { ms, texts: [gold, answer] };
      if (ms > deadlineMs) {
        findings.push({ property: 'in time', texts: [gold, answer], detail: `${ms.toFixed(0)} ms` });
      }
    }
  };
  const told = ({ outcome, reason, rule, answerClass }: Checked) =>
    `${outcome} ${reason} (${rule}) ${answerClass}`;
  const fail = (property: string, of: readonly string[], ...seen: Checked[]) => {
    findings.push({ property, texts: of, detail: seen.map(told).join('  |  ') });
  };

  const owns = texts.map((text) => judge(text, text));
  for (const [at, own] of owns.entries()) {
    if (isUnequal(own)) fail('reflexive', [texts[at] ?? ''], own);
  }
  const [a, b, c] = texts;
  const [ab, ac, bc] = [judge(a, b), judge(a, c), judge(b, c)];
  const again = judge(a, b);
  if (again.answerClass !== ab.answerClass || again.outcome !== ab.outcome)
    fail('repeatable', [a, b], ab, again);
  // Classes of b and c relative to the reference answer a.
  const oneClass = ab.answerClass !== '' && ab.answerClass === ac.answerClass;
  // Classes see symbols at positive values only: x and |x| share one.
  const bySign = [ab, ac].some(({ rule }) => rule.includes('(sign)'));
  if (oneClass && isOpposite(ab, ac) && !bySign) fail('one verdict per class', texts, ab, ac);
  // What damage turned into prose is read by other rules as a reference answer than as a candidate.
  const taken = owns.every(({ gold, answer }) => gold !== undefined && gold.span === answer?.span);
  if (!bare || !taken) return { findings, slowest };
  if (oneClass && isUnequal(bc) && !bc.rule.includes('(sign)')) fail('a class is equal', texts, ab, ac, bc);
  for (const [there, x, y] of [
    [ab, a, b],
    [ac, a, c],
    [bc, b, c],
  ] as const) {
    const back = judge(y, x);
    // A decimal in the reference stands for more than one in the answer.
    const rounded = there.rule.includes('rounded') || back.rule.includes('rounded');
    if (isOpposite(there, back) && !rounded) fail('symmetric', [x, y], there, back);
  }
  const [exactAb, exactAc, exactBc] = [judge(a, b, exact), judge(a, c, exact), judge(b, c, exact)];
  if (exactAb.outcome === 'equal' && exactBc.outcome === 'equal' && isUnequal(exactAc)) {
    fail('transitive', texts, exactAb, exactBc, exactAc);
  }
  const split =
    exactAb.answerClass !== exactAc.answerClass && ![exactAb, exactAc].some((one) => one.answerClass === '');
  if (split && exactBc.outcome === 'equal') fail('equals have one class', texts, exactAb, exactAc, exactBc);
  return { findings, slowest };
}

/** A text without an answer is equal to nothing, and says so. */
function isUnequal({ outcome, reason }: Checked): boolean {
  return outcome === 'unequal' && reason !== 'no_answer';
}

function isOpposite(a: Checked, b: Checked): boolean {
  return (a.outcome === 'equal' && isUnequal(b)) || (b.outcome === 'equal' && isUnequal(a));
}

/** Shorter texts with the same finding, found by leaving out parts; at most so many tries. */
export function minimise(found: Case, property: string, deadlineMs: number, tries = 400): Case {
  let best = found;
  let left = tries;
  const still = (texts: readonly string[]) => {
    left--;
    const changed = { ...found, texts: texts as unknown as Case['texts'] };
    if (!examine(changed, deadlineMs).findings.some((finding) => finding.property === property)) return false;
    best = changed;
    return true;
  };
  for (let shrunk = true; shrunk && left > 0; ) {
    shrunk = false;
    for (const at of [0, 1, 2] as const) {
      for (
        let size = Math.ceil(best.texts[at].length / 2);
        size >= 1 && left > 0;
        size = Math.floor(size / 2)
      ) {
        for (let from = 0; from < best.texts[at].length && left > 0; ) {
          const text = best.texts[at];
          const shorter = text.slice(0, from) + text.slice(from + size);
          if (still(best.texts.with(at, shorter))) shrunk = true;
          else from += size;
        }
      }
    }
  }
  return best;
}
