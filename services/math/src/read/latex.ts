/**
 * Normal form of a written answer: one spelling for what LaTeX, Markdown and Unicode write in several ways.
 * One pass over the text with an explicit stack: linear, and no input is too deep.
 */
import { operators } from './characters.ts';

/** Commands that only space or decorate. */
const dropped = new Set(
  `left right middle big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits nolimits rm bf it tt
   boldsymbol bm mathopen mathclose`.split(/\s+/),
);
const spacing = new Set([
  'quad',
  'qquad',
  'enspace',
  'thinspace',
  'medspace',
  'thickspace',
  'space',
  'hfill',
]);

/** Commands whose argument stands for itself, as words. */
const unwrapped = new Set(
  `text textbf textit textrm textsf texttt textnormal mathrm mathbf mathit mathsf mathtt mbox hbox operatorname
   boxed fbox emph underline`.split(/\s+/),
);

/** Commands with arguments that may be single tokens: `\frac34`, `\sqrt2`. */
const argumentCount = new Map([
  ['frac', 2],
  ['sqrt', 1],
]);

/** Other spellings of commands. */
const synonyms = new Map([
  ['dfrac', '\\frac'],
  ['tfrac', '\\frac'],
  ['cfrac', '\\frac'],
  ['le', '\\leq'],
  ['leqslant', '\\leq'],
  ['ge', '\\geq'],
  ['geqslant', '\\geq'],
  ['ne', '\\neq'],
  ['lt', '<'],
  ['gt', '>'],
  ['to', '\\rightarrow'],
  ['cdot', '*'],
  ['times', '*'],
  ['div', '/'],
  ['approx', '≈'],
  ['degree', '°'],
  ['lbrace', '\\{'],
  ['rbrace', '\\}'],
  ['dollar', '$'],
  ['percent', '%'],
  ['euro', '€'],
  ['pounds', '£'],
  ['ldots', '\\dots'],
  ['cdots', '\\dots'],
]);

/** Other spellings of characters. */
const characters = new Map([
  ...operators,
  ['≤', '\\leq'],
  ['≥', '\\geq'],
  ['≠', '\\neq'],
  ['±', '\\pm'],
  ['∞', '\\infty'],
  ['π', '\\pi'],
  ['∪', '\\cup'],
  ['∩', '\\cap'],
  ['∈', '\\in'],
  ['…', '\\dots'],
  ['½', '\\frac{1}{2}'],
  ['⅓', '\\frac{1}{3}'],
  ['⅔', '\\frac{2}{3}'],
  ['¼', '\\frac{1}{4}'],
  ['¾', '\\frac{3}{4}'],
  ['⅕', '\\frac{1}{5}'],
  ['⅛', '\\frac{1}{8}'],
  ['²', '^{2}'],
  ['³', '^{3}'],
  ['º', '°'],
  ['˚', '°'],
]);

