/** Words, numbers and formulas of a sentence. */
import { unspaced } from './language.ts';
import { trimEndOf } from './scan.ts';
import { mathSegments } from './segments.ts';
import { functionNames } from './words.ts';

/** A word, number or formula of a sentence. */
export interface Token {
  start: number;
  end: number;
  /** Without emphasis, quotes and final punctuation. */
  text: string;
  /** The inside of a formula with delimiters. */
  formula?: string;
  /** Punctuation after it. */
  stop: string;
  /** Stands in a remark in parentheses. */
  aside?: boolean;
}

// No exclamation mark: 5! is a factorial.
const endMarks = '.,;:?"”»’';

/** The tokens of a sentence, in order. */
export function tokensOf(sentence: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const formulas = mathSegments(sentence);
  for (const { start, end, inner } of formulas) {
    words(sentence, at, start, tokens);
    // Punctuation that is glued to a formula.
    const tail = /^(?:\*\*|["”’)])*([.,;:?]?)/.exec(sentence.slice(end, end + 8));
    tokens.push({ start, end, text: '', formula: inner, stop: tail?.[1] ?? '' });
    at = end + (tail?.[0].length ?? 0);
  }
  words(sentence, at, sentence.length, tokens);
  return grouped(sentence, tokens);
}

const wordPattern = new RegExp(String.raw`[${unspaced}]+|[^\s${unspaced}]+`, 'gu');

function words(sentence: string, from: number, to: number, tokens: Token[]): void {
  for (const match of sentence.slice(from, to).matchAll(wordPattern)) {
    // `Total:5`
    let start = from + match.index + (/^\p{L}{2,}:(?=\S)/u.exec(match[0])?.[0].length ?? 0);
    let end = from + match.index + match[0].length;
    while (start < end && '*_`"“”‘’\'«»'.includes(sentence[start] as string) && !/^\*$/.test(match[0]))
      start++;
    const body = trimEndOf(sentence.slice(start, end), `${endMarks}*_\``);
    if (body !== '' && /^\.{3}/.test(sentence.slice(start + body.length, end)) && /\d$/.test(body)) {
      tokens.push({ start, end: start + body.length + 3, text: `${body}...`, stop: '' });
      continue;
    }
    const bare = body === '' ? sentence.slice(start, end) || match[0] : body;
    const rest = sentence.slice(start + body.length, end);
    if (body !== '') end = start + body.length;
    tokens.push({ start, end, text: bare, stop: body === '' ? '' : (/[.,;:?]/.exec(rest)?.[0] ?? '') });
  }
}

/** Most tokens that a bracket is followed over. */
const maxGroup = 24;

/** Brackets with spaces inside (`(1, 2)`, `\frac{x + 1}{2}`) as one token each; remarks in parentheses marked. */
function grouped(sentence: string, tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    let depth = token.formula === undefined ? balance(token.text) : 0;
    let to = at;
    while (depth > 0 && to + 1 < tokens.length && to - at < maxGroup) {
      to++;
      const next = tokens[to] as Token;
      // Not `[0, 1).` with its stop: brackets close before it.
      depth += next.formula === undefined ? balance(sentence.slice(next.start, next.end)) : 0;
    }
    if (to === at || depth > 0) {
      out.push(depth < 0 ? { ...token, text: unopened(token.text) } : token);
      if (depth < 0) (out.at(-1) as Token).end -= token.text.length - unopened(token.text).length;
      continue;
    }
    const inside = tokens.slice(at, to + 1);
    const last = inside.at(-1) as Token;
    const text = sentence.slice(token.start, last.end);
    const remark = inside.some(
      (word) =>
        word.formula === undefined &&
        /(?<![\\\p{L}])\p{L}{2,}/u.test(word.text) &&
        !functionNames.has(word.text.replace(/[^a-z]/g, '')),
    );
    if (!remark || /[\\=^]/.test(token.text)) {
      out.push({ start: token.start, end: last.end, text, stop: last.stop, ...(remark ? {} : {}) });
    } else if (at === 0 && to === tokens.length - 1) out.push(...inside);
    else out.push(...inside.map((word) => ({ ...word, aside: true })));
    at = to;
  }
  return out;
}

function balance(text: string): number {
  let depth = 0;
  for (const char of text) {
    if (char === '(' || char === '[' || char === '{') depth++;
    else if (char === ')' || char === ']' || char === '}') depth--;
  }
  return depth;
}

/** Without the closing brackets at the end that nothing opens. */
export function unopened(text: string): string {
  let body = text;
  for (let count = 0; count < 4 && balance(body) < 0 && /[)\]}]$/.test(body); count++)
    body = body.slice(0, -1);
  return trimEndOf(body, endMarks);
}
