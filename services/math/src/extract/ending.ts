/** Answers that nothing marks: a bare answer, or what the last sentence says. */

import { choiceIn, refutedAfter } from './choices.ts';
import type { Extraction } from './extraction.ts';
import { isProse, isSentence } from './language.ts';
import { isPlainNumber } from './numbers.ts';
import { answerParts, type Part } from './parts.ts';
import { unquoted } from './phrases.ts';
import { trimEndOf } from './scan.ts';
import { mathSegments, type Segment } from './segments.ts';
import { sentences } from './sentences.ts';
import { functionNames, numberWords } from './words.ts';

/** A longer line is prose and no answer. */
const maxLine = 400;
/** Characters at the end that are looked at for a sentence with an answer, and most sentences. */
const windowSize = 4_096;
const maxSentences = 30;
/** Of a longer sentence only the last clauses are read. */
const maxSentence = 1_000;

/** The answer that an unmarked text gives; undefined where it gives none. */
export function fromEnd(given: string): Extraction | undefined {
  const text = given.replace(/^#{1,6} +(?=\S)/, '');
  const oneLine = !text.includes('\n');
  const bare = oneLine ? bareAnswer(text) : undefined;
  if (bare !== undefined) return bare;
  const listed = oneLine ? undefined : assignments(text);
  if (listed !== undefined) return listed;
  const window = lastWindow(text);
  const formulas = mathSegments(window);
  const display = lastDisplay(window, formulas);
  if (display !== undefined) return { span: display, how: 'formula' };
  const found = lastSentence(window, formulas, oneLine);
  if (found !== 'nothing') return found ?? (oneLine ? whole(text) : undefined);
  return choiceIn(window) ?? (oneLine ? whole(text) : shortLine(text));
}

/** Sentences that say that there is no answer, or break off before it. */
const noAnswer =
  /^(?:(?:so|thus|therefore|hence)?,? ?(?:the|my|our)? ?(?:final )?answer(?: is)?|(?:sorry,? |unfortunately,? )?(?:i|we) (?:do not|don't|don’t|cannot|can't|can’t|am not|could not) .*|unknown|n\/a|idk)[ .:…!*]*$/i;

function whole(text: string): Extraction | undefined {
  return text === '' || text.length > maxLine || noAnswer.test(text)
    ? undefined
    : { span: text, how: 'whole text' };
}

/** A text that is nothing but its answer. */
function bareAnswer(text: string): Extraction | undefined {
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
export function areNumberWords(text: string): boolean {
  return text.split(/[\s-]+/).every((word) => numberWords.has(word.toLowerCase()));
}

/** An answer with a line for each of its parts: `a = 5`, `(b) 6`. */
function assignments(text: string): Extraction | undefined {
  if (text.length > maxLine) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const all = lines.every(
    (line) => /^(?:\(?[a-z]\)\s?|[A-Za-z]\w{0,3} ?=)[^=]{1,60}$/.test(line) && !isProse(line),
  );
  return all && lines.length <= 8 ? { span: lines.join(', '), how: 'whole text' } : undefined;
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

/** Of a calculation over several rows the last one. */
function resultRow(formula: string): string {
  const aligned = /\\begin\{(aligned|align|split|gathered|array)\*?\}([\s\S]*)\\end\{\1\*?\}\s*$/.exec(
    formula,
  );
  const body = aligned?.[2] ?? formula;
  if (aligned?.[1] === 'array' || /\\begin\{(?:[pbvBV]?matrix|cases|array)/.test(body)) return formula.trim();
  const rows = body.split(/\\\\(?:\[[^\]]{0,10}\])?/).filter((row) => row.trim() !== '');
  const last = rows.at(-1);
  if (last === undefined || (rows.length === 1 && !last.includes('&'))) return formula.trim();
  const continued = /^\s*(?:&\s*)?(?:=|\\approx|&)/.test(last);
  const shown = continued || rows.length === 1 ? last.replace(/^[\s&]*(?:=|\\approx)?/, '') : rows.join(', ');
  return shown.replace(/(?<!\\)&/g, ' ').trim() || formula.trim();
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
  /,?\s+(?:(?:or|i\.e\.,?|that is,?|which is|and is)\s+)(?:(?:about|approximately|roughly|around|nearly|approx\.?)\s|≈|\$\\approx)|,\s+(?:about|approximately|roughly|around|nearly|approx\.?)\s|,?\s+rounded\s(?:to|up|down|off)\s|,?\s+with\s(?:an?\s)?(?:\w{2,12}\s)?\d{1,3}\\?%\s(?:confidence|certainty)|\s\((?=\d[\d.]{0,8}\s?\\?%\))|(?:,\s+|(?<![;:])\s+)(?:since|because|as (?:we|it|there|the)|where|for (?:all|every|any) (?:[$\\]|[a-z]\b|real|integers?|positive|natural)|weil)(?!\p{L})|,\s+(?:car|porque|denn|poiché)\s/u;

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
    if (last.partial) return undefined;
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

/** `3 × 12 = 36(个)`: the result of a calculation with what it counts. */
function withCounter(text: string): string | undefined {
  const match = /^[^=]{1,200}=\s?(\d[\d,.]{0,30})\s?\(([\p{L}]{1,20})\)[.。]?$/u.exec(text);
  if (match === null || /\p{L}{2}/u.test(text.slice(0, text.indexOf('=')))) return undefined;
  const [, number = '', name = ''] = match;
  if (/\p{Script=Han}/u.test(name)) return number;
  return name.length < 2 || functionNames.has(name) ? undefined : `${number} ${name}`;
}

function fromPart(part: Part): Extraction {
  return part.how === 'formula'
    ? { span: resultRow(part.span), how: 'formula' }
    : { span: part.span, how: 'last number' };
}

/** The last `**…**`, where it is a number or a formula. */
function lastBold(line: string): string | undefined {
  const end = line.lastIndexOf('**');
  const start = end <= 0 ? -1 : line.lastIndexOf('**', end - 1);
  // 2**3**4 is no emphasis; of several pairs none stands for the whole.
  if (start < 0 || /[A-Za-z\d]/.test(line[start - 1] ?? ' ') || line.indexOf('**') !== start)
    return undefined;
  const span = line.slice(start + 2, end).trim();
  if (/^(?:万|亿|만|억|\s?(?:or|and|times)\b)/.test(line.slice(end + 2))) return undefined;
  const [segment] = mathSegments(span);
  if (segment !== undefined && segment.start === 0 && segment.end === span.length) return segment.inner;
  return isPlainNumber(span) ? span : undefined;
}

function withoutEmphasis(text: string): string {
  return /(?:^|\s)\*\*(?=\S)/.test(text) ? text.replaceAll('**', '') : text;
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
