/** The answer in `\boxed{…}`: the last one, or the last ones where several are given together. */
import { joiners, measures, shortMeasures } from './words.ts';

export interface BoxedAnswer {
  /** Offset of the first box and of the end of the last one. */
  readonly start: number;
  readonly end: number;
  /** What is boxed, with labels (`x = `) where the boxes have different ones, and units that follow. In order. */
  readonly boxes: readonly string[];
}

interface Box {
  readonly start: number;
  readonly end: number;
  readonly inner: string;
}

/** What a `\b` read as an escape leaves of `\boxed`. */
const backspace = '\b';
const opener = new RegExp(`\\\\(?:boxed|fbox)(?![a-zA-Z])|${backspace}oxed`, 'g');

/** What prompts ask for in place of an answer. */
const placeholder =
  /^(?:\\text\s?\{)?\s*(?:your |the |final )*answer(?: here)?\s*\}?$|^[.?_\s…]*$|^\\(?:ldots|dots|cdots|square)$/i;

/** Characters between two boxes of one answer, and most boxes of one. */
const maxBetween = 160;
const maxBoxes = 128;

/**
 * The last `\boxed` or `\fbox` that is closed and not empty, with those that belong to it (`\boxed{1} and \boxed{2}`).
 * `broken` where one was begun and none closed: such a text breaks off in its answer. With `repair`, a last box that
 * only lacks its closing brace ends with the text.
 */
export function lastBoxes(text: string, repair = false): BoxedAnswer | 'broken' | undefined {
  if (!text.includes('box') && !text.includes(backspace)) return undefined;
  /** Last one first; labels and units are those of the box. */
  const group: (Box & { label: string })[] = [];
  let broken = false;
  let limit = text.length;
  for (const at of Array.from(text.matchAll(opener), (match) => match.index).reverse()) {
    const box = boxAt(text, at, limit, repair && !broken && group.length === 0);
    if (box === undefined) {
      if (group.length > 0) break;
      // Those before one that does not close close before it, if at all: each is scanned once.
      broken = true;
      limit = at;
      continue;
    }
    if (placeholder.test(box.inner) || negated(text, at)) continue;
    const next = group.at(-1);
    if (next === undefined) group.push({ ...withUnit(text, box), label: '' });
    else {
      const own = withUnit(text, box);
      const joint =
        own.end <= next.start && next.start - own.end <= maxBetween
          ? jointOf(text.slice(own.end, next.start))
          : undefined;
      if (joint === undefined || group.length === maxBoxes) break;
      next.label = joint;
      group.push({ ...own, label: '' });
    }
  }
  const first = group.at(-1);
  const last = group[0];
  if (first === undefined || last === undefined) return broken ? 'broken' : undefined;
  if (group.length > 1)
    first.label = labelAtEnd(plain(text.slice(Math.max(0, first.start - 60), first.start))).label;
  return { start: first.start, end: last.end, boxes: listed(group.reverse()) };
}

/** The boxes as an answer, each once. A label that all share says nothing. */
function listed(group: readonly { inner: string; label: string }[]): string[] {
  const labels = new Set(group.map(({ label }) => label));
  return [
    ...new Set(
      group.map(({ inner, label }) => (labels.size > 1 && label !== '' ? `${label} ${inner}` : inner)),
    ),
  ];
}

/** The box that begins at `at`; undefined where it does not close before `limit`. */
function boxAt(text: string, at: number, limit: number, repair: boolean): Box | undefined {
  let from = at + (text.startsWith('\\fbox', at) || text[at] === backspace ? 5 : 6);
  while (text[from] === ' ' || (text[from] === '\n' && text[from + 1] === '{')) from++;
  if (text[from] !== '{') {
    const end = bareEnd(text, from);
    return { start: at, end, inner: text.slice(from, end).trim() };
  }
  const end = closingBrace(text, from, limit);
  if (end >= 0) {
    const inner = innerOf(text.slice(from + 1, end), text[at - 1] === '\\' && text[at - 2] !== '\\');
    // A blank line ends a formula: the brace that closes here belongs to something else.
    return text.slice(from, end).includes('\n\n') ? undefined : { start: at, end: end + 1, inner };
  }
  if (!repair || end < -1 || text.length - from > 600) return undefined;
  const rest = text.slice(from + 1).replace(/(?:\\\]|\\\)|[$.\s])*$/, '');
  return rest === '' || rest.length > 500
    ? undefined
    : { start: at, end: text.length, inner: innerOf(rest, text[at - 1] === '\\') };
}

