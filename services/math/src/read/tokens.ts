/** Splits a written answer (LaTeX, Unicode or plain text) into tokens: one pass, linear, no backtracking. */
import {
  accentCommands,
  asciiDigit,
  characters,
  circledNumber,
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
import { Unreadable } from './unreadable.ts';

export interface Token {
  /**
   * `number`, `letter` (one symbol), `word` (a run of letters), `text` (what `\text` holds), `command`, `begin`, `end` (an environment), `row` (`\\`), or
   * the character itself for punctuation. `⦃` and `⦄` are the visible braces `\{` and `\}`; `{` and `}` group.
   */
  readonly type: string;
  readonly text: string;
  /** Offsets in the text that was split. */
  readonly at: number;
  readonly end: number;
  /** White space, or a spacing command, stands before it. */
  readonly spaced: boolean;
  /** Of a number written with thousands separators without spaces (`1,234`): its groups. */
  readonly groups?: readonly string[];
}

/** What was mended on the way, for the verdict. */
export type Repair = 'doubled backslashes' | 'eaten backslashes' | 'html' | 'missing braces';

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The text that the offsets are of. */
  readonly source: string;
  readonly repairs: readonly Repair[];
}

/** Most tokens of an answer. */
export const maxTokens = 10_000;

/** Splits; throws Unreadable where there are too many tokens. */
export function tokenize(text: string): Tokens {
  const { source, repairs } = repair(text);
  return { tokens: new Lexer(source).run(), source, repairs };
}

/** Commands whose backslash string escapes eat: `\t` of `\text`, `\f` of `\frac`, … */
const eaten = new Map([
  ['\t', /^(?:ext|imes|an|heta|frac|au|o\b|riangle)/],
  ['\f', /^(?:rac|box|orall)/],
  ['\b', /^(?:inom|ar|eta|egin|oxed|ig|f\b)/],
  ['\r', /^(?:ight|ho|angle|ceil|floor)/],
  ['\v', /^(?:ec|arphi|ert)/],
  ['\u0007', /^(?:lpha|ngle|pprox)/],
]);
const eatenLetters = new Map([
  ['\t', 't'],
  ['\f', 'f'],
  ['\b', 'b'],
  ['\r', 'r'],
  ['\v', 'v'],
  ['\u0007', 'a'],
]);

function repair(text: string): { source: string; repairs: Repair[] } {
  const repairs: Repair[] = [];
  let source = text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the damage that is looked for
  if (/[\t\f\x08\r\v\x07][a-z]/.test(source)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the damage that is looked for
    const mended = source.replace(/[\t\f\x08\r\v\x07](?=[a-z])/g, (char, at: number) =>
      eaten.get(char)?.test(source.slice(at + 1, at + 10)) ? `\\${eatenLetters.get(char)}` : char,
    );
    if (mended !== source) repairs.push('eaten backslashes');
    source = mended;
  }
  // A doubled backslash before a command is an escape that was not undone; between rows it stands before other things.
  if (
    /\\\\(?:[a-zA-Z]{2}|[{}()[\]$%,!])/.test(source) &&
    !/\\begin|\\\\\\\\/.test(source.replaceAll('\\\\begin', ''))
  ) {
    source = source.replaceAll('\\\\', '\\');
    repairs.push('doubled backslashes');
  } else if (source.includes('\\\\\\\\') || source.includes('\\\\begin')) {
    source = source.replaceAll('\\\\', '\\');
    repairs.push('doubled backslashes');
  }
  if (/<\/?su[bp]>/i.test(source)) {
    source = source
      .replace(/<su([bp])>/gi, (_, kind: string) => (kind.toLowerCase() === 'p' ? '^{' : '_{'))
      .replace(/<\/su[bp]>/gi, '}');
    repairs.push('html');
  }
  return { source, repairs };
}

const latin = /[A-Za-z]/;
const letter = /\p{L}|\p{M}/u;
const white = /[\s\u00a0\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\u00ad\u061c]/;

