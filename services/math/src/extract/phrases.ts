/** Answers that a phrase announces: `the answer is …`, `Final answer: …`, `答案是…`, in the languages models write. */

import { choiceIn, letterAlone } from './choices.ts';
import { isProse, isSentence, unspacedLetter } from './language.ts';
import { isPlainNumber } from './numbers.ts';
import { answerParts } from './parts.ts';
import { trimEndOf } from './scan.ts';
import { mathSegments } from './segments.ts';
import { sentences } from './sentences.ts';
import { changingAfter, joiners, remarks } from './words.ts';

/** Words for `answer`; the second pattern is for texts that are not ASCII. */
const latin =
  /(?<![a-z])ans(?:wers?)?(?![a-z])|(?<![a-z])(?:respuesta|resposta|risposta|antwort|antwoord|jawaban(?:nya)?|jibu|vastaus|odgovor|cevap|svaret|svar|reponse|atsakymas)(?![a-z])/gi;
const anyScript =
  /(?<!\p{L})(?:ans(?:wers?)?|r[ée]ponse|respuesta|resposta|risposta|antwort|antwoord|jawaban(?:nya)?|jibu|svaret|svar|vastaus|odpowiedź|odpověď|odpoveď|odgovor|válasz|răspunsul|răspuns|cevap|yanıt|đáp án|đáp số|câu trả lời|απάντηση|ответ|відповідь|адказ|الجواب|الإجابة|الاجابة|الإجابة النهائية|إجابة|جواب|پاسخ|תשובה|התשובה|उत्तर|जवाब|উত্তর|సమాధానం|பதில்)(?!\p{L})|答案|答え|解答|答(?=\s*:)|正解|정답|답(?=[은:이 ])|คำตอบ/giu;

/** What says that the phrase gives the answer to all, before or after the word for answer. */
const finalBefore =
  /(?:final|最终|最終|最后|final[eao]?|finais|endgültige|окончательный|итоговый|النهائي|النهائية|अंतिम|최종)\s*$/iu;
const finalAfter = /^\s*(?:finale?|definitiva|النهائية|النهائي)/iu;

/** What stands between the word and the answer: up to a colon or a verb, without the end of a sentence. */
const immediate = /^[\s*_)]{0,6}(?:=>|->|→|=|≈|:|(?<=\s)[-–—](?=\s(?:\d|\$|\\)))(?!=)/;
const verb =
  /^[^.?!:\n。]{0,80}?(?::|(?<![\p{L}\p{M}])(?:is|are|be|equals?|becomes|was|est|sont|ist|sind|lautet|beträgt|es|son|é|são|è|sono|adalah|là|jest|wynosi|este|je|är|er|ni|равен|равна|равно|это|هو|هي|هوا|است|είναι|הוא|היא)(?![\p{L}\p{M}])|—|–|[是为為は은는คือ]|หมายถึง)/u;