/**
 * What stands in a box: without the signs that close and open formulas inside it (`12 $ and $13`), and with single
 * backslashes where the box itself has two, as texts taken from JSON do.
 */
function innerOf(raw: string, doubled: boolean): string {
  const inner = (doubled ? raw.replaceAll('\\\\', '\\') : raw).trim();
  const signs = inner.match(/\\.|\$/gs)?.filter((sign) => sign === '$').length ?? 0;
  return signs < 2 ? inner : inner.replace(/\\.|\$/gs, (sign) => (sign === '$' ? '' : sign)).trim();
}

/** Offset of the brace that closes the one at `open`; -1 where only this one is missing, less where more are. */
function closingBrace(text: string, open: number, limit: number): number {
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const char = text.charCodeAt(at);
    if (char === 92) at++;
    else if (char === 123) depth++;
    else if (char === 125 && --depth === 0) return at;
  }
  return -depth;
}

/** End of what `\boxed 5` boxes: the formula or line that it stands in. */
function bareEnd(text: string, from: number): number {
  const stop = /\$|\n|\\[)\]]|\.\s/g;
  stop.lastIndex = from;
  return stop.exec(text)?.index ?? text.length;
}

/** `not \boxed{5}`. */
function negated(text: string, at: number): boolean {
  return /(?:\bnot|n['’]t|\bnever|不是)[\s$\\([]{0,6}$/.test(text.slice(Math.max(0, at - 16), at));
}

/** The percent sign, degree or unit that stands right after a box, taken into it. */
function withUnit(text: string, box: Box): Box {
  const after = text.slice(box.end, box.end + 60);
  const match =
    /^(?:\\[,;:! ]|[ ~]|\^)*(?:\\?%|\^\{?\s?\\circ\s?\}?|°)/.exec(after) ??
    /^(?:\\[,;:! ]|[ ~$]|\\[)\]])*\\(?:text|mathrm|textrm|textnormal|mbox|rm)\s?\{\s?([^{}]{1,24}?)\.?\s?\}(?:\^\{?[23]\}?)?/.exec(
      after,
    ) ??
    /^(?:\\[)\]]|[ $*\n])*([\p{L}°²³%/^]{1,12})(?![\p{L}\p{N}{])/u.exec(after);
  if (match === null || !/[\d}]$/.test(box.inner) || /\\text|%|\p{L}{3,}$/u.test(box.inner)) return box;
  const name = match[1];
  const inText = match[0].includes('{') && name !== undefined;
  const known =
    name === undefined ||
    measures.has(name.toLowerCase()) ||
    (inText && name.split(/[\s/]+/).every(isMeasure));
  if (!known) return box;
  const unit = match[0].replace(/\\[)\]]|[$*\n]/g, '').trim();
  return {
    ...box,
    end: box.end + match[0].length,
    inner: `${box.inner}${/^[\\^%°]/.test(unit) ? '' : ' '}${unit}`,
  };
}

function isMeasure(word: string): boolean {
  const name = word.replace(/[²³^23]+$/, '').toLowerCase();
  return measures.has(name) || shortMeasures.has(name);
}

/** Formulas' delimiters, spacing commands and emphasis as spaces, `\text{…}` as what is in it. */
function plain(between: string): string {
  return between
    .replace(/\$+|\\[()[\]]|\\q?quad|\\[,;:! ]|~|\*\*/g, ' ')
    .replace(/\\(?:text|textrm|textbf|mathrm|mbox|textnormal)\s?\{([^{}]*)\}/g, ' $1 ')
    .replace(/\}\s*$/, ' ');
}

