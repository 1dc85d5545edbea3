/**
 * First stage: where in a free text the final answer stands. Linear scans of the last 64 Ki characters; what was found
 * is taken as it is written, never repaired, and no number is taken out of a damaged span.
 */
import { withoutAftermath } from './aftermath.ts';
import { lastBoxes } from './boxes.ts';
import { choiceIn, namedOption } from './choices.ts';
import { prepared, preparedGold } from './clean.ts';
import { fromEnd } from './ending.ts';
import type { Extraction } from './extraction.ts';
import { isSentence, unspacedLetter } from './language.ts';
import { englishNumber } from './locale.ts';
import { isPlainNumber } from './numbers.ts';
import { answerPhrase, statedFirst } from './phrases.ts';
import { trimEndOf } from './scan.ts';

export { oneScript, tail } from './clean.ts';
export type { Extraction, How } from './extraction.ts';
export { occurrences, trimEndOf } from './scan.ts';
export { mathSegments, type Segment, withoutDollars } from './segments.ts';

/** The final answer of a candidate, the free text of a model; undefined where there is none. */
export function extractAnswer(text: string): Extraction | undefined {
  const clean = prepared(text);
  const found = find(clean, false);
  if (found === undefined || found.span.trim() === '') return undefined;
  const said = found.span !== clean && !clean.includes('\n') && isSaid(clean, found.how);
  return { ...found, span: englishNumber(found.span, clean), how: said ? 'sentence' : found.how };
}

/** The reference answer in a bare answer or a worked solution; undefined where there is none. */
export function extractGold(text: string): Extraction | undefined {
  return find(preparedGold(text), true);
}

/** Prose, however much it may look like a formula: `Wow, it's 6`, `共42人`. */
function isSaid(line: string, how: Extraction['how']): boolean {
  if (how === 'last number' || how === 'last line') return unspacedLetter.test(line) || isSentence(line);
  return (
    (how === 'formula' || how === 'bold') && (unspacedLetter.test(line) || /^\p{L}['’]\p{L}/u.test(line))
  );
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
    const later = gold ? undefined : corrected(text.slice(box.end));
    if (later !== undefined) return later;
    const boxes = box.boxes.map(unannounced);
    return { span: boxes.join(', '), how: 'box', ...(boxes.length > 1 ? { boxes } : {}) };
  }
  const own = gold ? text : withoutAftermath(text);
  const marked = lastHashes(text) ?? answerLine(own);
  if (marked !== undefined) return marked;
  const phrase = answerPhrase(own) ?? (own === text ? undefined : answerPhrase(text));
  if (phrase !== undefined) {
    const rest = text.slice(text.lastIndexOf(phrase) + phrase.length);
    const later = gold ? undefined : corrected(rest);
    if (later !== undefined) return later;
    // `5 (or 6)` is both.
    const other = /^\$? ?\((or [^()]{1,80})\)/.exec(rest)?.[1];
    return { span: other === undefined ? phrase : `${phrase} ${other}`, how: 'answer phrase' };
  }
  if (!gold) return keyed(own) ?? option(own) ?? firstLine(own) ?? fromEnd(own);
  const found = text.includes('\n') ? fromEnd(text) : undefined;
  return found ?? (text === '' ? undefined : { span: text, how: 'whole text' });
}

/** Words by which a text takes back what it said. */
const takesBack =
  /\b(?:wait|correction|actually|on second thought|i made (?:a|an) (?:mistake|error)|that(?:'s| is) (?:wrong|not right|incorrect)|recompute|recalculate)\b/i;

const corrects = /\b(?:correction|mistake|error|wrong|incorrect|not right|recompute|recalculate|no)\b/i;

/** What a text says after it took back its answer; undefined where it takes nothing back, or only checks. */
function corrected(rest: string): Extraction | undefined {
  const at = rest.search(takesBack);
  if (at < 0) return undefined;
  const after = rest.slice(at);
  const phrase = answerPhrase(after);
  if (phrase !== undefined) return { span: phrase, how: 'answer phrase' };
  // A mere `wait` may lead to anything: without a mark only what corrects counts.
  if (!corrects.test(after)) return undefined;
  const found = fromEnd(after.replace(/^[^\n.!?:,]{0,80}[.!?:,]+\s*/, ''));
  return found?.how === 'last number' || found?.how === 'formula' || found?.how === 'last line'
    ? found
    : undefined;
}

/** `<answer>…</answer>`, the last one; one at the end may lack its closing tag, where that stopped the model. */
function lastTag(text: string): { start: number; found: Extraction } | undefined {
  if (!text.includes('<answer>')) return undefined;
  const close = text.lastIndexOf('</answer>');
  const open = text.lastIndexOf('<answer>');
  const start =
    close > open ? open : text.indexOf('\n', open) < 0 ? open : text.lastIndexOf('<answer>', close);
  if (start < 0) return undefined;
  const inner = text.slice(start + '<answer>'.length, close > start ? close : undefined).trim();
  if (inner === '' || inner.includes('<answer>')) return undefined;
  return { start, found: { span: answerPhrase(inner) ?? inner, how: 'answer tag' } };
}

/** A box that holds a sentence: `\\boxed{\\text{The answer is } 5}`. */
function unannounced(inner: string): string {
  if (!/answer|antwort|respuesta|resposta|risposta|r[ée]ponse|ответ|答案/i.test(inner)) return inner;
  return answerPhrase(inner.replace(/\\text\w*\s?\{([^{}]*)\}/g, '$1')) ?? inner;
}

/** The result in JSON under a name other than `answer`, which is a phrase. */
function keyed(text: string): Extraction | undefined {
  if (!/\}[\s`]*$/.test(text.slice(-16))) return undefined;
  const pattern =
    /["'](?:final_?)?(?:result|solution|value|output)["']\s?:\s?(?:"([^"\\]{1,200})"|(-?\d[\d.eE+-]{0,60}))\s?[,}\n]/gi;
  const match = Array.from(text.slice(-4_096).matchAll(pattern)).at(-1);
  const span = (match?.[1] ?? match?.[2] ?? '').trim();
  return span === '' ? undefined : { span, how: 'answer line' };
}

/** `the correct option is (B) …`, where no later sentence names a letter. */
function option(text: string): Extraction | undefined {
  const at = namedOption(text);
  if (at === undefined) return undefined;
  const rest = text.slice(at);
  const span = statedFirst(rest);
  const end = span === undefined ? -1 : rest.indexOf(span);
  if (span === undefined || end < 0 || choiceIn(rest.slice(end + span.length)) !== undefined)
    return undefined;
  return { span, how: 'choice' };
}

/** An answer on its own line, then how it was found: `B\\n\\nExplanation: …`. */
function firstLine(text: string): Extraction | undefined {
  const end = text.indexOf('\n');
  if (end <= 0 || end > 200) return undefined;
  const line = text.slice(0, end).trim().replaceAll('**', '');
  const rest = text.slice(end).trimStart();
  const explained =
    /^[*_#]{0,4} ?(?:explanation|reasoning|justification|rationale|解析|解释|explicación|explication|erklärung|пояснение)[*_]{0,2} ?:/i;
  const letter = /^\(?[A-J]\)?[.):]?$/.test(line);
  if (letter ? choiceIn(rest) !== undefined : !explained.test(rest) || !isPlainNumber(line)) return undefined;
  return { span: trimEndOf(line, '.:'), how: letter ? 'choice' : 'last line' };
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