const denied =
  /(?<!\p{L})(?:not|cannot|never|no|non|ne|nicht|não|не|không|bukan|nie)(?!\p{L})|n['’](?:t(?!\p{L})|\s*est|\s*$)|不|ない|아니|ليس|नहीं/iu;
/** Before the word: another answer than the writer's. */
const foreign =
  /(?:\b(?:wrong|incorrect|false|previous|earlier|initial|original|old|their|his|mauvaise|falsche|incorrecta|not (?:the|an?|my)|if|suppose|assume|assuming|whether|unless|would-be)\s+(?:that\s+)?(?:(?:the|your|my|our|an?|la|die|el)\s+)?(?:(?:final|correct|right)\s+)?|错误的?|неправильный )$/iu;
const reverse = /(?:is|are|be|=)\s+(?:the|our|my|your)\s+(?:\w{1,20}\s+){0,2}$/i;

/** Characters of the text after a phrase that are looked at. */
const windowSize = 2_000;
/** Phrases that are looked at, from the end. */
const maxPhrases = 64;

/** The last phrase that gives an answer; with `final`, only phrases that say so and answers with mathematics. */
export function answerPhrase(text: string, final = false): string | undefined {
  // Most texts end with a box: a sign or two come after it.
  if (final && text.length < 5) return undefined;
  const pattern = /[^\n -~]/.test(text) ? anyScript : latin;
  const found = Array.from(text.matchAll(pattern)).slice(-maxPhrases).reverse();
  for (const { 0: word, index } of found) {
    const before = text.slice(Math.max(0, index - 48), index);
    const rest = text.slice(index + word.length, index + word.length + windowSize);
    if (final && !finalBefore.test(before) && !finalAfter.test(rest)) continue;
    if (foreign.test(before) || /^ (?:choices?|options?|the|this|these|each|format|questions?)\b/i.test(rest))
      continue;
    const span = announced(text, index, rest, before);
    if (span !== undefined && (!final || /\d|\$|\\/.test(span))) return span;
  }
  return undefined;
}

/** The answer that a phrase gives; `rest` is the text after the word for answer. */
function announced(text: string, index: number, rest: string, before: string): string | undefined {
  const value = /^["']\s?:\s?(?:"((?:[^"\\]|\\.){1,500})"|([^\s,}"[{][^,}\n"]{0,200}))\s*[,}\n]/.exec(rest);
  if (value !== null) return core((value[1] ?? value[2] ?? '').replaceAll('\\\\', '\\'));
  const bare = /^[\s*_]{0,6}(?:\$|\\\(|\\\[|\\[a-zA-Z])/.test(rest);
  const judged =
    /^\s\(?([A-J])\)?\s(?:is|ist|est|es|è|é)\s(?:the\s)?(?:correct|right|richtig|juste|corretta|certa)/i.exec(
      rest,
    );
  if (judged?.[1] !== undefined && /[A-J]/.test(judged[1])) return judged[1];
  const short = /^ans$/i.test(
    text
      .slice(index, index + 4)
      .trim()
      .replace('.', ''),
  );
  const link =
    (short ? /^\.\s(?=[-$\\\d(])/.exec(rest) : null) ??
    immediate.exec(rest) ??
    (bare ? null : verb.exec(rest));
  if (link !== null) {
    if (denied.test(link[0]) || conditional(link[0], rest) || isAsked(rest)) return undefined;
    return given(rest, link[0].length);
  }
  if (bare || /^[*_ :]*\n/.test(rest)) return given(rest, 0);
  if (reverse.test(before) && /^(?:[\s*_]*(?:$|[.!,;:)\n])|\s+(?:to|for|of|because|since|as)\s)/.test(rest)) {
    return reversed(text.slice(Math.max(0, index - 400), index).replace(reverse, ''));
  }
  // `उत्तर 5 है`: the verb comes last.
  const said = sentenceAt(rest);
  const letter = /(?:not|n['’]t|nicht|pas|не)\s+(?:\p{L}{1,12}\s+){0,2}$/u.test(before)
    ? undefined
    : letterAlone(said.replace(/\*\*/g, ''));
  if (letter !== undefined) return letter;
  const parts = said.length <= 80 ? answerParts(said) : [];
  const [part] = parts;
  const asked = /\?\s*$/.test(rest.slice(0, said.length + 3));
  return parts.length === 1 &&
    !asked &&
    part !== undefined &&
    !part.partial &&
    !part.negated &&
    !/[A-Za-z]{3}/.test(said)
    ? part.span
    : undefined;
}

/** `the answer would be 5 if …` */
function conditional(link: string, rest: string): boolean {
  return /\b(?:would|could|might)\b/i.test(link) && /\b(?:if|but|had)\b/i.test(sentenceAt(rest));
}

/** Whether the first sentence of a text is a question. */
function isAsked(text: string): boolean {
  const first = sentences(text, mathSegments(text), false)[0];
  return first !== undefined && text[first.end - 1] === '?';
}

/** The answer at the start of a text that names it, up to the end of the sentence. */
export function statedFirst(text: string): string | undefined {
  return given(text.slice(0, windowSize), 0);
}

/** `18 is the answer`. */
function reversed(before: string): string | undefined {
  const last = sentences(before).at(-1);
  const part = last && answerParts(before.slice(last.start, last.end)).at(-1);
  return part === undefined || part.partial || part.negated ? undefined : part.span;
}

function given(rest: string, offset: number): string | undefined {
  const emphasis = /^[\s*_:]*(?:(?<=\n)> ?[\s*_]*)?/.exec(rest.slice(offset, offset + 200))?.[0] ?? '';
  const begin = offset + emphasis.length;
  const items = emphasis.includes('\n') ? listItems(rest.slice(begin)) : undefined;
  if (items !== undefined) return items.length === 0 ? undefined : items.join(', ');
  // Emphasis that begins before the answer belongs to it; that which began before the phrase ends after it.
  const body = rest.slice(begin);
  const said = sentenceAt(body);
  const open = emphasis.endsWith('**') && /[^\s*]\*\*/.test(said);
  const bold = open ? /^[^*]{1,200}?(?=\*\*)/.exec(said)?.[0].trim() : undefined;
  if (bold !== undefined && isPlainNumber(bold) && standsAlone(said.slice(bold.length))) return bold;
  const answer = core(trimEndOf(open ? said.replaceAll('**', '') : said, '*_ '));
  if (answer === undefined || answer === '' || /[-+*/=×÷^\\]$/.test(answer)) return undefined;
  // `(Answer: 5)`
  const inner = /^[^()[\]]*\)$/.test(answer) ? answer.slice(0, -1).trim() : answer;
  return inner === '' ? undefined : inner;
}

/** Whether what follows an emphasised number leaves it as it is. */
function standsAlone(after: string): boolean {
  const word = /^[*\s]*([^\s.,;]*)/.exec(after)?.[1]?.toLowerCase() ?? '';
  return !joiners.has(word) && !changingAfter.has(word) && !/^[-+*/=×÷^<>\d$\\]/.test(word);
}

/** The lines of an enumeration at the start of a text; undefined where there is none. */
function listItems(text: string): string[] | undefined {
  const items: string[] = [];
  for (const line of text.split('\n', 40)) {
    const item = /^\s*(?:\d{1,2}[.)]|[-*•])\s+(.+)$/.exec(line)?.[1];
    if (item === undefined && line.trim() === '' && items.length > 0) continue;
    if (item === undefined) break;
    const span = core(trimEndOf(item.trim(), '.;, *_').replaceAll('**', ''));
    if (span === undefined) return [];
    items.push(span);
  }
  return items.length === 0 || (items.length === 1 && /^\s*[-*•]/.test(text)) ? undefined : items;
}

/** From the start of a text to the end of its first sentence or display formula. */
function sentenceAt(text: string): string {
  const formulas = mathSegments(text);
  const first = formulas[0];
  if (first?.display && first.start === 0) return text.slice(0, first.end);
  const end = sentences(text, formulas, false)[0];
  if (end === undefined) return '';
  // A formula that begins on this line and never ends: damaged, taken whole.
  return text
    .slice(end.start, end.end)
    .trim()
    .replace(/(?:(?<!\.\.)\.|[。！？?।۔])$/u, '')
    .trim();
}

/** Where a clause begins that says more about the answer. */
const aside =
  /,?\s+(?:or|i\.e\.,?|that is,?)\s+(?:(?:about|approximately|roughly|around|nearly|approx\.?)(?!\p{L})|≈|\$\\approx)|,?\s+rounded\s(?:to|up|down|off)\s|(?<=[\d$)}%]),\s+(?:approximately|about|roughly)\s|(?:,\s+|\s+)(?:because|since|as (?:we|the|it|there|shown|required|desired)|due to|which|whereas|so|weil|parce|так как|потому)(?!\p{L})|,\s+(?:car|da|denn|porque|poiché|it|we|this|that|where|but|i|and (?:not|the|we|it|so|this))(?!\p{L})|,?\s*(?:,|因为|所以|而)(?=\s*(?:不|因为|所以|而|其))|\s(?:and )?(?:not|rather than|instead of|non|pas|nicht|et non|y no)\s|而不是|不是|,?\s+(?:correct\s)?to\s(?:the\s)?(?:nearest\s|(?:\d|one|two|three|four)\s(?:significant|decimal)\s)|\sand the units?\s|\s✅|\s[[(](?:verified|checked|approx|exactly|see|units?)(?!\p{L})|(?:[,;|]|\s[-–—])\s*(?:with\s(?:\d{1,3}\\?%\s)?)?confidence(?!\p{L})|\s\((?=\d[\d.]{0,8}\s?\\?%\))|(?<=\p{L}{3})\s\((?=\d[\d.,]{0,12}\s?[-+*×/÷]\s)|\s\((?:or|i['’]m|i am|confidence|i\.e|approx|about|which|since|because|as|that is|rounded)/iu;
/** Words before an answer that leave it as it is. */
const approximately =
  /^(?:(?:approximately|about|roughly|around|approx\.?|exactly|simply|just|equal to|given by|indeed|therefore|thus|circa|environ|ungefähr|aproximadamente|大约|约为?)[\s,:]*)+(?=[\d$\\-])/iu;
/** Beginnings of what is no answer. */
const vague =
  /^(?:anything|everything|close to|nearly|almost|somewhere|anywhere|not far|far from)(?!\p{L})/iu;
const choice =
  /^(?:(?:option|choice|letter|answer|opción|选项|选|варіант|вариант)\s*)?\(?([A-J])\)?(?=$|[\s,.:;)])/i;

/** The answer inside a sentence that may say more; undefined where it gives none. */
function core(sentence: string): string | undefined {
  let text = unquoted(sentence.trim());
  if (/^not (?:yet|known|clear|given|possible|enough)\b/i.test(text)) return undefined;
  if (/^(?:not|nicht|pas|(?:no|non)(?=\s[\d$])|не|不是)\s/i.test(text)) {
    const kept = answerParts(text).filter((part) => !part.negated);
    return kept.length === 1 && !kept[0]?.partial ? kept[0]?.span : undefined;
  }
  const letter = letterAlone(text);
  if (letter !== undefined) return letter;
  if (/^neither\b/i.test(text)) return choiceIn(text)?.span;
  if (vague.test(text)) return undefined;
  text = text.replace(approximately, '').replace(/^(?:negative|minus)\s(?=[\d\\])/i, '-');
  const formulas = mathSegments(text);
  const cut = aside.exec(text);
  const inFormula = cut !== null && formulas.some(({ start, end }) => start < cut.index && cut.index < end);
  if (cut !== null && cut.index > 0 && !inFormula) {
    const head = text.slice(0, cut.index).trim();
    if (/\d|[$\\]/.test(head) || choice.test(head)) text = trimEndOf(head, ',;:，、 ');
  }
  if (isPlainNumber(text) && !/[^\p{Script=Latin}\P{L}]/u.test(text)) return unquoted(text);
  if (/^[\p{L}\s'’.-]*$/u.test(text) && !unspacedLetter.test(text)) return wordAnswer(text);
  if (!isProse(text) && !text.includes('**') && !unspacedLetter.test(text))
    return text === '' ? undefined : text;
  const parts = answerParts(text);
  const kept = parts.filter((part) => !part.negated);
  if (kept.length === 1 && !parts.some((part) => part.partial)) return kept[0]?.span;
  const last = kept.at(-1);
  if (last?.calculated && !last.partial) return last.span;
  if (parts.length > 0) return kept.length === 0 ? undefined : text;
  return wordAnswer(text);
}

/** An answer in words: a letter of a choice, a name, a short phrase. */
function wordAnswer(text: string): string | undefined {
  if (text === '') return undefined;
  const first = /^[\p{L}-]+/u.exec(text)?.[0].toLowerCase() ?? '';
  if (remarks.has(first)) return undefined;
  const words = text.split(/\s+/).length;
  return words <= 12 && (words <= 6 || !isSentence(text)) ? text : undefined;
}

/** Without quotation marks around it. */
export function unquoted(text: string): string {
  const quoted = /^\\?["“«'‘`]([^"“”«»`]+?)\\?["”»'’`][.,]?$/.exec(text)?.[1];
  return (quoted ?? text).trim();
}