/** Zero-width and direction marks: nothing that a reader sees. */
const invisible = /(?:[\u00ad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\u200d|\ufe0f)/;
const white = /[\s\p{Cc}]/u;

/**
 * Normal form of `source`: commands and characters in one spelling, arguments in braces, invisible characters gone,
 * white space as single spaces. Never fails: what is damaged stays as it is.
 */
export function normalise(source: string): string {
  if (/^[A-Za-z0-9 ,.+-]*$/.test(source)) return source.trim().replace(/ {2,}/g, ' ');
  const out: string[] = [];
  /** For each open brace: what closes it, and how many arguments its command still takes after it. */
  const open: { close: string; pending: number }[] = [];
  /** Arguments that the last command still takes. */
  let pending = 0;
  /** A brace here opens an argument, and no mere group. */
  let argument = false;
  let at = 0;

  const space = () => {
    if (out.length > 0 && out.at(-1) !== ' ') out.push(' ');
  };
  const emit = (token: string) => {
    if (pending > 0) {
      out.push('{', token, '}');
      pending--;
      argument = true;
    } else {
      out.push(token);
      argument = false;
    }
  };
  const command = (token: string, takes = 0) => {
    out.push(token);
    pending = takes;
    argument = true;
  };

  while (at < source.length) {
    const char = source[at] as string;
    if (char === '\\') {
      const name = wordAt(source, at + 1);
      at += 1 + Math.max(1, name.length);
      if (name === '') {
        const symbol = source[at - 1] ?? '';
        // `11,\\! 111` is one number.
        if (symbol === '!') at = skipSpaces(source, at);
        else if (symbol === '(' || symbol === ')' || symbol === '[' || symbol === ']') continue;
        else if (white.test(symbol) || ',;:>'.includes(symbol)) space();
        else if (symbol === '{' || symbol === '}' || symbol === '\\') emit(`\\${symbol}`);
        else emit(symbol);
      } else if (dropped.has(name)) {
      } else if (spacing.has(name)) space();
      else if (unwrapped.has(name)) {
        const brace = skipSpaces(source, at);
        if (source[brace] === '{') {
          at = brace + 1;
          const argumentOfOther = pending > 0;
          if (argumentOfOther) out.push('{');
          else space();
          open.push({ close: argumentOfOther ? '}' : ' ', pending: Math.max(0, pending - 1) });
          pending = 0;
        }
      } else {
        const token = synonyms.get(name) ?? `\\${name}`;
        const takes = argumentCount.get(token.slice(1)) ?? 0;
        if (name === 'circ' && undoSuperscript(out, pending)) {
          pending = 0;
          out.push('°');
        } else if (takes > 0 || (token.length > 1 && pending === 0)) command(token, takes);
        else emit(token);
      }
      continue;
    }
    at++;
    switch (char) {
      case '{':
        if (pending > 0 || argument) {
          out.push('{');
          open.push({ close: '}', pending: Math.max(0, pending - 1) });
        } else open.push({ close: '', pending: 0 });
        pending = 0;
        argument = false;
        break;
      case '}': {
        const frame = open.pop();
        if (frame === undefined) emit('}');
        else {
          if (frame.close === ' ') space();
          else if (frame.close === '}' && out.at(-2) === '{' && out.at(-1) === '°') out.splice(-2, 1);
          else if (frame.close !== '') out.push(frame.close);
          pending = frame.pending;
          argument = frame.close === '}';
        }
        break;
      }
      case '^':
      case '_': {
        // Plain text writes 10^10 and 10^-3 without braces.
        const from = skipSpaces(source, at);
        const to = exponentEnd(source, from);
        if (to > from) {
          out.push(char, '{', source.slice(from, to).replace(/[−–]/, '-'), '}');
          at = to;
        } else command(char, 1);
        break;
      }
      case '[':
        // \sqrt[3]{x}: the bracket is no argument, what follows it is.
        if (pending > 0 && out.at(-1) === '\\sqrt') pending = 0;
        else {
          emit(char);
          break;
        }
        out.push(char);
        argument = false;
        break;
      case ']':
        emit(char);
        argument = true;
        break;
      case '~':
        space();
        break;
      default:
        if (char > ' ' && char < '\u007f') emit(char);
        else if (white.test(char)) space();
        else if (!invisible.test(char)) emit(characters.get(char) ?? narrow(char));
    }
  }
  // Braces that leave no trace when they close do so when they do not.
  for (const { close } of open) if (close !== '}') out.push('{');
  return out.join('').trim();
}

/**
 * What two texts share when they differ in nothing but white space that carries no meaning and in the case of words.
 * `normal` is a normal form.
 */
export function textKey(normal: string): string {
  const words = /^[\p{L}' -]*$/u.test(normal) && !/(?:^|[ '-])\p{L}(?:$|[ '-])/u.test(normal);
  const text = words ? normal.toLowerCase() : normal.replaceAll('$', '');
  return text.replace(/(.)? (?=(.)?)/gsu, (_, left = '', right = '') => {
    const meant = (letter.test(left) && letter.test(right)) || (digit.test(left) && digit.test(right));
    return meant ? `${left} ` : left;
  });
}

const letter = /\p{L}/u;
const digit = /\d/;

/** The Latin letters from `at`. */
function wordAt(source: string, at: number): string {
  let end = at;
  while (end < source.length && isLatin(source.charCodeAt(end))) end++;
  return source.slice(at, end);
}

function isLatin(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function skipSpaces(source: string, at: number): number {
  let end = at;
  while (source[end] === ' ') end++;
  return end;
}

/** End of an unbraced exponent or index of several characters, or `at` where there is none. */
function exponentEnd(source: string, at: number): number {
  const sign = '-−–'.includes(source[at] ?? ' ') ? 1 : 0;
  let end = at + sign;
  while (digit.test(source[end] ?? '')) end++;
  return end > at + sign ? end : at;
}

/** Takes back a superscript that turns out to be a degree sign: `^\circ` or the inside of `^{\circ}`. */
function undoSuperscript(out: string[], pending: number): boolean {
  if (pending > 0 && out.at(-1) === '^') {
    out.pop();
    return true;
  }
  if (out.at(-1) === '{' && out.at(-2) === '^') {
    out.splice(-2, 1);
    return true;
  }
  return false;
}

/** Full-width characters as ordinary ones. */
function narrow(char: string): string {
  const code = char.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
}
