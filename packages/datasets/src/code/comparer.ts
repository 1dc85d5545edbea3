/** Which differences from the stored output a statement forgives: errors of numbers, the case of letters. */
import { followsAny, type Sequence } from './wording.ts';

const tolerance =
  /10\s?\^\s?[{(]?\s?[-−–]\s?\d+|\b10\s?[-−–]\s?\d{1,2}\b|\b\d(?:\.\d+)?e[-−–]\d+|\b0\.0+[1-9]\d*\b/i;
const verdictWords =
  /\b(?:answers?|outputs?|prints?|solutions?|results?|accepted|acceptable|allowed|permitted|tolerated|correct|jury|judge|checker|(?:absolute|relative) (?:or (?:absolute|relative) )?error)\b/i;
const errorWords = /\b(?:errors?|difference|precision|accuracy|deviation|differs?|tolerance)\b/i;
const boundWords =
  /\b(?:exceeds?|than|at most|at least|within|up to|below|under|by|of|accuracy|precision|tolerance)\b|[≤<]|\\leq?\b/i;

/** An error without being called so. */
const errorPhrases: Sequence[] = [
  // The answer must be within 10^-6 of the right one.
  [
    /\b(?:answers?|results?|solutions?|(?:the|your) output|accepted|correct|accurate)\b/i,
    /\b(?:within|accurate)\b/i,
  ],
  // The jury's answer is b; yours is accepted if |a - b| <= 10^-6.
  [/\b(?:accept|jury|judge|checker|correct)/i, /\|\s?a\s?[-−–]\s?b\s?\|/i],
];
/** A result that counts things is no number with an error: `the number of points within 0.05 of the first one`. */
const counted = /\b(?:number of|how many|counts?)\b/i;

const digits =
  /\b(?:at least|accurate to|correct to) (\d+|[a-z]+) (?:significant )?(?:digits?|decimals?|decimal (?:digits?|places))\b/i;
const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const anyCase: Sequence[] = [
  [
    /\b(?:letters?|characters?|words?|strings?|answers?|verdicts?|yes|no)\b/i,
    /\bin any (?:case|register)\b/i,
  ],
  [/\b(?:output|answer|checker|yes|no)\b/i, /\bcase[- ]insensitive\b/i],
  [/\bcase (?:of (?:the )?letters )?(?:does not|doesn't) matter\b/i],
];

/** `floats` with the tolerance that is told, or `tokens(case=fold)`. */
export function comparerOf(sentences: string[]): string | undefined {
  for (const sentence of sentences) {
    if (!verdictWords.test(sentence)) continue;
    const decimals = decimalsOf(sentence);
    if (decimals !== undefined) return `floats(1e-${decimals})`;
    const epsilon = toleranceOf(sentence);
    if (epsilon === undefined) continue;
    const value = numeralOf(epsilon);
    const absolute = /\babsolute\b/i.test(sentence);
    const relative = /\brelative\b/i.test(sentence);
    if (absolute === relative) return `floats(${value})`;
    return absolute ? `floats(abs=${value},rel=0)` : `floats(abs=0,rel=${value})`;
  }
  return sentences.some(tellsCase) ? 'tokens(case=fold)' : undefined;
}

/** Whether a sentence allows letters in any case. */
export function tellsCase(sentence: string): boolean {
  return followsAny(sentence, anyCase);
}

/** The largest error that a sentence allows, as it stands there. */
export function toleranceOf(sentence: string): string | undefined {
  if (!boundWords.test(sentence)) return undefined;
  const told = errorWords.test(sentence) || (!counted.test(sentence) && followsAny(sentence, errorPhrases));
  return told ? tolerance.exec(sentence)?.[0] : undefined;
}

/** How many digits behind the point a sentence asks for. */
function decimalsOf(sentence: string): number | undefined {
  const number = digits.exec(sentence)?.[1]?.toLowerCase();
  if (number === undefined || !/\b(?:point|decimal|dot|comma)\b/i.test(sentence)) return undefined;
  if (/^\d+$/.test(number)) return Number(number);
  const value = numberWords.indexOf(number);
  return value < 0 ? undefined : value;
}

/** `10^{ - 6}`, `10-6` and `1e−6` as 1e-6. */
function numeralOf(text: string): string {
  const plain = text.replace(/[−–]/g, '-').replace(/[\s^{(]/g, '');
  return /^10-\d+$/.test(plain) ? `1e-${Number(plain.slice(3))}` : plain.toLowerCase();
}
