/** Whether a span is plainly a number, with what belongs to it; only asked to decide how much of a text to take. */
import { changingAfter, functionNames } from './words.ts';

/** Longer spans are no plain numbers. */
const maxLength = 200;

const figure = /^(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,6})?/;

/** A number with sign, currency, percent or unit: `$1,234.50`, `-3/4`, `\frac{1}{2}`, `18 eggs per day`, `5 cm^2`. */
export function isPlainNumber(span: string): boolean {
  let rest = unwrapped(span.trim());
  if (rest.length > maxLength) return false;
  rest = rest.replace(/^[-+−–≈~]?\s?(?:US\$|USD|EUR|GBP|Rs\.?|\\?\$|[€£¥₹])?\s?[-+−]?\s?/, '');
  const fraction = /^\\[dtc]?frac\s?(?:\{[-−]?[\d.,]{1,40}\}\s?\{[\d.,]{1,40}\}|\d\s?\d)/.exec(rest);
  if (fraction !== null) rest = rest.slice(fraction[0].length);
  else {
    const number = figure.exec(rest);
    if (number === null) return false;
    rest = rest.slice(number[0].length);
    rest = rest.replace(/^(?:(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\s?[/⁄]\s?\d+|\s\d+\/\d+)/, '');
    rest = rest.replace(/^\\[dtc]?frac\{\d{1,20}\}\{\d{1,20}\}/, '');
  }
  return areUnits(rest.trim());
}

/** Without delimiters of formulas, emphasis, a final stop. */
function unwrapped(span: string): string {
  let text = span.replace(/[.,。।．]$/, '').trim();
  for (const [open, close] of [
    ['**', '**'],
    ['$$', '$$'],
    ['\\[', '\\]'],
    ['\\(', '\\)'],
    ['$', '$'],
  ] as const) {
    if (text.length > open.length + close.length && text.startsWith(open) && text.endsWith(close)) {
      text = text.slice(open.length, -close.length).trim();
    }
  }
  return text.replace(/[.,]$/, '');
}

/** Words that may follow a number without changing it: none of them a number, an operator or a conjunction. */
function areUnits(rest: string): boolean {
  if (rest === '') return true;
  const text = rest
    .replace(/^\\?%/, '')
    .replace(/\\(?:text|mathrm|textrm|mbox|textnormal)\s?\{([^{}]*)\}/g, ' $1 ')
    .replace(/\^\{?(?:\\circ|[23])\}?|[²³°$€£¥₹]|\\,|\\ |\*\*/g, ' ')
    .trim();
  if (text === '') return true;
  const words = text.split(/[\s/]+/);
  return (
    words.length <= 8 &&
    words.every(
      (word, index) =>
        /^\p{L}[\p{L}\p{M}'’.-]*$/u.test(word) &&
        !changingAfter.has(word.toLowerCase()) &&
        !/ない|ありません|아[니닙]|नहीं|[不没]/.test(word) &&
        !stops.has(word.toLowerCase()) &&
        !functionNames.has(word) &&
        // A single letter next to a number is a variable, or one of few units.
        (word.length > 1 || index > 0 || /^[mgslhLJNWV]$/.test(word) || /[^\p{Script=Latin}]/u.test(word)),
    )
  );
}

const stops = new Set(
  'if when unless otherwise where except but not than is are was were equals because since which so then'.split(
    ' ',
  ),
);
