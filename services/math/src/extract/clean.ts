/** What is read of a text, in one spelling: its end, without continuations, digits of all scripts as ASCII. */

import { isPlainText, occurrences } from './scan.ts';
import { tidy } from './tidy.ts';

/** Characters at the end of a text that are looked at: final answers come last. */
const scanLimit = 64 * 1024;

/** The part of a candidate that is looked at. */
export function tail(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= scanLimit ? trimmed : trimmed.slice(-scanLimit).trim();
}

/** The answer part of a model's text, ready for the scans. */
export function prepared(text: string): string {
  const end = tail(text);
  return tidy(withoutAnnotations(withoutContinuation(oneScript(afterThinking(oneTurn(end)))))).trim();
}

/** A reference answer, ready for the scans. */
export function preparedGold(text: string): string {
  return withoutAnnotations(withoutContinuation(oneScript(tail(text)))).trim();
}

/** Zeros of the decimal digits of other scripts, each followed by its nine (Unicode, category Nd). */
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0,
  0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
];
const spelled = new Map<string, string>(
  Object.entries({
    '٫': '.',
    '٬': ',',
    '٪': '%',
    '،': ', ',
    '؛': '; ',
    '؟': '?',
    '，': ', ',
    '、': ', ',
    '；': '; ',
    '﹣': '-',
    '﹢': '+',
    '﹦': '=',
    '\r': '',
  }),
);
for (const zero of zeros) {
  for (let digit = 0; digit < 10; digit++) spelled.set(String.fromCodePoint(zero + digit), String(digit));
}
// Full-width ASCII. The exclamation mark ends sentences there and is no factorial.
for (let code = 0x22; code < 0x7f; code++) {
  const wide = String.fromCharCode(code + 0xfee0);
  if (!spelled.has(wide)) spelled.set(wide, String.fromCharCode(code));
}
/** Marks of direction and of width zero, and those that make emoji of digits. */
for (const code of [0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0x20e3, 0xfe0f, 0xfeff]) {
  spelled.set(String.fromCharCode(code), '');
}
for (let code = 0x202a; code <= 0x202e; code++) spelled.set(String.fromCharCode(code), '');
for (let code = 0x2066; code <= 0x2069; code++) spelled.set(String.fromCharCode(code), '');
const byCode = new Map(Array.from(spelled, ([char, plain]) => [char.codePointAt(0) as number, plain]));

/** Digits and signs of other scripts and widths as ASCII, without invisible marks. */
export function oneScript(text: string): string {
  if (isPlainText(text)) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code < 0x80 && code !== 13) continue;
    const width = code === 0xd835 ? 2 : 1;
    if (width === 2) code = text.codePointAt(at) as number;
    const plain = byCode.get(code);
    if (plain === undefined) continue;
    out += text.slice(from, at) + plain;
    at += width - 1;
    from = at + 1;
  }
  return out + text.slice(from);
}

/** Marks of the end of a turn in the templates of chat models. */
const turnEnd =
  /<\|(?:im_end|im_start|endoftext|eot_id|end_of_text|eom_id|end|start_header_id|user|system)\|>|<\/s>|<end_of_turn>|<eos>|<[|｜]end▁of▁sentence[|｜]>/;
const assistantTurn =
  /<\|im_start\|>assistant|<\|start_header_id\|>assistant<\|end_header_id\|>|<\|assistant\|>|<start_of_turn>model/;

/** The model's turn, where the text is a whole dialogue or runs on into the next turn. */
function oneTurn(text: string): string {
  if (!text.includes('<')) return text;
  const template = /^<(?:\||s>|bos>|start_of_turn>|begin)/.test(text) ? assistantTurn.exec(text) : null;
  const rest = template === null ? text : text.slice(template.index + template[0].length).trim();
  const end = turnEnd.exec(rest);
  return end === null || rest.slice(0, end.index).trim() === '' ? rest : rest.slice(0, end.index).trim();
}

/** What follows a closed block of reasoning. */
function afterThinking(text: string): string {
  if (!text.includes('<')) return text;
  const end = text.lastIndexOf('</think>');
  const rest = end < 0 ? '' : text.slice(end + '</think>'.length).trim();
  return rest === '' ? text.replace(/<\/?think>/g, '').trim() : rest;
}

const nextProblem =
  /(?:\n\s{0,4}|correct\. {1,4})(?:\*\*|#{1,4} )?Problem(?: \d{1,3})?:|\n\n(?:\*\*|#{1,4} )?(?:Question|Q)(?: \d{1,3})?:/g;
const answered = /\\boxed|\\fbox|answer(?: is|:)|####|(?:^|\n)A:/i;
const hope = /I hope (?:it|this|that) is correct/gi;

/** Cuts off what a model wrote after its answer: the next problem, and all after the fixed sentence of Minerva's prompt. */
function withoutContinuation(text: string): string {
  // A letter that is rare is found in a fraction of the time that the patterns take.
  const first = text.includes('Problem') || text.includes('Q') ? answered.exec(text) : null;
  nextProblem.lastIndex = first?.index ?? 0;
  const next = first === null ? null : nextProblem.exec(text);
  const own = next === null ? text : text.slice(0, next.index + (next[0].startsWith('correct') ? 8 : 0));
  // The last one: some correct themselves after the first.
  const end = occurrences(own, hope).at(-1) ?? 0;
  return end > 0 ? own.slice(0, end) : own;
}

/** Removes calculator annotations (`<<16-3=13>>13`), also one that breaks off. */
function withoutAnnotations(text: string): string {
  return text.includes('<<') ? text.replace(/<<[-+*/().=\d ,%]*(?:>>|$)/gm, '').trim() : text;
}