/** Chinese conjunctions: no spaces set them off. */
const joins = new Set(['或', '且', '和', '与', '及']);

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #spaced = false;

  constructor(source: string) {
    this.#source = source;
  }

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
    if (char === '~' || white.test(char)) {
      this.#at++;
      this.#spaced = true;
      return;
    }
    if (
      asciiDigit(code) !== undefined ||
      (char === '.' && asciiDigit(source.charCodeAt(start + 1)) !== undefined)
    ) {
      return this.#number();
    }
    if (char === '.') {
      const dots = source.startsWith('...', start) ? 3 : source.startsWith('..', start) ? 2 : 1;
      this.#at += dots;
      if (dots > 1) return this.#push('…', '…', start);
      return this.#push('.', '.', start);
    }
    if (char === '$') {
      this.#at++;
      this.#spaced = true;
      return;
    }
    const two = twoCharacters.get(source.slice(start, start + 2));
    if (two !== undefined) {
      this.#at += 2;
      // Python's power, and not the end of emphasis.
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
    if (superscripts.has(char) || subscripts.has(char))
      return this.#raised(superscripts.has(char) ? superscripts : subscripts);
    const greek = greekLetters.get(char);
    if (greek !== undefined) {
      this.#at++;
      return this.#push('letter', greek, start);
    }
    const expansion = expansions.get(char);
    if (expansion !== undefined) {
      this.#at++;
      for (const token of new Lexer(expansion).run()) {
        this.#push(token.type, token.text, start);
      }
      return;
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
    if (letter.test(char) || (code >= 0xd800 && code <= 0xdfff)) return this.#word();
    this.#at++;
    this.#push('other', char, start);
  }

  /** Digits with a point; thousands separators that cannot be anything else are left out. */
  #number(): void {
    const source = this.#source;
    const start = this.#at;
    const digits = (): string => {
      let text = '';
      for (;;) {
        const digit = asciiDigit(source.charCodeAt(this.#at));
        if (digit === undefined) return text;
        text += digit;
        this.#at++;
      }
    };
    let text = digits();
    let groups: string[] | undefined;
    if (text.length > 0 && text.length <= 3 && text[0] !== '0') {
      for (;;) {
        const separator = separatorPattern(source, this.#at);
        if (separator === undefined || !threeDigits(source, separator.end)) break;
        if (separator.plain) groups ??= [text];
        this.#at = separator.end;
        const group = digits();
        text += group;
        groups?.push(group);
      }
    }
    if (source[this.#at] === '.' && source[this.#at + 1] !== '.') {
      const digit = asciiDigit(source.charCodeAt(this.#at + 1));
      // `5.` ends a sentence, or is 5; `5.x` is damaged.
      if (digit !== undefined) {
        this.#at++;
        text += `.${digits()}`;
        groups = undefined;
      }
    }
    this.#push('number', text, start, groups);
  }

  #raised(table: ReadonlyMap<string, string>): void {
    const start = this.#at;
    let text = '';
    while (table.has(this.#source[this.#at] ?? '')) {
      text += table.get(this.#source[this.#at] as string);
      this.#at++;
    }
    this.#push(table === superscripts ? '^' : '_', '', start);
    this.#push('{', '{', start);
    for (const token of new Lexer(text).run()) this.#push(token.type, token.text, start);
    this.#push('}', '}', start);
  }

  #word(): void {
    const start = this.#at;
    if (joins.has(this.#source[start] as string)) {
      this.#at++;
      this.#push('word', this.#source[start] as string, start);
      return;
    }
    let end = start;
    if (latin.test(this.#source[start] as string)) while (latin.test(this.#source[end] ?? '')) end++;
    while (end < this.#source.length) {
      const code = this.#source.charCodeAt(end);
      const char = this.#source[end] as string;
      if (
        !(letter.test(char) || (code >= 0xd800 && code <= 0xdfff)) ||
        greekLetters.has(char) ||
        joins.has(char) ||
        expansions.has(char)
      )
        break;
      end++;
    }
    // `1orx = 2` lacks its spaces.
    const glued = /^(?:or|and)(?=[A-Z]|x$|y$)/.exec(this.#source.slice(start, start + 4))?.[0];
    this.#at = glued === undefined ? Math.max(end, start + 1) : start + glued.length;
    const text = this.#source.slice(start, this.#at);
    this.#push(text.length === 1 ? 'letter' : 'word', text, start);
  }

  #command() {
    const start = this.#at;
    const source = this.#source;
    let end = start + 1;
    while (latin.test(source[end] ?? '')) end++;
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
    if (symbol !== undefined && !accentCommands.has(name)) return this.#push('letter', symbol, start);
    return this.#push('command', name, start);
  }

  /** `\text{…}`: what it holds, where that is a formula in words' clothes (a single letter, digits) as such. */
  #text(content: string, start: number) {
    const trimmed = content.trim();
    if (trimmed === '') {
      this.#spaced = true;
      return;
    }
    if (/^[A-Za-z]$/.test(trimmed) || functions.has(trimmed))
      return this.#push(trimmed.length === 1 ? 'letter' : 'word', trimmed, start);
    if (!/[A-Za-z]{2}|[^\x20-\x7e]/.test(trimmed.replaceAll(/\\[a-zA-Z]+/g, ''))) {
      const end = this.#at;
      for (const token of new Lexer(trimmed).run()) {
        this.#push(token.type, token.text, start, token.groups);
        if (this.#tokens.length > maxTokens) throw new Unreadable('too long');
      }
      this.#at = end;
      return;
    }
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
    const end = this.#at;
    for (const token of new Lexer(trimmed).run()) {
      this.#push(token.type, token.text, start, token.groups);
      if (this.#tokens.length > maxTokens) throw new Unreadable('too long');
    }
    this.#at = end;
  }

  /** What the braces hold that follow here, or the one character; undefined, and nothing taken, where they do not close. */
  #argument(): string | undefined {
    const source = this.#source;
    let at = this.#at;
    while (source[at] === ' ') at++;
    if (source[at] !== '{') {
      if (at >= source.length || source[at] === '\\') return undefined;
      this.#at = at + 1;
      return source.slice(at, at + 1);
    }
    let depth = 0;
    for (let end = at; end < source.length; end++) {
      const char = source.charCodeAt(end);
      if (char === 92) end++;
      else if (char === 123) depth++;
      else if (char === 125 && --depth === 0) {
        this.#at = end + 1;
        return source.slice(at + 1, end);
      }
    }
    // None of those further right closes either: nothing is scanned twice.
    throw new Unreadable('a brace is not closed');
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

const twoCharacters = new Map([
  ['<=', '≤'],
  ['>=', '≥'],
  ['=<', '≤'],
  ['!=', '≠'],
  ['==', '='],
  ['**', '^'],
  ['->', '→'],
  ['=>', '⇒'],
  ['+-', '±'],
]);

function threeDigits(source: string, at: number): boolean {
  for (let end = at; end < at + 3; end++) if (asciiDigit(source.charCodeAt(end)) === undefined) return false;
  return asciiDigit(source.charCodeAt(at + 3)) === undefined;
}

/** A thousands separator: a comma (then it is `plain` and may separate a list), `{,}`, `\,`, `,\!`, a thin space. */
function separatorPattern(source: string, at: number): { end: number; plain: boolean } | undefined {
  const char = source[at];
  if (char === ',') {
    if (source.startsWith('\\!', at + 1)) {
      let end = at + 3;
      while (source[end] === ' ') end++;
      return { end, plain: false };
    }
    return { end: at + 1, plain: true };
  }
  if (char === '{' && source.startsWith('{,}', at)) return { end: at + 3, plain: false };
  if (char === '\\' && source[at + 1] === ',') return { end: at + 2, plain: false };
  if (
    char === ' ' ||
    char === '\u00a0' ||
    char === '\u202f' ||
    char === '\u2009' ||
    char === "'" ||
    char === '_'
  ) {
    return threeDigits(source, at + 1) && char !== '_' ? { end: at + 1, plain: false } : undefined;
  }
  return undefined;
}