const symbolLabel =
  /(?:^|[\s,;:.])((?:\\?[A-Za-z]+(?:_\{?\w+\}?)?'?(?:\([\w, ]{0,12}\))?|\([\w, ]{1,20}\))\s*(?:=|\\in|\\approx|≈))\s*$/;
const wordLabel =
  /(?:^|[\s,;])(?:\(?[a-z]\)|\(?[ivx]{1,4}\)|[-*•]|\d{1,2}[.)]|[A-Za-z]{1,12}(?: \(?\w{1,3}\)?)?\s*:)\s*$/;
/** `and the product is`: two sentences about two quantities. */
const clauseLabel =
  /(?<=(?:^|[\s,;])(?:and|while|und|et|y|e|и)\s)(?:the|its|their|das|der|die|le|la|el|il|o|a) (?!(?:final |correct |right )?(?:answer|result|conclusion))[A-Za-z]{2,20}(?: [A-Za-z]{1,12}){0,3} (?:is|are|equals|ist|est|es|è|é|=)\s*:?\s*$/i;
const verbLabel = /(?:^|[\s,;])([A-Za-z](?:_\{?\w+\}?)?)\s+is\s*$/;

/** The label that a stretch before a box ends in: `x =` kept, `(b)` and `Area:` only passed over. */
function labelAtEnd(stretch: string): { rest: string; label: string; found: boolean } {
  const symbol = symbolLabel.exec(stretch);
  if (symbol?.[1] !== undefined) {
    const rest = stretch.slice(0, symbol.index + 1);
    const item = wordLabel.exec(rest);
    const label = symbol[1].replace(/\s*=$/, ' =');
    return { rest: item === null ? rest : rest.slice(0, item.index + 1), label, found: true };
  }
  const verb = verbLabel.exec(stretch);
  if (verb?.[1] !== undefined)
    return { rest: stretch.slice(0, verb.index + 1), label: `${verb[1]} =`, found: true };
  const about = clauseLabel.exec(stretch);
  if (about !== null) return { rest: stretch.slice(0, about.index), label: '', found: true };
  const word = wordLabel.exec(stretch);
  if (word !== null) return { rest: stretch.slice(0, word.index + 1), label: '', found: true };
  return { rest: stretch, label: '', found: false };
}

/** Words that show that a clause of its own stands between two boxes. */
const clause =
  /\b(?:is|are|was|were|be|we|it|he|she|they|so|thus|hence|therefore|then|wrong|not|gives?|get|but|answer|final|step|which|this|that)\b/i;

/**
 * Where two boxes with this between them form one answer: the label of the second one, or ''. A list has a separator
 * or conjunction, after it a label, before it a short qualification (`for part (a) and`); or a line for each box.
 */
function jointOf(between: string): string | undefined {
  if (/\S\s*\n\s*\n/.test(between.replace(/[.$\\\])*]/g, ''))) return undefined;
  const stretch = plain(between);
  const { rest, label, found } = labelAtEnd(stretch);
  const words = rest
    .replace(/[,;、]/g, ' , ')
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) {
    // A line each with a label, or side by side in a formula.
    const line = stretch.includes('\n');
    return (found && line) ||
      (!line && /\\q?quad|[^\n]/.test(between) && between.trim() !== '') ||
      (!line && found)
      ? label
      : undefined;
  }
  const isJoiner = (word: string | undefined): boolean =>
    word === ',' || word === 'but' || joiners.has(word?.toLowerCase() ?? '');
  let end = words.length;
  while (end > 0 && isJoiner(words[end - 1])) end--;
  const conjunctions = words.slice(end).filter((word) => word !== ',').length;
  if (end === words.length || conjunctions > 2) return undefined;
  const qualification = words.slice(0, end).join(' ');
  if (qualification === '') return label;
  if (end > 8 || /[.!?:=。]/.test(qualification) || clause.test(qualification)) return undefined;
  return end <= 2 || /^(?:for|in|at|when|if|as|with|on|on the)\b/i.test(qualification) ? label : undefined;
}
