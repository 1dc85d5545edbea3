/** Which parts of a sentence may be the answer that it gives: its formulas, and its numbers with what belongs to them. */
import { refutedAfter } from './choices.ts';
import { continuesRun, isNumberToken, isOperator, resultOf, startsRun, unitAfter, wordOf } from './runs.ts';
import { type Token, tokensOf } from './tokens.ts';
import {
  changingAfter,
  changingBefore,
  joiners,
  measures,
  negations,
  numbered,
  sentenceWords,
} from './words.ts';

export interface Part {
  readonly span: string;
  readonly how: 'formula' | 'number';
  /** Said not to be the answer: `not 5`. */
  readonly negated: boolean;
  /** The right side of a calculation. */
  readonly calculated: boolean;
  /** Only a piece of what the words around it say (`5 times as many`, `negative 3`): no answer on its own. */
  readonly partial: boolean;
}

/** The parts of a sentence, in order. Those of a list (`3, 4 and 5`) are one. */
export function answerParts(sentence: string): Part[] {
  const tokens = tokensOf(sentence);
  const pieces: { from: number; to: number; span: string; how: Part['how']; calculated: boolean }[] = [];
  const numbers = tokens.some((token) =>
    /\d/.test(token.formula ?? (isNumberToken(token) ? token.text : '')),
  );
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.aside) continue;
    if (token.formula !== undefined && !isOperator(tokens[at + 1]) && !isOperator(tokens[at - 1])) {
      // A name like $n$ is only spoken of, where there is more.
      if (numbers && /^\s*(?:\\?\p{L}+(?:\([\p{L},\s]*\))?|\([\p{L},\s]*\))\s*$/u.test(token.formula))
        continue;
      const unit = unitAfter(tokens, at);
      const span = unit === '' ? token.formula : `${token.formula.trim()} ${unit}`;
      pieces.push({ from: at, to: unit === '' ? at : at + 1, span, how: 'formula', calculated: false });
      continue;
    }
    if (!startsRun(tokens, at)) continue;
    let to = at;
    while (tokens[to]?.stop === '' && continuesRun(tokens, to + 1)) to++;
    if (unitAfter(tokens, to) !== '') to++;
    const run = sentence.slice(token.start, (tokens[to] as Token).end).replaceAll('**', '');
    if (/\d|[π∞…]|\.{3}|\\(?:pi|infty|l?dots)|(?:sin|cos|tan|ln|log|exp)\b|[=^]\s?\w/.test(run)) {
      const span = resultOf(run);
      pieces.push({ from: at, to, span, how: 'number', calculated: span !== run });
    }
    at = to;
  }
  const parts: Part[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const first = pieces[at] as (typeof pieces)[number];
    const previous = pieces[at - 1];
    let last = first;
    for (let next = pieces[at + 1]; next !== undefined && joined(tokens, last, next); next = pieces[at + 1]) {
      last = next;
      at++;
    }
    const before = tokens.slice(Math.max(0, first.from - 3), first.from).map(wordOf);
    if (isAdjunct(tokens, previous, first, before.at(-1) ?? '')) continue;
    const ended = (tokens[last.to] as Token).stop !== '';
    const after = ended ? [] : tokens.slice(last.to + 1, last.to + 4).map(wordOf);
    const start = (tokens[first.from] as Token).start;
    const span =
      first === last
        ? first.span
        : sentence.slice(start, (tokens[last.to] as Token).end).replaceAll('**', '');
    parts.push({
      span,
      how: first.how,
      calculated: first.calculated,
      negated:
        isNegated(before, tokens[first.from - 1]) ||
        refutedAfter(sentence.slice((tokens[last.to] as Token).end)),
      partial:
        !/[\d\p{L}π∞]/u.test(span) ||
        /^[+*/×÷]|^- |[-+*/=×÷<>≤≥^]\s*(?:\\?\$)?$/.test(span) ||
        (ended ? false : isScaled(tokens[last.to + 1])) ||
        (!first.calculated &&
          (ratio(tokens, previous, first) || ratio(tokens, last, pieces[at + 1]) || changes(before, after))),
    });
  }
  return parts;
}

/** `step 2`; `in 3 hours` right after a quantity. */
function isAdjunct(
  tokens: readonly Token[],
  previous: { to: number } | undefined,
  first: { from: number },
  before: string,
): boolean {
  if (numbered.has(before)) return true;
  if (previous === undefined) return false;
  // `36 eggs in 3 baskets`
  const between = tokens.slice(previous.to + 1, first.from);
  if (
    /^(?:in|after|within|during|per|every|each)$/.test(before) &&
    between.length >= 2 &&
    between.length <= 3 &&
    tokens[previous.to]?.stop === '' &&
    between.every(
      (token) => token.stop === '' && token.formula === undefined && /^\p{Ll}+$/u.test(token.text),
    ) &&
    between.slice(0, -1).every((token) => !sentenceWords.has(token.text) && !joiners.has(token.text))
  ) {
    return true;
  }
  // `36 minutes to fill 2 tanks`
  if (between.length === 2 && hasUnit(tokens, previous) && between.map(wordOf)[0] === 'to') return true;
  if (previous.to !== first.from - 2) return false;
  return hasUnit(tokens, previous) && /^(?:in|for|after|within|over|per|every|each)$/.test(before);
}

