/** Digits in the source, with a point and with separators of thousands. */
import { asciiDigit } from './characters.ts';

export interface Numeral {
  /** ASCII digits, with a point at most. */
  readonly text: string;
  /** Offset after it. */
  readonly end: number;
  /** Its groups, where commas that might separate a list are between them. */
  readonly groups?: readonly string[];
}

/** Whether a number starts there: a digit of any script, or a point before one. */
export function startsNumeral(source: string, at: number): boolean {
  return isDigit(source, at) || (source[at] === '.' && isDigit(source, at + 1));
}

/** Reads the digits; separators of thousands that cannot be anything else are left out. */
export function numeralAt(source: string, start: number): Numeral {
  let text = digitsAt(source, start);
  let end = start + text.length;
  let groups: string[] | undefined;
  if (text.length > 0 && text.length <= 3 && text[0] !== '0') {
    for (;;) {
      const separator = separatorAt(source, end);
      if (separator === undefined || !hasThreeDigits(source, separator.end)) break;
      if (separator.plain) groups ??= [text];
      const group = digitsAt(source, separator.end);
      text += group;
      end = separator.end + group.length;
      groups?.push(group);
    }
  }
  // `5.` ends a sentence, or is 5; `5.x` is damaged.
  if (source[end] === '.' && isDigit(source, end + 1)) {
    const places = digitsAt(source, end + 1);
    return { text: `${text}.${places}`, end: end + 1 + places.length };
  }
  return groups === undefined ? { text, end } : { text, end, groups };
}

function isDigit(source: string, at: number): boolean {
  return asciiDigit(source.charCodeAt(at)) !== undefined;
}

function digitsAt(source: string, start: number): string {
  let text = '';
  for (let at = start; ; at++) {
    const digit = asciiDigit(source.charCodeAt(at));
    if (digit === undefined) return text;
    text += digit;
  }
}

/** Whether three digits stand there, and no fourth. */
function hasThreeDigits(source: string, at: number): boolean {
  for (let end = at; end < at + 3; end++) if (!isDigit(source, end)) return false;
  return !isDigit(source, at + 3);
}

/** A separator of thousands: a comma (then it is `plain` and may separate a list), `{,}`, `\,`, `,\!`, a thin space. */
function separatorAt(source: string, at: number): { end: number; plain: boolean } | undefined {
  switch (source[at]) {
    case ',': {
      if (!source.startsWith('\\!', at + 1)) return { end: at + 1, plain: true };
      let end = at + 3;
      while (source[end] === ' ') end++;
      return { end, plain: false };
    }
    case '{':
      return source.startsWith('{,}', at) ? { end: at + 3, plain: false } : undefined;
    case '\\':
      return source[at + 1] === ',' ? { end: at + 2, plain: false } : undefined;
    case ' ':
    case '\u00a0':
    case '\u202f':
    case '\u2009':
    case "'":
      return { end: at + 1, plain: false };
    default:
      return undefined;
  }
}
