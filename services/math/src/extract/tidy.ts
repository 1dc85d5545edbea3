/** What models put around an answer for the eye: emoji, HTML tags, signs of the end of a proof, exclamation marks. */
import { isPlainText, trimEndOf } from './scan.ts';
import { mathSegments } from './segments.ts';

/** The text without decoration that is no part of an answer. */
export function tidy(text: string): string {
  return withoutShouts(withoutProofEnd(withoutDecoration(withoutSuffixes(withoutTags(text)))));
}

/** Tags that only format; bold ones as Markdown, so that they are seen. */
function withoutTags(text: string): string {
  if (!text.includes('</') && !text.includes('[/')) return text;
  return text
    .replace(/<(\/?)(?:final[ _-]?answer|answer) ?>/gi, '<$1answer>')
    .replace(/\[(?:final )?answer\](?: ?:)?/gi, '\nAnswer: ')
    .replace(/\[\/(?:final )?answer\]/gi, '\n')
    .replace(/<sup>([^<>]{1,60})<\/sup>/gi, '^{$1}')
    .replace(/<sub>([^<>]{1,60})<\/sub>/gi, '_{$1}')
    .replace(/<\/?(?:b|strong)>/gi, '**')
    .replace(/<br ?\/?>|<\/?(?:p|div|li|ul|ol)>/gi, '\n')
    .replace(/<\/?(?:i|em|u|span|code|pre|result|solution|output|response|final|conclusion|math)>/gi, '');
}

/** Endings that are glued to a number: Turkish `8'dir`, Bengali `8টি`. */
function withoutSuffixes(text: string): string {
  if (isPlainText(text) && !(text.includes("'") && /'[dt][iu]r/.test(text))) return text;
  return text
    .replace(/(?<=[\dA-J)$}%*])['’](?:d[iıuü]r|t[iıuü]r)(?!\p{L})/gu, '')
    .replace(/(?<=\d)(?=[\p{Script=Bengali}\p{Script=Devanagari}\p{Script=Tamil}\p{Script=Telugu}])/gu, ' ');
}

const decorated = /[✅✓✔☑⭐✨∴→⇒➡►▶∎■]|=>|\\therefore|[\u{1f300}-\u{1faff}]/u;

/** No crosses among them: what is crossed out must not look like an answer. */
function isDecoration(code: number): boolean {
  if (code === 0x1f6ab || code === 0x1f44e) return false;
  return (code >= 0x1f300 && code <= 0x1faff) || '✅✓✔☑⭐✨∎■'.includes(String.fromCodePoint(code));
}

/** Lines without emoji and ticks at both ends, and without the arrow or `∴` that they begin with. */
function withoutDecoration(text: string): string {
  const marked = isPlainText(text)
    ? text.includes('=>') || text.includes('\\therefore')
    : decorated.test(text);
  if (!marked) return text;
  const plain = text
    .split('\n')
    .map(undecorated)
    .join('\n')
    .replace(/(?<=[$([]) ?\\therefore(?![a-zA-Z])/g, '')
    // In the middle of a line it joins two statements.
    .replace(/\s∴/g, ' ⇒');
  return plain.trim() === '' ? text : plain;
}

function undecorated(line: string): string {
  let end = line.length;
  for (;;) {
    while (end > 0 && /\s/.test(line[end - 1] as string)) end--;
    const pair = end > 1 ? (line.codePointAt(end - 2) as number) : 0;
    const width = pair > 0xffff ? 2 : 1;
    if (end === 0 || !isDecoration(width === 2 ? pair : line.charCodeAt(end - 1))) break;
    end -= width;
  }
  let start = 0;
  while (start < end) {
    const code = line.codePointAt(start) as number;
    if (code !== 32 && !isDecoration(code)) break;
    start += code > 0xffff ? 2 : 1;
  }
  const kept = line.slice(start, end);
  // An emoji that an operator follows stands for a number.
  const body = start > 0 && /^[-+=×÷*/<>]/.test(kept) ? line.slice(0, end) : kept;
  return body
    .replace(/(?<==[^=→]{1,60}\s)→(?=\s[^=→]{1,30}=)/g, '⇒')
    .replace(/^(?:→|⇒|➡|►|▶|=>|∴|\\therefore(?![a-zA-Z]))\s?/, '');
}

/** `QED` and its signs at the very end. */
function withoutProofEnd(text: string): string {
  const from = Math.max(0, text.length - 48);
  const match =
    /(?:\s|(?<=[.)$\]}])(?=[$\\∎■□]))(?:\*{0,2}\(?Q\.? ?E\.? ?D\.?\)?\*{0,2}|[∎■□]|\\qed|(?:\$|\\\()\\(?:qed|blacksquare|square|Box)(?:\$|\\\)))\s?\.?$/.exec(
      text.slice(from),
    );
  const rest = match === null ? '' : text.slice(0, from + match.index).trimEnd();
  return rest === '' ? text : rest;
}

/** Words that make `5!` a factorial at the end of a sentence. */
const counting =
  /(?:answer|respuesta|resposta|risposta|r[ée]ponse|antwort|ответ|答案|equals?|equal to|factorial|ways|permut\w*|arrang\w*|ordering\w*|seating\w*|=)/i;
/** Factorials elsewhere in the text. */
const factorials = /\d!\s?[-+*/=×÷·\\)}]|[a-z]!|factorial/i;

/** Characters at the end in which exclamation marks are looked at. */
const shoutWindow = 4_096;

/** Numbers without the exclamation mark that ends their sentence: `the total is 12!`, but not `the answer is 5!`. */
function withoutShouts(text: string): string {
  if (!text.includes('!') || !/\d!/.test(text)) return text;
  const from = text.length - shoutWindow;
  const formulas = mathSegments(text);
  const certain = factorials.test(text);
  let next = 0;
  let out = '';
  let at = 0;
  for (const { 0: marks, index } of text.matchAll(/(?<=\d)!+/g)) {
    if (index < from) continue;
    const end = index + marks.length;
    while ((formulas[next]?.end ?? Number.POSITIVE_INFINITY) <= index) next++;
    if ((formulas[next]?.start ?? Number.POSITIVE_INFINITY) < index) continue;
    if (
      !/^["'”’*_)]{0,4}(?:$|\n| {1,2}(?:$|\n|\p{Lu}|[^\p{L}\p{N}\p{P}\p{S}\s]|[^ -~]))/u.test(
        text.slice(end, end + 8),
      )
    )
      continue;
    const before = text.slice(Math.max(0, index - 200), index);
    const sentence = before.slice(Math.max(before.lastIndexOf('\n'), lastStop(before)) + 1);
    const words = /(?<!\\)\b\p{L}{2,}|[^ -~]\p{L}/u.test(sentence);
    const money = /(?:US|R)?(?<!\\)\$ ?\d[\d,.]{0,30}$/.test(sentence) || /[€£₹]/.test(sentence);
    const shout = words ? marks.length > 2 || money || (!certain && !counting.test(sentence)) : money;
    if (!shout) continue;
    out += `${text.slice(at, index)}.`;
    at = end;
  }
  return trimEndOf(out + text.slice(at), ' ');
}

/** Where the last sentence before the current one ends. */
function lastStop(before: string): number {
  return Math.max(before.lastIndexOf('. '), before.lastIndexOf('? '), before.lastIndexOf('! '));
}
