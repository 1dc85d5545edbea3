/** Which tokens of a sentence form an expression together, written without delimiters. */
import { type Token, unopened } from './tokens.ts';
import { functionNames, functions, measures } from './words.ts';

const operator =
  /^(?:[-+*/=×÷·−–<>≤≥≠≈±^∪∩∈:]|<=|>=|!=|x|\\(?:times|cdot|div|pm|leq?|geq?|neq?|approx|cup|cap|in))$/;
const command = /\\(?![()[\]]|text|quad)[a-zA-Z]/;

export function isOperator(token: Token | undefined): boolean {
  return token !== undefined && token.formula === undefined && operator.test(token.text);
}

/** A token with digits that is no word: `18`, `$4`, `1,000.99m²`, `x^2`, `(1, 2)`, but not `3rd`, `COVID-19`. */
export function isNumberToken(token: Token): boolean {
  if (token.formula !== undefined || token.aside || !/\d/.test(token.text)) return false;
  if (/^\d+(?:st|nd|rd|th)$/i.test(token.text)) return false;
  const name = /^\p{L}{2,}/u.exec(token.text)?.[0];
  return (
    name === undefined ||
    /^(?:USD?|Rs|EUR|GBP|CAD|AUD|HK|NT|R)$/.test(name) ||
    functionNames.has(name) ||
    /[=^_(]/.test(token.text)
  );
}

function isMath(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    !token.aside &&
    (token.formula !== undefined ||
      isNumberToken(token) ||
      command.test(token.text) ||
      isFunction(token) ||
      /^[π∞√∅]|^(?:\.{3}|…)[,;]?$/.test(token.text))
  );
}

/** `f(x)`, `sin(x)`, `cos`. */
function isFunction(token: Token): boolean {
  const name = /^[a-zA-Z]+(?=\(|$)/.exec(token.text)?.[0];
  return name !== undefined && (functions.has(name) || (name.length === 1 && token.text.endsWith(')')));
}

function isLetter(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    token.formula === undefined &&
    /^[b-df-hj-zB-HJ-Z]$/.test(token.text) &&
    token.text !== 'y'
  );
}

function isSymbol(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token === undefined || token.aside || !/^\p{L}'?$/u.test(token.text)) return false;
  return isOperator(tokens[at + 1]) && token.stop === '';
}

export function startsRun(tokens: readonly Token[], at: number): boolean {
  return (
    isMath(tokens[at]) ||
    isSymbol(tokens, at) ||
    (isOperator(tokens[at]) && tokens[at]?.text !== 'x' && tokens[at]?.text !== ':')
  );
}

export function continuesRun(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token === undefined || token.aside) return false;
  // `5 $x$ values`
  if (token.formula !== undefined && /^\s*[a-zA-Z]\s*$/.test(token.formula))
    return isOperator(tokens[at - 1]);
  if (isMath(token) || (/^\\text\w{0,6}\{/.test(token.text) && isMath(tokens[at - 1]))) return true;
  // `3 x 4`, `3 x`, `cos x`
  if (isOperator(token)) return token.text !== 'x' || isMath(tokens[at + 1]) || isMath(tokens[at - 1]);
  // `x` after an operator, `5 m`, `3 x`.
  return (
    (/^\p{L}'?$/u.test(token.text) && isOperator(tokens[at - 1])) ||
    (isLetter(token) && isMath(tokens[at - 1])) ||
    (/^[a-z]$/.test(token.text) && functions.has(tokens[at - 1]?.text ?? ''))
  );
}

/** The unit right after a number, as written. */
export function unitAfter(tokens: readonly Token[], at: number): string {
  const next = tokens[at + 1];
  if (tokens[at]?.stop !== '' || next === undefined || next.aside || next.formula !== undefined) return '';
  // `in` is a preposition, but not at the end.
  const known =
    measures.has(next.text.toLowerCase()) || (/^(?:in|mi)$/.test(next.text) && at + 2 === tokens.length);
  return known ? next.text : '';
}

export function wordOf(token: Token): string {
  return token.formula === undefined ? token.text.toLowerCase() : '';
}

/** The right side of a calculation with numbers; anything else as it is. */
export function resultOf(raw: string): string {
  const run = raw.replace(/^[=≈:]\s*/, '');
  const sign = run.lastIndexOf('=');
  if (sign < 0 || /[<>!]$/.test(run.slice(0, sign))) return run;
  const left = run
    .slice(0, sign)
    .replace(/(\d) ?(?:\p{L}{2}|[gmslhLJNWV]|[^\P{L}\p{Script=Latin}])(?![\p{L}(])/gu, '$1')
    .replace(/\/\s?\p{L}{3,}|\\\$/gu, '')
    .replaceAll(' x ', ' ');
  return /[\p{L}\\]/u.test(left) ? run : unopened(run.slice(sign + 1).trim()).trim();
}
