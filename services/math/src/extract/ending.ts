/** Answers that nothing marks: a bare answer, or what the last sentence says. */

import { assignments, bareAnswer, maxLine, whole } from './bare.ts';
import { choiceIn } from './choices.ts';
import type { Extraction } from './extraction.ts';
import { isProse, isSentence } from './language.ts';
import { isPlainNumber } from './numbers.ts';
import { answerParts } from './parts.ts';
import { trimEndOf } from './scan.ts';
import { mathSegments, type Segment } from './segments.ts';
import { sentences } from './sentences.ts';
import { fromPart, lastBold, resultRow, withoutEmphasis } from './shown.ts';

/** Characters at the end that are looked at for a sentence with an answer, and most sentences. */
const windowSize = 4_096;
const maxSentences = 30;
/** Of a longer sentence only the last clauses are read. */
const maxSentence = 1_000;

/** The answer that an unmarked text gives; undefined where it gives none. */
export function fromEnd(given: string): Extraction | undefined {
  const text = given
    .replace(/^#{1,6} +(?=\S)/, '')
    .replace(
      /(?<=\S)\s\((?:approx\.?|approximately|exactly|exact|answer|rounded|estimated|verified|checked)\)\.?$/i,
      '',
    );
  const oneLine = !text.includes('\n');
  const bare = oneLine ? bareAnswer(text) : undefined;
  if (bare !== undefined) return bare;
  const listed = oneLine ? undefined : assignments(text);
  if (listed !== undefined) return listed;
  if (givesUp(text)) return oneLine ? whole(text) : undefined;
  const window = lastWindow(text);
  const formulas = mathSegments(window);
  const display = lastDisplay(window, formulas);
  if (display !== undefined) return { span: display, how: 'formula' };
  const found = lastSentence(window, formulas, oneLine);
  if (found !== 'nothing') return found ?? (oneLine ? whole(text) : undefined);
  return choiceIn(window) ?? (oneLine ? whole(text) : shortLine(text));
}

/** Ends in saying that the question was not answered. */
function givesUp(text: string): boolean {
  const end = text.slice(-300);
  const at = end.search(
    /\b(?:cannot|can['’]t|could not|couldn['’]t|unable to|not able to|impossible to|not possible to) (?:solve|answer|determine|find|compute) (?:this|the (?:answer|problem|question|solution))|\bnot enough information\b|\binsufficient (?:data|information)\b/i,
  );
  return at >= 0 && !/\b(?:so|thus|therefore|hence|but|however|then|assum\w*|=)\b|=/i.test(end.slice(at));
}

/** The end of a text, from the beginning of a line or sentence on, no formula cut. */
function lastWindow(text: string): string {
  if (text.length <= windowSize) return text;
  let from = text.length - windowSize;
  const near = Math.max(0, from - 3 * windowSize);
  const cut = mathSegments(text.slice(near)).find(
    ({ start, end }) => near + start < from && from < near + end,
  );
  if (cut !== undefined) from = near + (cut.display ? cut.start : cut.end);
  const window = text.slice(from);
  const boundary = cut?.display ? -1 : window.search(/\n|[.?,;] |[。，]/);
  return boundary >= 0 && boundary < windowSize / 2 ? window.slice(boundary + 1) : window;
}

/** A display formula at the very end. */
function lastDisplay(text: string, formulas: readonly Segment[]): string | undefined {
  const last = formulas.at(-1);
  return last?.display && /^[\s.,*]*$/.test(text.slice(last.end)) ? resultRow(last.inner) : undefined;
}

/** What the last sentence with numbers or formulas gives; `nothing` where there is none. */
function lastSentence(
  text: string,
  formulas: readonly Segment[],
  oneLine: boolean,
): Extraction | undefined | 'nothing' {
  const refuted = new Set<string>();
  for (const { start, end } of sentences(text, formulas).slice(-maxSentences).reverse()) {
    const sentence = text.slice(start, end).trim();
    if (/^(?:```|---|===|\*\*\*)/.test(sentence)) continue;
    // A sentence in parentheses is a remark.
    if (start > 0 && /^\(\p{L}{2}[^)]*$/u.test(sentence)) continue;
    const found = inSentence(sentence, end === text.length && !oneLine, refuted);
    if (found !== 'nothing') return found !== undefined && refuted.has(found.span) ? undefined : found;
  }
  return 'nothing';
}

/** Takes back what it says. */
const retracted =
  /\b(?:wrong|incorrect)\s+(?:answer|result|value)\b|\b(?:doubt|no way|unlikely|impossible that|not the case|anything but|everything but|close to)\b|\bwould (?:be|have been)\b.*\bif\b|\b(?:which|that|this|it) (?:is|was|turned out(?: to be)?) (?:wrong|incorrect|false|a mistake)[.!\s]*$/i;

/** Where the rest of a sentence only gives reasons, or a rounded value. */
const reason =
  /,?\s+(?:(?:or|i\.e\.,?|that is,?|which is|and is)\s+)(?:(?:about|approximately|roughly|around|nearly|approx\.?)\s|≈|\$\\approx)|(?<=[\d$)}%]),\s+(?:about|approximately|roughly|around|nearly|approx\.?)\s|,?\s+rounded\s(?:to|up|down|off)\s|,?\s+(?:correct\s)?to\s(?:the\s)?(?:nearest\s|(?:\d|one|two|three|four)\s(?:significant|decimal)\s)|,?\s+with\s(?:an?\s)?(?:\w{2,12}\s)?\d{1,3}\\?%\s(?:confidence|certainty)|\s\((?=\d[\d.]{0,8}\s?\\?%\))|(?:,\s+|(?<![;:])\s+)(?:since|because|as (?:we|it|there|the)|where|for (?:all|every|any) (?:[$\\]|[a-z]\b|real|integers?|positive|natural)|weil)(?!\p{L})|,\s+(?:car|porque|denn|poiché)\s/u;

/** A condition at the end: `… is 3 when 10 is divided by 7`, `$5$ attained at $x=1$`. */
const condition =
  /(?:,\s+|\s+)(?:which|and|that)\s+(?:occurs?|happens?|is (?:attained|achieved|reached))\s|\s(?:when|if|whenever|attained|achieved)\s(?=[^,=]*$)|(?<=[$)\d%])\s(?:attained |achieved |reached |occurring )?(?:when|if|at|with|for|where|whenever)\s(?=(?:\$[^$]*\$|\\\([^()]*\\\))[\s.]*$)|\s(?=with (?:\$[^$]*\$)[\s.]*$)/;

/** `refuted` collects what the sentence says not to be the answer. */
function inSentence(
  sentence: string,
  lastLine: boolean,
  refuted: Set<string>,
): Extraction | undefined | 'nothing' {
  const line = lastClauses(trimEndOf(sentence, '.。।'));
  if (line.length <= maxLine && isPlainNumber(line)) return { span: unbulleted(line), how: 'last line' };
  const bold = lastBold(line);
  if (bold !== undefined) return { span: bold, how: 'bold' };
  const formula = mathSegments(line);
  const [display] = formula;
  if (display?.display && formula.length === 1 && line.length === display.end && display.start === 0) {
    return { span: resultRow(display.inner), how: 'formula' };
  }
  if (/\?$/.test(line) || retracted.test(line)) return 'nothing';
  const cut = reason.exec(line) ?? condition.exec(line);
  const head = cut === null || cut.index === 0 ? [] : answerParts(line.slice(0, cut.index));
  const parts = head.length > 0 ? head : answerParts(line);
  const said = parts.filter(({ negated }) => !negated);
  for (const { negated, span } of parts) if (negated) refuted.add(span);
  // What follows a calculation tells what it is about: `= 48 kilograms in 3 bags`.
  const final = said.at(-1);
  const solved = final?.calculated === false && /^\s*[a-zA-Z]\s?=/.test(final.span);
  const last = solved ? final : (said.findLast(({ calculated, partial }) => calculated && !partial) ?? final);
  if (last !== undefined) {
    if (onlyInCondition(line)) return 'nothing';
    if (last.partial) return beforeRemark(line);
    const calculation = line.includes('=') && last.how === 'number';
    if (last.how === 'formula' || calculation || isSentence(line) || isProse(line)) return fromPart(last);
    const cell = lastCell(line);
    if (cell !== undefined) return { span: cell, how: 'last line' };
    const labelled = parts.length === 1 && /^(?:[-*•]\s)?\**\p{L}[\p{L}\p{M} ]{1,40}:\**\s/u.test(line);
    return lastLine && !labelled && line.length <= maxLine
      ? { span: unbulleted(withoutEmphasis(line)), how: 'last line' }
      : fromPart(last);
  }
  if (parts.length > 0) return choiceIn(line) ?? 'nothing';
  return lastLine && /\\[a-zA-Z]|[=^<>]/.test(line) && !isProse(line)
    ? { span: line, how: 'last line' }
    : 'nothing';
}

/** The end of a sentence that goes on and on; '' where it has no pause. */
function lastClauses(sentence: string): string {
  if (sentence.length <= maxSentence) return sentence;
  const formulas = mathSegments(sentence);
  const pause = /[,;:]\s|，/g;
  pause.lastIndex = sentence.length - maxSentence;
  for (let match = pause.exec(sentence); match !== null; match = pause.exec(sentence)) {
    const at = match.index;
    if (!formulas.some(({ start, end }) => start < at && at < end)) return sentence.slice(at + 1).trim();
  }
  const display = formulas.at(-1);
  return display !== undefined && display.end === sentence.length ? sentence.slice(display.start) : '';
}

/** The number in the last cell of a table row that begins with a name. */
function lastCell(line: string): string | undefined {
  if (!/^\|.*\|$/.test(line)) return undefined;
  const cells = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.replaceAll('**', '').trim());
  const last = cells.at(-1) ?? '';
  return cells.length === 2 && /^\p{L}{2}/u.test(cells[0] ?? '') && isPlainNumber(last) ? last : undefined;
}

/** `She has 9 apples, which is 2 more than Tom.` */
function beforeRemark(line: string): Extraction | undefined {
  const at = line.search(/,\s(?=(?:which is\s)?\d{1,9}\s(?:\p{L}{1,20}\s)?(?:more|less|fewer)\sthan\s)/u);
  const part = at < 0 ? undefined : answerParts(line.slice(0, at)).at(-1);
  return part === undefined || part.partial || part.negated ? undefined : fromPart(part);
}

/** `Since 5 is odd, there are none.` */
function onlyInCondition(line: string): boolean {
  if (!/^(?:Since|Because|As|If|When|Given|Assuming|Suppose)\s/.test(line)) return false;
  const rest = /,\s(?=[^,]*$)/.exec(line);
  return (
    rest !== null &&
    isSentence(line.slice(rest.index + 2)) &&
    answerParts(line.slice(rest.index + 2)).length === 0
  );
}

function unbulleted(line: string): string {
  return line.replace(/^(?:[*•]\s+|[-–]\s+(?=\p{L}|\$|\\))/u, '');
}

/** A last line of one to three words. */
function shortLine(text: string): Extraction | undefined {
  const line = withoutEmphasis(text.slice(text.lastIndexOf('\n') + 1).trim());
  return /^[\p{L}\p{M}'’-]{1,30}(?: [\p{L}\p{M}'’-]{1,30}){0,2}$/u.test(line) && !isSentence(line)
    ? { span: line, how: 'last line' }
    : undefined;
}