function hasUnit(tokens: readonly Token[], piece: { to: number }): boolean {
  return measures.has(tokens[piece.to]?.text.toLowerCase() ?? '');
}

/** `3 out of 5`, `1 in 5`: one number in two. */
function ratio(
  tokens: readonly Token[],
  last: { to: number } | undefined,
  next: { from: number } | undefined,
): boolean {
  if (last === undefined || next === undefined || tokens[last.to]?.stop !== '' || hasUnit(tokens, last))
    return false;
  const between = tokens.slice(last.to + 1, next.from);
  return (
    between.length < 3 && /^(?:out of|in|of|to|per|by|sur|de|von|su|из)$/.test(between.map(wordOf).join(' '))
  );
}

function joined(
  tokens: readonly Token[],
  last: { to: number; calculated: boolean; span: string },
  next: { from: number; calculated: boolean; span: string },
): boolean {
  if (last.calculated || next.calculated) return false;
  const stop = (tokens[last.to] as Token).stop;
  const between = tokens.slice(last.to + 1, next.from);
  // `3, 4`, `3 days 4 hours`
  if (between.length === 0) return stop === ',' || stop === ';' || stop === '';
  return (
    (stop === '' || stop === ',' || stop === ';') &&
    between.length === 1 &&
    joiners.has(wordOf(between[0] as Token)) &&
    (between[0] as Token).stop === ''
  );
}

function isNegated(before: readonly string[], previous: Token | undefined): boolean {
  if (previous?.stop === ',' || previous?.stop === ';') return false;
  for (let at = before.length - 1; at >= 0; at--) {
    const word = before[at] ?? '';
    if (negations.has(word) || /n['’]t$|(?:不是|不等于|并非|而非|不为)$/.test(word)) return true;
    if (word === 'no' && /^(?:es|son|é|sono)$/.test(before[at + 1] ?? '')) return true;
    const passed = word === 'to' ? before[at - 1] === 'equal' : linking.has(word);
    if (!passed) return false;
  }
  return false;
}

/** Words between a negation and what it denies. */
const linking = new Set(
  `be is are was were equal equals the a instead than of c exactly equal definitely certainly necessarily es è é ist est
  sind son sono são jest är er just only igual gleich égal à a равен равна равно равны phải là adalah`.split(
    /\s+/,
  ),
);

/** Words that change a number, after it and before it. */
function changes(before: readonly string[], after: readonly string[]): boolean {
  const [next = '', second] = after;
  const counted =
    next === 'times' && !/^(?:as|the|more|less|that|of|larger|greater|bigger|a)$/.test(second ?? '');
  return (
    (changingAfter.has(next) && !counted && !negations.has(second ?? '') && !newClause(next, second ?? '')) ||
    after.slice(0, 2).includes('than') ||
    compared(before) ||
    (/^(?:fewer|less|more)$/.test(next) && after.includes('than')) ||
    before.some((word, index) =>
      // `root of 5`, `half the 18`; the other words change what follows at once.
      index === before.length - 1 || word === 'root' || word === 'half' ? changingBefore.has(word) : false,
    )
  );
}

/** `más de 36`, `超过36`, `the square of 36`. */
function compared(before: readonly string[]): boolean {
  const [first = '', second = ''] = before.slice(-2);
  const word = second || first;
  if (/(?:超过|大于|小于|少于|多于|不到|不足|至少|至多|高于|低于|より)$/.test(word)) return true;
  if (/^(?:de|di|do|que|als|than|dan|от|чем)$/.test(word)) return comparatives.has(first);
  return (
    word === 'of' &&
    /^(?:squares?|cubes?|reciprocal|opposite|inverse|negation|double|triple|factorial|logarithm|complement|negative)$/.test(
      first,
    )
  );
}

const comparatives = new Set(
  'moins plus más menos mais più meno mehr weniger больше меньше meer minder'.split(' '),
);

/** `42 and we are done` */
function newClause(word: string, next: string): boolean {
  return word === 'and' && /^(?:we|it|she|he|they|this|that|so|i|you|thus|hence|therefore)$/.test(next);
}

/** `3万`: a power of ten, or a fraction, is glued to the number. */
function isScaled(next: Token | undefined): boolean {
  return /^(?:以上|以下|未満|未满|多|余|万|亿|千|百|兆|億|倍|分之|만|억|천|배|点|點)/.test(next?.text ?? '');
}
