/**
 * Lean 4's lexical grammar, as far as it is the same in all versions and with all notations: comments, strings, characters,
 * dotted and quoted identifiers, numbers. All else is an operator. Linear in the text, whatever it holds.
 */

export type TokenKind = 'word' | 'number' | 'string' | 'char' | 'symbol' | 'comment';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Whether it begins a line. */
  readonly column0: boolean;
  /** Why Lean would not read it. */
  readonly fault?: string;
}

/**
 * All of a text but its white space. An identifier is one token with its dots (`Nat.succ`), `@[` is one, `#eval` and `.{` are
 * two. An interpolated string (`s!`, `m!`, `f!`) is cut at its holes: `"a{`, then the hole's tokens, then `}b"`.
 */
export function tokensOf(text: string): Token[] {
  return new Lexer(text).run();
}

/** Tokens without comments. */
export function codeOf(text: string): Token[] {
  return tokensOf(text).filter(({ kind }) => kind !== 'comment');
}

/** Operators of several characters: the longest that fits is taken. Those of Mathlib that end in `'` are among them. */
// biome-ignore format: a table
const operators = [
  ':=', '=>', '->', '<-', '<->', '==', '!=', '<=', '>=', '&&', '||', '++', '::', '..', '...', '<;>', '<|', '|>', '|>.',
  '<|>', '<$>', '<*>', '<*', '*>', '>>=', '>>', '<<<', '>>>', '|||', '&&&', '^^^', '//', '/\\', '\\/', '@[', "''",
  "⁻¹'", "∑'", "∏'", '⁻¹', '∑ᶠ', '∏ᶠ', '∃!',
];

const operatorsBy = new Map<string, string[]>();
for (const operator of operators.toSorted((a, b) => b.length - a.length)) {
  const first = operator.charAt(0);
  operatorsBy.set(first, [...(operatorsBy.get(first) ?? []), operator]);
}

