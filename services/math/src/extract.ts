/**
 * First stage: where in a free text the final answer stands. Only linear scans, from the end where that is possible;
 * what was found is taken as it is written, never repaired.
 */
import { answerParts, isProse } from './prose.ts';
import { readNumber } from './read.ts';
import { occurrences, trimEndOf } from './scan.ts';

/** What marked the answer, strongest first. */
export type How =
  | 'box'
  | 'answer tag'
  | 'hashes'
  | 'answer line'
  | 'answer phrase'
  | 'bold'
  | 'formula'
  | 'last line'
  | 'last number'
  | 'whole text';

export interface Extraction {
  /** The answer as written. */
  readonly span: string;
  readonly how: How;
}

/** Characters at the end of a candidate that are looked at: final answers come last. */
const scanLimit = 64 * 1024;

/** The part of a candidate that is looked at. */
export function tail(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= scanLimit ? trimmed : trimmed.slice(-scanLimit).trim();
}

/** A last line longer than this is prose and no answer. */
const maxLine = 200;

/** The final answer of a candidate; undefined where there is none. */
export function extract(text: string): Extraction | undefined {
  return find(afterThinking(tail(text)), fromEnd);
}

/** The reference answer in a bare answer or a worked solution; undefined where there is none. */
export function extractGold(text: string): Extraction | undefined {
  return find(text.trim(), (bare) => (bare.includes('\n') ? fromEnd(bare) : whole(bare)));
}

function find(text: string, unmarked: (text: string) => Extraction | undefined): Extraction | undefined {
  const box = lastBox(text);
  if (box !== undefined) return box === 'broken' ? undefined : { span: box, how: 'box' };
  const clean = withoutAnnotations(text);
  return marked(clean) ?? unmarked(clean);
}

function whole(text: string): Extraction | undefined {
  return text === '' ? undefined : { span: text, how: 'whole text' };
}

function marked(text: string): Extraction | undefined {
  return lastTag(text) ?? lastHashes(text) ?? answerLine(text) ?? answerPhrase(text);
}

/** What follows a closed block of reasoning. */
function afterThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  const rest = end < 0 ? '' : text.slice(end + '</think>'.length).trim();
  return rest === '' ? text : rest;
}

interface Box {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

/**
 * The last `\boxed` or `\fbox` that is closed and not empty, together with those that are listed with it
 * (`\boxed{1} and \boxed{2}`). `broken` where a box was begun and none closed: such a text breaks off in its answer.
 */
function lastBox(text: string): string | 'broken' | undefined {
  if (!text.includes('box')) return undefined;
  /** Last one first. */
  const boxes: Box[] = [];
  let broken = false;
  let limit = text.length;
  for (const at of occurrences(text, /\\(?:boxed|fbox)/g).reverse()) {
    // One that does not close says that those before it close before it, if at all: each is scanned once.
    const box = boxAt(text, at, broken ? limit : text.length);
    limit = at;
    const next = boxes.at(-1);
    if (box === undefined) broken = true;
    else if (box.inner !== '') {
      if (next !== undefined && !(box.end <= next.start && listed.test(text.slice(box.end, next.start))))
        break;
      boxes.push(box);
    }
  }
  if (boxes.length === 0) return broken ? 'broken' : undefined;
  return [...new Set(boxes.reverse().map(({ inner }) => inner))].join(', ');
}

/** What stands between the boxes of a list. */
const listed =
  /^[\s$]{0,9}(?:\\quad)?[\s$]{0,9}(?:[,;]|(?:,\s)?(?:and|or)|\\text\s?\{\s?(?:and|or)\s?\})[\s$]{0,9}(?:\\quad)?[\s$]{0,9}$/;

/** The box that begins at `at`; undefined where it does not close before `limit`. */
function boxAt(text: string, at: number, limit: number): Box | undefined {
  let from = at + (text.startsWith('\\boxed', at) ? '\\boxed'.length : '\\fbox'.length);
  while (text[from] === ' ') from++;
  if (text[from] !== '{') {
    const end = bareEnd(text, from);
    return { start: at, end, inner: text.slice(from, end).trim() };
  }
  const end = closingBrace(text, from, limit);
  return end < 0 ? undefined : { start: at, end: end + 1, inner: text.slice(from + 1, end).trim() };
}

/** Offset of the brace that closes the one at `open`, or -1. */
function closingBrace(text: string, open: number, limit: number): number {
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const char = text.charCodeAt(at);
    if (char === 92) at++;
    else if (char === 123) depth++;
    else if (char === 125 && --depth === 0) return at;
  }
  return -1;
}

/** End of what `\boxed 5` boxes: the formula or line that it stands in. */
function bareEnd(text: string, from: number): number {
  const stop = /\$|\n|\\[)\]]|\.\s/g;
  stop.lastIndex = from;
  return stop.exec(text)?.index ?? text.length;
}

/** `<answer>…</answer>`, the last one. */
function lastTag(text: string): Extraction | undefined {
  const end = text.lastIndexOf('</answer>');
  const start = end < 0 ? -1 : text.lastIndexOf('<answer>', end);
  if (start < 0) return undefined;
  const span = text.slice(start + '<answer>'.length, end).trim();
  return span === '' ? undefined : { span, how: 'answer tag' };
}

