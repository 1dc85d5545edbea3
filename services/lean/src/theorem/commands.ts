/** Where commands begin in a Lean text: by Lean's rule, their words begin one wherever they stand. */
import type { Token } from './tokens.ts';
import { commandWords, hashWords, modifiers, softCommandWords } from './words.ts';

export interface Command {
  /** `theorem`, `#check`, … */
  readonly keyword: string;
  /** What follows the keyword, if it is an identifier. */
  readonly name: string | undefined;
  /** Indices of tokens: its first (a modifier or attribute, perhaps), its keyword, the one after its last. */
  readonly start: number;
  readonly at: number;
  readonly end: number;
  /** Ends in `in`: holds for the next command only. */
  readonly in: boolean;
}

/** What closes each bracket. */
const closing = new Map([
  ['(', ')'],
  ['[', ']'],
  ['@[', ']'],
  ['{', '}'],
  ['⟨', '⟩'],
  ['⦃', '⦄'],
]);
const closers = new Set(closing.values());

export interface Brackets {
  /** For each opening bracket's index the index of what closes it; elsewhere -1. */
  readonly closes: Int32Array;
  /** Brackets that are open before each token. */
  readonly depth: Int32Array;
  /** Index of the first token that closes nothing, or stays open. */
  readonly unbalanced: number | undefined;
}

export function bracketsOf(code: readonly Token[]): Brackets {
  const closes = new Int32Array(code.length).fill(-1);
  const depth = new Int32Array(code.length);
  const open: number[] = [];
  let unbalanced: number | undefined;
  for (const [index, { kind, text }] of code.entries()) {
    const symbol = kind === 'symbol';
    if (symbol && closers.has(text)) {
      const top = open.at(-1);
      if (top !== undefined && closing.get((code[top] as Token).text) === text) {
        open.pop();
        closes[top] = index;
      } else unbalanced ??= index;
    }
    depth[index] = open.length;
    if (symbol && closing.has(text)) open.push(index);
  }
  return { closes, depth, unbalanced: unbalanced ?? open[0] };
}

/** Commands in order; tokens before the first are of none. Linear. */
export function commandsIn(code: readonly Token[], { closes }: Brackets = bracketsOf(code)): Command[] {
  const keywords = keywordsOf(code, closes);
  const commands: Command[] = [];
  let start = -1;
  let at = -1;
  const finish = (end: number) => {
    if (start < 0) return;
    commands.push({ ...heading(code, at, end), start, at, end, in: is(code[end - 1], 'in') && end - 1 > at });
  };
  for (let index = 0; index < code.length; index++) {
    const keyword = keywords[index] as number;
    if (keyword >= 0) {
      finish(index);
      start = index;
      at = keyword;
      index = afterKeyword(code, closes, keyword);
    } else if (is(code[index], '@[')) {
      index = Math.max(index, closes[index] as number);
    }
  }
  finish(code.length);
  return commands;
}

/** Index of the last token that belongs to a command's heading and may look like another command. */
function afterKeyword(code: readonly Token[], closes: Int32Array, keyword: number): number {
  const next = code[keyword + 1];
  const word = (code[keyword] as Token).text;
  if (word === '#' || (word === 'deriving' && is(next, 'instance'))) return keyword + 1;
  if (word === 'class' && (is(next, 'inductive') || is(next, 'abbrev'))) return keyword + 1;
  if (word === 'attribute' && is(next, '[')) return Math.max(keyword, closes[keyword + 1] as number);
  return keyword;
}

function heading(code: readonly Token[], at: number, end: number): Pick<Command, 'keyword' | 'name'> {
  const { text } = code[at] as Token;
  if (text === '#') return { keyword: `#${code[at + 1]?.text}`, name: undefined };
  const second = code[at + 1];
  const first = text === 'class' && (is(second, 'inductive') || is(second, 'abbrev')) ? at + 2 : at + 1;
  const token = first < end ? code[first] : undefined;
  return { keyword: text, name: token?.kind === 'word' ? token.text : undefined };
}

/** For each token the index of the keyword of the command that begins there; -1: none does. */
function keywordsOf(code: readonly Token[], closes: Int32Array): Int32Array {
  const keywords = new Int32Array(code.length).fill(-1);
  for (let index = code.length - 1; index >= 0; index--) {
    const token = code[index] as Token;
    if (token.text === '@[') {
      const close = closes[index] as number;
      if (close >= 0 && close + 1 < code.length) keywords[index] = keywords[close + 1] as number;
    } else if (token.text === '#') {
      if (isHashCommand(token, code[index + 1])) keywords[index] = index;
    } else if (token.kind === 'word' && !isField(code, index)) {
      if (modifiers.has(token.text)) {
        if (index + 1 < code.length) keywords[index] = keywords[index + 1] as number;
      } else if (isKeyword(code, index) && !isTactic(code, index, keywords)) {
        keywords[index] = index;
      }
    }
  }
  return keywords;
}

function isHashCommand(hash: Token, word: Token | undefined): boolean {
  return word?.kind === 'word' && word.start === hash.end && (hash.column0 || hashWords.has(word.text));
}

function isKeyword(code: readonly Token[], index: number): boolean {
  const { text, column0 } = code[index] as Token;
  // A clause of an inductive type; `deriving instance` is the command.
  if (text === 'deriving') return is(code[index + 1], 'instance');
  if (commandWords.has(text)) return true;
  const before = code[index - 1]?.text ?? '';
  return softCommandWords.has(text) && (column0 || modifiers.has(before));
}

/** `x.end`: part of a term. */
function isField(code: readonly Token[], index: number): boolean {
  const before = code[index - 1];
  return before !== undefined && before.text === '.' && before.end === (code[index] as Token).start;
}

/** `open A in` and `set_option o v in` before a tactic or a term. */
function isTactic(code: readonly Token[], index: number, keywords: Int32Array): boolean {
  const end = inAfter(code, index);
  return end !== undefined && end + 1 < code.length && (keywords[end + 1] as number) < 0;
}

/** Index of the `in` of an `open` or `set_option`. */
function inAfter(code: readonly Token[], index: number): number | undefined {
  const { text } = code[index] as Token;
  if (text === 'set_option') return is(code[index + 3], 'in') ? index + 3 : undefined;
  if (text !== 'open') return undefined;
  for (let at = index + 1; at < code.length; at++) {
    const token = code[at] as Token;
    if (token.text === 'in') return at;
    if (
      token.kind === 'word' ? commandWords.has(token.text) : !['(', ')', '→', '->', ','].includes(token.text)
    ) {
      return undefined;
    }
  }
  return undefined;
}

export function is(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.text === text;
}