/** Letters outside ASCII that all versions of Lean 4 take in identifiers. */
function isLetterLike(code: number): boolean {
  return (
    (code >= 0x3b1 && code <= 0x3c9 && code !== 0x3bb) ||
    (code >= 0x391 && code <= 0x3a9 && code !== 0x3a0 && code !== 0x3a3) ||
    (code >= 0x3ca && code <= 0x3fb) ||
    (code >= 0x1f00 && code <= 0x1ffe) ||
    (code >= 0x2100 && code <= 0x214f) ||
    (code >= 0x1d49c && code <= 0x1d59f)
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function beginsWord(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
  return isLetterLike(code);
}

function continuesWord(code: number): boolean {
  if (code < 128) return beginsWord(code) || isDigit(code) || code === 39 || code === 33 || code === 63;
  return (
    isLetterLike(code) ||
    (code >= 0x2080 && code <= 0x2089) ||
    (code >= 0x2090 && code <= 0x209c) ||
    (code >= 0x1d62 && code <= 0x1d6a)
  );
}

const interpolating = new Set(['s!', 'm!', 'f!']);
const digitsOf: Readonly<Record<string, RegExp>> = {
  b: /[01_]*/y,
  o: /[0-7_]*/y,
  x: /[0-9a-fA-F_]*/y,
};

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  /** For each open hole of a string: how many of its braces are open. */
  readonly #holes: number[] = [];
  #at = 0;
  /** There is no `»` from here on. */
  #unquoted = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Token[] {
    const text = this.#text;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === 32 || code === 10 || code === 9 || code === 13) this.#at++;
      else this.#next(code);
    }
    const last = this.#tokens.at(-1);
    if (this.#holes.length > 0 && last !== undefined && last.fault === undefined) {
      this.#tokens[this.#tokens.length - 1] = { ...last, fault: 'the string that it stands in has no end' };
    }
    return this.#tokens;
  }

  #next(code: number): boolean {
    const text = this.#text;
    const at = this.#at;
    const second = text.charCodeAt(at + 1);
    if (code === 45 && second === 45) return this.#lineComment();
    if (code === 47 && second === 45) return this.#blockComment();
    if (code === 34) return this.#string(1, this.#interpolated());
    if (code === 39 && second !== 39 && this.#char()) return true;
    if (isDigit(code)) return this.#number();
    if (code === 114 && (second === 34 || second === 35) && this.#raw()) return true;
    const point = code >= 0xd800 ? (text.codePointAt(at) as number) : code;
    if (point === 0xab || beginsWord(point)) return this.#word();
    if (this.#holes.length > 0) {
      const depth = this.#holes.at(-1) as number;
      if (code === 123) this.#holes[this.#holes.length - 1] = depth + 1;
      if (code === 125 && depth > 0) this.#holes[this.#holes.length - 1] = depth - 1;
      if (code === 125 && depth === 0) {
        this.#holes.pop();
        return this.#string(1, true);
      }
    }
    return this.#symbol(point);
  }

  #push(kind: TokenKind, end: number, fault?: string): true {
    const start = this.#at;
    const column0 = start === 0 || this.#text.charCodeAt(start - 1) === 10;
    const text = this.#text.slice(start, end);
    this.#tokens.push(
      fault === undefined ? { kind, text, start, end, column0 } : { kind, text, start, end, column0, fault },
    );
    this.#at = end;
    return true;
  }

  #lineComment(): true {
    const end = this.#text.indexOf('\n', this.#at);
    return this.#push('comment', end < 0 ? this.#text.length : end);
  }

  #blockComment(): true {
    const text = this.#text;
    let depth = 1;
    let at = this.#at + 2;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === 45 && text.charCodeAt(at + 1) === 47) {
        at += 2;
        if (--depth === 0) return this.#push('comment', at);
      } else if (code === 47 && text.charCodeAt(at + 1) === 45) {
        at += 2;
        depth++;
      } else at++;
    }
    return this.#push('comment', text.length, 'the comment has no end');
  }

  #interpolated(): boolean {
    const last = this.#tokens.findLast(({ kind }) => kind !== 'comment');
    return last?.kind === 'word' && interpolating.has(last.text);
  }

  /** From its quote, or from the brace that ends a hole. */
  #string(skip: number, holes: boolean): true {
    const text = this.#text;
    let fault: string | undefined;
    let at = this.#at + skip;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === 34) return this.#push('string', at + 1, fault);
      if (code === 123 && holes) {
        this.#push('string', at + 1, fault);
        this.#holes.push(0);
        return true;
      }
      if (code === 92) {
        const length = escapeLength(text, at, holes);
        if (length === 0) fault ??= 'the string has an escape that Lean does not know';
        at += Math.max(length, 1);
      } else at++;
    }
    return this.#push('string', text.length, 'the string has no end');
  }

  /** `r"…"`, `r#"…"#`. */
  #raw(): boolean {
    const text = this.#text;
    let at = this.#at + 1;
    while (text.charCodeAt(at) === 35) at++;
    if (text.charCodeAt(at) !== 34) {
      // Not raw: `r`, and the rest is read again. Runs of `#` are then read at most twice.
      return false;
    }
    const marks = at - this.#at - 1;
    const end = marks > 100 ? -1 : text.indexOf(`"${'#'.repeat(marks)}`, at + 1);
    if (end < 0) this.#push('string', text.length, 'the string has no end');
    else this.#push('string', end + at - this.#at);
    return true;
  }

  #char(): boolean {
    const text = this.#text;
    const at = this.#at + 1;
    const code = text.codePointAt(at);
    if (code === undefined) return false;
    const length = code === 92 ? escapeLength(text, at, false) : code > 0xffff ? 2 : 1;
    if (length === 0 || text.charCodeAt(at + length) !== 39) return false;
    this.#push('char', at + length + 1);
    return true;
  }

  #number(): true {
    const text = this.#text;
    const start = this.#at;
    const radix = text.charAt(start + 1).toLowerCase();
    const other = text.charCodeAt(start) === 48 ? digitsOf[radix] : undefined;
    if (other !== undefined && (radix === 'b' || radix === 'o' || radix === 'x')) {
      other.lastIndex = start + 2;
      return this.#push('number', start + 2 + (other.exec(text)?.[0].length ?? 0));
    }
    let at = digits(text, start);
    // `h.1.2` are two fields.
    const field = text.charCodeAt(start - 1) === 46;
    if (!field && text.charCodeAt(at) === 46 && isDigit(text.charCodeAt(at + 1))) at = digits(text, at + 1);
    const exponent = text.charCodeAt(at) | 32;
    if (!field && exponent === 101) {
      const sign = text.charCodeAt(at + 1);
      const from = sign === 43 || sign === 45 ? at + 2 : at + 1;
      if (isDigit(text.charCodeAt(from))) at = digits(text, from);
    }
    return this.#push('number', at);
  }

  #word(): true {
    const text = this.#text;
    let at = this.#at;
    while (true) {
      if (text.charCodeAt(at) === 0xab) {
        const end = at < this.#unquoted ? text.indexOf('»', at) : -1;
        if (end < 0) {
          this.#unquoted = Math.min(this.#unquoted, at);
          return this.#push('word', at + 1, 'the identifier in « has no »');
        }
        at = end + 1;
      } else {
        let code = text.codePointAt(at);
        while (code !== undefined && continuesWord(code)) {
          at += code > 0xffff ? 2 : 1;
          code = text.codePointAt(at);
        }
      }
      const next = text.charCodeAt(at) === 46 ? text.codePointAt(at + 1) : undefined;
      if (next === undefined || !(next === 0xab || beginsWord(next))) break;
      at++;
    }
    return this.#push('word', at);
  }

  #symbol(point: number): true {
    const text = this.#text;
    const at = this.#at;
    for (const operator of operatorsBy.get(text.charAt(at)) ?? []) {
      if (text.startsWith(operator, at)) return this.#push('symbol', at + operator.length);
    }
    return this.#push('symbol', at + (point > 0xffff ? 2 : 1));
  }
}

function digits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === 95) at++;
  return at;
}

const escapes = /\\(?:[\\"'rnt]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/y;
const gap = /\\[ \t\r]*\n[ \t\r]*/y;

/** Of the escape at a backslash; 0: there is none. `\{` is one in interpolated strings, a gap is one in all strings. */
function escapeLength(text: string, at: number, holes: boolean): number {
  if (holes && text.charCodeAt(at + 1) === 123) return 2;
  escapes.lastIndex = at;
  gap.lastIndex = at;
  return (escapes.exec(text) ?? gap.exec(text))?.[0].length ?? 0;
}
