/** Which part of a sentence is the answer that it gives: its formulas, and its numbers with what belongs to them. */
import { trimEndOf } from './scan.ts';
import { mathSegments } from './segments.ts';

export interface Part {
  readonly span: string;
  readonly how: 'formula' | 'number';
}

/** Words after a number, or before it, that make it another number. */
const changingAfter = new Set(
  `or and plus minus times multiplied divided over squared cubed factorial root sqrt pi choose mod modulo half halves
   third thirds fourths fifths sixths sevenths eighths ninths tenths hundredths thousandths base`.split(
    /\s+/,
  ),
);
const changingBefore = new Set(
  'negative minus plus over times root sqrt half third quarter than log ln sin cos tan or and'.split(' '),
);

/**
 * The formulas and the numbers of a line, in order. Undefined where a number is only part of what the words around
 * it say (`5 times as many`, `negative 3`): then none of them can be told to be the answer.
 */
export function answerParts(line: string): Part[] | undefined {
  const parts: Part[] = [];
  const formulas = mathSegments(line);
  const full = formulas.filter(({ inner }) => !/^\s*\\?\p{L}+\s*$/u.test(inner));
  let at = 0;
  for (const { start, end, inner } of [...full, { start: line.length, end: line.length, inner: '' }]) {
    const runs = numberRuns(line.slice(at, start));
    if (runs === undefined) return undefined;
    parts.push(...runs.map((span) => ({ span, how: 'number' }) as const));
    if (inner !== '') {
      const before = line
        .slice(Math.max(at, start - 40), start)
        .trim()
        .split(/\s+/)
        .slice(-3);
      const after = line
        .slice(end, end + 40)
        .trim()
        .split(/\s+/)
        .slice(0, 3);
      if (changes(before, after)) return undefined;
      parts.push({ span: inner, how: 'formula' });
    }
    at = end;
  }
  if (parts.length === 0) return formulas.map(({ inner }) => ({ span: inner, how: 'formula' }));
  return parts;
}

/** A sentence of natural language, and no formula: several words. */
export function isProse(line: string): boolean {
  return (line.match(/(?<![\\\p{L}])\p{L}{2,}/gu)?.length ?? 0) >= 2;
}

const operator = /^[-+*/=×÷·−x]$/;
// No exclamation mark: 5! is a factorial.
const endMarks = '.,;:?)';

/**
 * The expressions with digits in a stretch of prose: words without a digit separate them, single operators join them.
 * Of a calculation `16 - 7 = 9` only its result is kept.
 */
function numberRuns(text: string): string[] | undefined {
  const tokens = text.split(/\s+/).map((raw) => raw.replaceAll('**', ''));
  const runs: string[] = [];
  let start = -1;
  for (let at = 0; at <= tokens.length; at++) {
    const token = tokens[at] ?? '';
    const belongs = /\d/.test(token) || operator.test(token);
    if (belongs && start < 0) start = at;
    if (start < 0 || (belongs && at < tokens.length && !endMarks.includes(token.at(-1) ?? ' '))) continue;
    const end = belongs ? at + 1 : at;
    const run = withoutEnd(tokens.slice(start, end).join(' '));
    if (/\d/.test(run)) {
      if (changes(tokens.slice(Math.max(0, start - 3), start), tokens.slice(end, end + 3))) return undefined;
      const value = result(run);
      // The calculation breaks off before its result.
      if (!/\d/.test(value)) return undefined;
      runs.push(value);
    }
    start = -1;
  }
  return runs;
}

/** Takes punctuation off; a closing parenthesis stays where its opening one is in the run. */
function withoutEnd(run: string): string {
  const body = trimEndOf(run, endMarks);
  return body.includes('(') && run[body.length] === ')' ? `${body})` : body;
}

function changes(before: readonly string[], after: readonly string[]): boolean {
  return (
    changingAfter.has(after[0]?.toLowerCase() ?? '') ||
    after.some((word) => word.toLowerCase() === 'than') ||
    before.some((word, index) => {
      const lower = word.toLowerCase();
      // `root of 5`, `half the 18`; the other words change what follows at once.
      return index === before.length - 1 || lower === 'root' || lower === 'half'
        ? changingBefore.has(lower)
        : false;
    })
  );
}

/** The right side of a calculation with numbers; anything else as it is. */
function result(run: string): string {
  const sign = run.lastIndexOf('=');
  const calculation = sign >= 0 && !/[\p{L}\\]/u.test(run.slice(0, sign).replaceAll(' x ', ' '));
  return calculation ? run.slice(sign + 1).trim() : run;
}
