/** Texts of one line that are nothing but their answer. */
import { choiceIn, refutedAfter } from './choices.ts';
import type { Extraction } from './extraction.ts';
import { isProse, isSentence } from './language.ts';
import { isPlainNumber } from './numbers.ts';
import { answerParts } from './parts.ts';
import { unquoted } from './phrases.ts';
import { trimEndOf } from './scan.ts';
import { mathSegments } from './segments.ts';
import { fromPart, lastBold, resultRow, withoutEmphasis } from './shown.ts';
import { functionNames, numberWords } from './words.ts';

/** A longer line is prose and no answer. */
export const maxLine = 400;

/** Sentences that say that there is no answer, or break off before it. */
const noAnswer =
  /^(?:(?:so|thus|therefore|hence)?,? ?(?:the|my|our)? ?(?:final )?answer(?: is)?|(?:sorry,? |unfortunately,? )?(?:i|we) (?:do not|don't|don’t|cannot|can't|can’t|am not|could not) .*|unknown|n\/a|idk)[ .:…!*]*$/i;

/** The whole line, where it says anything at all. */
export function whole(text: string): Extraction | undefined {
  return text === '' || text.length > maxLine || noAnswer.test(text)
    ? undefined
    : { span: text, how: 'whole text' };
}

/** A text that is nothing but its answer. */
export function bareAnswer(text: string): Extraction | undefined {
  if (text === '' || text.length > maxLine) return undefined;
  const formulas = mathSegments(text);
  const [only] = formulas;
  const around = only === undefined ? '' : text.slice(0, only.start) + text.slice(only.end);
  if (only !== undefined && formulas.length === 1 && /^[\s.,:*]*$/.test(around)) {
    return { span: resultRow(only.inner), how: 'formula' };
  }
  const boldChoice = /^\*\*(\(?[A-J][).][^*]{1,200})\*\*[.。]?$/.exec(text)?.[1];
  if (boldChoice !== undefined) return { span: boldChoice.trim(), how: 'bold' };
  const bold = lastBold(text);
  if (bold !== undefined) return { span: bold, how: 'bold' };
  const quoted = unquoted(text);
  if (quoted !== text) return { span: quoted, how: 'whole text' };
  if (isPlainNumber(text)) return { span: trimEndOf(text, '。।．'), how: 'last line' };
  const figure = /^([^()]{1,60}) \(([^()]{1,60})\)\.?$/.exec(text);
  if (figure?.[1] !== undefined && figure[2] !== undefined) {
    if (isPlainNumber(figure[1]) && areNumberWords(figure[2])) return { span: figure[1], how: 'last number' };
    if (isPlainNumber(figure[2]) && areNumberWords(figure[1])) return { span: figure[2], how: 'last number' };
  }
  const counted = withCounter(text);
  if (counted !== undefined) return { span: counted, how: 'answer line' };
  if (
    /^(?:I |we )?(?:choose|select|pick|option|choice|chọn)\b/i.test(text) ||
    /[选選]\s?\(?[A-J]/.test(text)
  ) {
    return choiceIn(text) ?? whole(text);
  }
  // `B。不是 A`, `B is wrong`
  if (/^\(?[A-J]\)?(?:['’\s]|选?项)/.test(text) && refutedAfter(text.replace(/^\(?[A-J]\)?/, ''))) {
    return choiceIn(text);
  }
  if (/(?:not|不是|nicht|pas|non|не) \(?[A-J]\b/iu.test(text)) return choiceIn(text);
  if (/^(?:it['’]?s|i['’](?:d|ll)|i|we|both|neither)\s.*(?<![A-Za-z])[A-J](?![A-Za-z])/i.test(text)) {
    const letter = choiceIn(text);
    if (letter !== undefined) return letter;
  }
  if (/^(?:一?共|总共|共有|合計|合计|全部で)\s?\d/.test(text)) return undefined;
  const hedged = text.replace(
    /^(?:it['’]?s|it is|maybe|perhaps|probably|at|a total of|about|approximately|around|roughly|exactly|only|just|i think|\*|•)\s+/i,
    '',
  );
  if (hedged !== text && isPlainNumber(hedged)) return { span: trimEndOf(hedged, '.'), how: 'last number' };
  if (isSentence(text) || /[-+*/=×÷]\s*\\?\$?$/.test(text)) return undefined;
  if (/\d/.test(text) && /^(?:not|nicht|pas|не)\s|\s(?:equals|is equal to)\s/i.test(text)) return undefined;
  // `Total: 2,74 $`
  const label = /^[*_]{0,3}[\p{L}\p{Script=Han}][\p{L}\p{M} ]{0,60}:[*_]{0,3}\s?(?=\S)/u.exec(text)?.[0];
  if (label !== undefined && (/^[*\p{Script=Han}]/u.test(label) || /^\p{L}[^:]{2,60}:\s/u.test(label))) {
    const parts = answerParts(text.slice(label.length));
    const [part] = parts;
    if (parts.length === 1 && part !== undefined && !part.partial && !part.negated) {
      return /^\*{0,3}\p{Script=Han}/u.test(label) ? { span: part.span, how: 'answer line' } : fromPart(part);
    }
  }
  // Calculations.
  if (/\d\s*=/.test(text) && isProse(text)) return undefined;
  return { span: withoutEmphasis(text), how: 'whole text' };
}

/** `forty-two` */
function areNumberWords(text: string): boolean {
  return text.split(/[\s-]+/).every((word) => numberWords.has(word.toLowerCase()));
}

/** An answer with a line for each of its parts: `a = 5`, `(b) 6`. */
export function assignments(text: string): Extraction | undefined {
  if (text.length > maxLine) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const all = lines.every(
    (line) => /^(?:\(?[a-z]\)\s?|[A-Za-z]\w{0,3} ?=)[^=]{1,60}$/.test(line) && !isProse(line),
  );
  return all && lines.length <= 8 ? { span: lines.join(', '), how: 'whole text' } : undefined;
}

/** `3 × 12 = 36(个)`: the result of a calculation with what it counts. */
function withCounter(text: string): string | undefined {
  const match = /^[^=]{1,200}=\s?(\d[\d,.]{0,30})\s?\(([\p{L}]{1,20})\)[.。]?$/u.exec(text);
  if (match === null || /\p{L}{2}/u.test(text.slice(0, text.indexOf('=')))) return undefined;
  const [, number = '', name = ''] = match;
  if (/\p{Script=Han}/u.test(name)) return number;
  return name.length < 2 || functionNames.has(name) ? undefined : `${number} ${name}`;
}
