/** Splits a source into tokens: one pass, linear, no backtracking. */
import {
  characters,
  circledNumber,
  digraphs,
  expansions,
  faceCommands,
  functions,
  greekLetters,
  idleCommands,
  punctuation,
  subscripts,
  superscripts,
  symbolCommands,
  textCommands,
  tokenOfCommand,
} from './characters.ts';
import { numeralAt, startsNumeral } from './numerals.ts';
import { argumentAt, isJoin, isLetter, latinEnd, wordEnd } from './spans.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Most tokens of an answer. */
export const maxTokens = 10_000;

const latin = /[A-Za-z]/;
const white = /[\s\u00a0\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\u00ad\u061c]/;

/** Deepest nesting of \text and of changes of the type face. */
const maxLevel = 10;

/** One pass over one source. */
export class Lexer {
  readonly #source: string;
  readonly #level: number;
  readonly #tokens: Token[] = [];
  #at = 0;
  #spaced = false;

  constructor(source: string, level = 0) {
    // Each level copies what it holds.
    if (level > maxLevel) throw new Unreadable('too deep');
    this.#source = source;
    this.#level = level;
  }

  /** All of the tokens; throws Unreadable. */
  run(): Token[] {
    while (this.#at < this.#source.length) {
      this.#next();
      if (this.#tokens.length > maxTokens) throw new Unreadable('too long');
    }
    return this.#tokens;
  }

  #push(type: string, text: string, start: number, groups?: readonly string[]): void {
    this.#tokens.push({
      type,
      text,
      at: start,
      end: this.#at,
      spaced: this.#spaced,
      ...(groups === undefined ? {} : { groups }),
    });
    this.#spaced = false;
  }

  #next() {
    const start = this.#at;
    const source = this.#source;
    const char = source[start] as string;
    const code = source.charCodeAt(start);
    if (char === '\\') return this.#command();
    if (char === '~' || char === '$' || white.test(char)) {
      this.#at++;
      this.#spaced = true;
      return;
    }
    if (startsNumeral(source, start)) return this.#number();
    if (char === '.') {
      const dots = source.startsWith('...', start) ? 3 : source.startsWith('..', start) ? 2 : 1;
      this.#at += dots;
      const type = dots > 1 ? '…' : '.';
      return this.#push(type, type, start);
    }
    const two = digraphs.get(source.slice(start, start + 2));
    if (two !== undefined) {
      this.#at += 2;
      return this.#push(two, two, start);
    }
    if (punctuation.has(char) || char === '{' || char === '}') {
      this.#at++;
      return this.#push(char, char, start);
    }
    const same = characters.get(char);
    if (same !== undefined) {
      this.#at++;
      for (const each of same) this.#push(each, each, start);
      return;
    }
    if (superscripts.has(char)) return this.#shifted('^', superscripts);
    if (subscripts.has(char)) return this.#shifted('_', subscripts);
    const greek = greekLetters.get(char);
    if (greek !== undefined) {
      this.#at++;
      return this.#push('letter', greek, start);
    }
    const expansion = expansions.get(char);
    if (expansion !== undefined) {
      this.#at++;
      return this.#inner(expansion, start);
    }
    const circled = circledNumber(code);
    if (circled !== undefined) {
      this.#at++;
      if (this.#tokens.at(-1)?.type === 'number') this.#push(',', ',', start);
      return this.#push('number', String(circled), start);
    }
    if (code >= 0xff01 && code <= 0xff5e) {
      this.#at++;
      const narrow = String.fromCharCode(code - 0xfee0);
      if (latin.test(narrow)) return this.#push('letter', narrow, start);
      if (punctuation.has(narrow)) return this.#push(narrow, narrow, start);
    }
    if (isLetter(char)) return this.#word();
    this.#at++;
    this.#push('other', char, start);
  }

  #number(): void {
    const start = this.#at;
    const { text, end, groups } = numeralAt(this.#source, start);
    this.#at = end;
    this.#push('number', text, start, groups);
  }

  /** Characters above or below the line. */
  #shifted(sign: '^' | '_', table: ReadonlyMap<string, string>): void {
    const start = this.#at;
    let text = '';
    for (;;) {
      const char = table.get(this.#source[this.#at] ?? '');
      if (char === undefined) break;
      text += char;
      this.#at++;
    }
    this.#push(sign, '', start);
    this.#push('{', '{', start);
    this.#inner(text, start);
    this.#push('}', '}', start);
  }

  #word(): void {
    const start = this.#at;
    this.#at = wordEnd(this.#source, start);
    const text = this.#source.slice(start, this.#at);
    this.#push(text.length > 1 || isJoin(text) ? 'word' : 'letter', text, start);
  }

  #command() {
    const start = this.#at;
    const source = this.#source;
    let end = latinEnd(source, start + 1);
    let name = source.slice(start + 1, end);
    if (name === '') return this.#symbol(start);
    // `\quadx` lacks its space.
    const space = /^q?quad(?=.)/.exec(name)?.[0];
    if (space !== undefined) {
      name = space;
      end = start + 1 + space.length;
    }
    this.#at = end;
    const punctuated = tokenOfCommand.get(name);
    if (punctuated !== undefined) return this.#push(punctuated, punctuated, start);
    if (idleCommands.has(name)) {
      // `\left.` and `\right.` are invisible.
      if ((name === 'left' || name === 'right') && source[this.#at] === '.') this.#at++;
      // What these set off is not touched by what stands before.
      this.#spaced ||= name !== 'left' && name !== 'right';
      return;
    }
    if (textCommands.has(name)) {
      const content = this.#argument();
      if (content !== undefined) return this.#text(content, start);
      return;
    }
    if (faceCommands.has(name)) {
      const content = this.#argument();
      if (content === undefined) return;
      return this.#face(name, content, start);
    }
    if (name === 'begin' || name === 'end') {
      const environment = this.#argument() ?? '';
      if (name === 'begin' && environment === 'array') this.#argument();
      return this.#push(name, environment, start);
    }
    if (name === 'textcolor') {
      this.#argument();
      return;
    }
    const symbol = symbolCommands.get(name);
    if (symbol !== undefined) return this.#push('letter', symbol, start);
    return this.#push('command', name, start);
  }

  /** `\text{…}`: what it holds, where that is a formula in words' clothes (a single letter, digits) as such. */
  #text(content: string, start: number) {
    const trimmed = content.trim();
    if (trimmed === '') {
      this.#spaced = true;
      return;
    }
    if (/^[A-Za-z]$/.test(trimmed) || functions.has(trimmed) || trimmed === 'infinity')
      return this.#push(trimmed.length === 1 ? 'letter' : 'word', trimmed, start);
    if (!/[A-Za-z]{2}|[^\x20-\x7e]/.test(trimmed.replaceAll(/\\[a-zA-Z]+/g, '')))
      return this.#inner(trimmed, start);
    // `\text{ apples and }` holds two things.
    for (const part of trimmed.split(/\b(and|or)\b/)) {
      if (part === 'and' || part === 'or') this.#push('word', part, start);
      else if (part.trim() !== '') this.#push('text', part.trim(), start);
    }
  }

  #face(name: string, content: string, start: number) {
    const trimmed = content.trim();
    if (/^[A-Za-z]$/.test(trimmed)) {
      const double = name === 'mathbb' || name === 'Bbb';
      return this.#push(double ? 'double' : 'letter', trimmed, start);
    }
    if (/^[A-Za-z ]+$/.test(trimmed))
      return this.#push(functions.has(trimmed) ? 'word' : 'text', trimmed, start);
    this.#inner(trimmed, start);
  }

  /** Splits what stands for a part of the source, or is held by it. */
  #inner(source: string, start: number): void {
    for (const { type, text, groups } of new Lexer(source, this.#level + 1).run())
      this.#push(type, text, start, groups);
  }

  /** Takes the argument that follows here, where there is one. */
  #argument(): string | undefined {
    const argument = argumentAt(this.#source, this.#at);
    if (argument !== undefined) this.#at = argument.end;
    return argument?.content;
  }

  /** A backslash and no letter. */
  #symbol(start: number) {
    const symbol = this.#source[start + 1] ?? '';
    this.#at = Math.min(start + 2, this.#source.length);
    switch (symbol) {
      case '{':
        return this.#push('⦃', '{', start);
      case '}':
        return this.#push('⦄', '}', start);
      case '\\':
        return this.#push('row', '\\\\', start);
      case '|':
        return this.#push('‖', '‖', start);
      case '%':
        return this.#push('%', '%', start);
      case '&':
        return this.#push('text', 'and', start);
      case '#':
      case '_':
        return this.#push('other', symbol, start);
      default:
        // Spaces, and the marks of formulas.
        this.#spaced = true;
    }
  }
}
