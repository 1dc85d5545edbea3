/**
 * First stage: where in a free text the final answer stands. Linear scans of the last 64 Ki characters; what was found
 * is taken as it is written, never repaired, and no number is taken out of a damaged span.
 */
import { lastBoxes } from './boxes.ts';
import { prepared, preparedGold } from './clean.ts';
import { fromEnd } from './ending.ts';
import type { Extraction } from './extraction.ts';
import { isPlainNumber } from './numbers.ts';
import { answerPhrase } from './phrases.ts';

export { oneScript, tail } from './clean.ts';
export type { Extraction, How } from './extraction.ts';
export { occurrences, trimEndOf } from './scan.ts';
export { mathSegments, type Segment, withoutDollars } from './segments.ts';

/** The final answer of a candidate, the free text of a model; undefined where there is none. */
export function extractAnswer(text: string): Extraction | undefined {
  return find(prepared(text), false);
}

/** The reference answer in a bare answer or a worked solution; undefined where there is none. */
export function extractGold(text: string): Extraction | undefined {
  return find(preparedGold(text), true);
}

function find(text: string, gold: boolean): Extraction | undefined {
  const tag = lastTag(text);
  const box = lastBoxes(text, gold);
  if (tag !== undefined && (box === undefined || box === 'broken' || box.start < tag.start)) return tag.found;
  if (box === 'broken') return undefined;
  if (box !== undefined) {
    // `Final Answer: The final answer is …` after the box has the last word.
    const final = answerPhrase(text.slice(box.end), true);
    if (final !== undefined) return { span: final, how: 'answer phrase' };
    const span = box.boxes.join(', ');
    return { span, how: 'box', ...(box.boxes.length > 1 ? { boxes: box.boxes } : {}) };
  }
  const marked = lastHashes(text) ?? answerLine(text);
  if (marked !== undefined) return marked;
  const phrase = answerPhrase(text);
  if (phrase !== undefined) return { span: phrase, how: 'answer phrase' };
  if (!gold) return fromEnd(text);
  const found = text.includes('\n') ? fromEnd(text) : undefined;
  return found ?? (text === '' ? undefined : { span: text, how: 'whole text' });
}

/** `<answer>…</answer>`, the last one; one at the end may lack its closing tag, where that stopped the model. */
function lastTag(text: string): { start: number; found: Extraction } | undefined {
  const close = text.lastIndexOf('</answer>');
  const open = text.lastIndexOf('<answer>');
  const start =
    close > open ? open : text.indexOf('\n', open) < 0 ? open : text.lastIndexOf('<answer>', close);
  if (start < 0) return undefined;
  const inner = text.slice(start + '<answer>'.length, close > start ? close : undefined).trim();
  if (inner === '' || inner.includes('<answer>')) return undefined;
  return { start, found: { span: answerPhrase(inner) ?? inner, how: 'answer tag' } };
}

/** `#### 18`: a number, or anything but a heading on the last line. */
function lastHashes(text: string): Extraction | undefined {
  let lineEnd = text.length;
  let after = text.length;
  for (const at of Array.from(text.matchAll(/(?<!#)####(?!#)/g), (match) => match.index).reverse()) {
    const newline = text.slice(at, after).indexOf('\n');
    after = at;
    if (newline >= 0) lineEnd = at + newline;
    const span = text.slice(at + 4, Math.min(lineEnd, at + 1_000)).trim();
    if (span === '' || /^(?:\*\*)?(?:step|final|answer|solution|conclusion|result)\b/i.test(span)) continue;
    if (lineEnd === text.length || isPlainNumber(span)) return { span, how: 'hashes' };
  }
  return undefined;
}

/** `A: 18` as the last line. */
function answerLine(text: string): Extraction | undefined {
  const line = text.slice(text.lastIndexOf('\n') + 1).trim();
  const span = line.startsWith('A:') ? line.slice(2).trim() : '';
  return span === '' ? undefined : { span, how: 'answer line' };
}
