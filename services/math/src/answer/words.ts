/** Answers that are single words, times of day and lettered choices: what is read before formulas are. */
import { lowestTerms, type Rational } from '../expression/rational.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';
const tens = 'thirty forty fifty sixty seventy eighty ninety';

const numerals = new Map([
  ...small.split(' ').map((word, at) => [word, at] as const),
  ...tens.split(' ').map((word, at) => [word, 10 * (at + 3)] as const),
]);

const denominators = new Map([
  ['half', 2],
  ['halve', 2],
  ['quarter', 4],
  ...'third fourth fifth sixth seventh eighth ninth tenth'
    .split(' ')
    .map((word, at) => [word, at + 3] as const),
]);

/** The number that words say, up to 99 or as a simple fraction (`two thirds`); undefined where they say none. */
export function numberOfWords(words: string): Rational | undefined {
  const [first = '', second, ...others] = words.toLowerCase().split(/[ -]/, 3);
  const count = first === 'a' && second !== undefined ? 1 : numerals.get(first);
  if (count === undefined || others.length > 0) return undefined;
  if (second === undefined) return rational(count, 1);
  const unit = numerals.get(second);
  if (unit !== undefined)
    return count >= 20 && unit >= 1 && unit <= 9 ? rational(count + unit, 1) : undefined;
  const parts = denominators.get(second.replace(/s$/, ''));
  return parts === undefined || count < 1 || count > 9 ? undefined : rational(count, parts);
}

function rational(num: number, den: number): Rational {
  return lowestTerms(BigInt(num), BigInt(den));
}

/** Words that are short enough to look like a product of variables. */
const shortWords = new Set('yes no odd all any dne'.split(' '));

/** Whether an answer of a few letters is a word, or a name (Ann). */
export function isShortWord(text: string): boolean {
  return shortWords.has(text.toLowerCase()) || /^[A-Z](?:[aeiou][a-z]|[a-z][aeiou])$/.test(text);
}

const clockPattern = /^(\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))? ?([ap])\.? ?m\.?$/i;

export interface Clock {
  readonly hours: number;
  readonly minutes: number;
  /** `h:mm`, or `h:mm:ss`, with ` am` or ` pm`. */
  readonly text: string;
}

/** `3 PM`, `10:30 a.m.`; undefined for anything else. `normal` is a normal form. */
export function readClock(normal: string): Clock | undefined {
  const [, hours, minutes = '00', seconds, half] = clockPattern.exec(normal) ?? [];
  if (hours === undefined || half === undefined || Number(hours) < 1 || Number(hours) > 12) return undefined;
  const text = `${Number(hours)}:${minutes}${seconds === undefined ? '' : `:${seconds}`} ${half.toLowerCase()}m`;
  return { hours: Number(hours), minutes: Number(minutes), text };
}

/** Whether two times of day may be the same: `3:45 pm` is 15:45, and 3:45 where the half of the day goes without saying. */
export function sameClock(a: string, b: string): boolean {
  const [[timeA = '', halfA], [timeB = '', halfB]] = [a.split(' '), b.split(' ')];
  if (timeA === timeB) return halfA === undefined || halfB === undefined || halfA === halfB;
  if ((halfA === undefined) === (halfB === undefined)) return false;
  return halfA === undefined ? timeA === onDay(timeB, halfB) : onDay(timeA, halfA) === timeB;
}

/** `3:45` and `pm`: 15:45. */
function onDay(time: string, half: string | undefined): string {
  const colon = time.indexOf(':');
  return `${(Number(time.slice(0, colon)) % 12) + (half === 'pm' ? 12 : 0)}${time.slice(colon)}`;
}

const choicePatterns = [
  /^\(([A-J])\) ?(?![\s(*/+=<>^_|,;-]|and |or |\\(?:cup|cap|setminus|in|to|rightarrow|leq|geq|neq|pm)(?![A-Za-z]))(.+)$/,
  /^([A-J])[).:] (.+)$/,
];

/** `(B) 24`, `B. 24`: the letter and what it stands for. `normal` is a normal form. */
export function readChoice(normal: string): { readonly letter: string; readonly rest: string } | undefined {
  if (normal.length > 300) return undefined;
  for (const pattern of choicePatterns) {
    const [, letter, rest] = pattern.exec(normal) ?? [];
    if (letter !== undefined && rest !== undefined) return { letter, rest };
  }
  return undefined;
}