/** `#### 18`: a number, or anything on the last line. Other lines with four signs are headings. */
function lastHashes(text: string): Extraction | undefined {
  let lineEnd = text.length;
  let after = text.length;
  for (const at of occurrences(text, /(?<!#)####(?!#)/g).reverse()) {
    const newline = text.slice(at, after).indexOf('\n');
    after = at;
    if (newline >= 0) lineEnd = at + newline;
    const span = text.slice(at + 4, lineEnd).trim();
    if (span === '') continue;
    if (lineEnd === text.length || (span.length <= maxLine && readNumber(span) !== undefined)) {
      return { span, how: 'hashes' };
    }
  }
  return undefined;
}

/** `A: 18` as the last line. */
function answerLine(text: string): Extraction | undefined {
  const line = lastLine(text);
  const span = line.startsWith('A:') ? line.slice(2).trim() : '';
  return span === '' ? undefined : { span, how: 'answer line' };
}

/** What may stand between `answer` and the answer. */
const connector = /^[^.?!:\n=]{0,60}?(?::|=|\b(?:is|are|be|equals|becomes)\b)/;
const emphasis = /^[\s*_:]*/;

/** `the answer is …`, `Final answer: …`, the last one; `**Answer**` above the line with the answer, too. */
function answerPhrase(text: string): Extraction | undefined {
  for (const at of occurrences(text, /answer/gi).reverse()) {
    const start = at + 'answer'.length;
    const rest = text.slice(start, start + 2 * maxLine);
    const joined = connector.exec(rest);
    const heading = /^[*_ ]*\n/.test(rest);
    if (joined === null && !heading) continue;
    const from = start + (joined?.[0].length ?? 0);
    const begin = from + (emphasis.exec(text.slice(from, from + maxLine))?.[0].length ?? 0);
    // Emphasis that begins before the answer belongs to it.
    const open =
      text.slice(from, begin).endsWith('**') && /[^\s*]\*\*/.test(text.slice(begin, begin + maxLine));
    const said = sentenceAt(text, open ? begin - 2 : begin);
    // Emphasis that began before the phrase ends here.
    const sentence = open ? said : trimEndOf(said, '*_ ');
    if (sentence !== '') return { span: core(sentence) ?? sentence, how: 'answer phrase' };
  }
  return undefined;
}

/** From `start` to the end of its sentence, line or display formula. */
function sentenceAt(text: string, start: number): string {
  const display = text.startsWith('\\[', start) ? '\\]' : text.startsWith('$$', start) ? '$$' : undefined;
  const close = display === undefined ? -1 : text.indexOf(display, start + 2);
  if (display !== undefined && close >= 0) return text.slice(start, close + 2);
  const stop = /\n|[.?](?=[*_]{0,3}(?:\s|$))/g;
  stop.lastIndex = start;
  return text.slice(start, stop.exec(text)?.index ?? text.length).trim();
}

/** No mark at all: the end of the text. */
function fromEnd(text: string): Extraction | undefined {
  const display = lastDisplay(text);
  if (display !== undefined) return { span: display, how: 'formula' };
  const line = lastLine(text);
  if (line === '') return undefined;
  if (readNumber(line) !== undefined) return { span: line, how: 'last line' };
  const parts = answerParts(line);
  const bold = parts && lastBold(line);
  if (bold !== undefined) return { span: bold, how: 'bold' };
  const part = parts?.at(-1);
  if (part?.how === 'formula') return { span: part.span, how: 'formula' };
  if (part !== undefined && (isProse(line) || line.includes('=')))
    return { span: part.span, how: 'last number' };
  return line === text && line.length <= maxLine ? whole(line) : undefined;
}

/** A display formula at the very end. */
function lastDisplay(text: string): string | undefined {
  const body = trimEndOf(text, '., \n');
  for (const [open, close] of [
    ['\\[', '\\]'],
    ['$$', '$$'],
  ] as const) {
    if (!body.endsWith(close)) continue;
    const start = body.lastIndexOf(open, body.length - close.length - open.length);
    const inner = start < 0 ? '' : body.slice(start + open.length, -close.length).trim();
    if (inner !== '') return inner;
  }
  return undefined;
}

/** The last `**…**` that holds a number. */
function lastBold(line: string): string | undefined {
  const end = line.lastIndexOf('**');
  const start = end <= 0 ? -1 : line.lastIndexOf('**', end - 1);
  // 2**3**4 is no emphasis.
  if (start < 0 || /[\p{L}\d]/u.test(line[start - 1] ?? ' ')) return undefined;
  const span = line.slice(start + 2, end).trim();
  return span.length <= maxLine && readNumber(span) !== undefined ? span : undefined;
}

/** The answer inside a sentence that says more; undefined where it is not plain which part it is. */
function core(sentence: string): string | undefined {
  if (sentence.length > 4 * maxLine || readNumber(sentence) !== undefined) return undefined;
  if (!isProse(sentence) && !sentence.includes('**')) return undefined;
  const parts = answerParts(sentence);
  return parts?.length === 1 ? parts[0]?.span : undefined;
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1).trim();
}

/** Removes calculator annotations (`<<16-3=13>>13`), also one that breaks off. */
function withoutAnnotations(text: string): string {
  return text.includes('<<') ? text.replace(/<<[-+*/().=\d ,%]*(?:>>|$)/gm, '').trim() : text;
}
