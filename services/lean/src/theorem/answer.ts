/** Where in a model's answer the Lean text is: after the thinking, in a fence, between sentences. Linear in the text. */
import { withoutComments } from './layout.ts';
import { tokensOf } from './tokens.ts';
import { commandWords } from './words.ts';

export interface Region {
  readonly start: number;
  readonly end: number;
  /** E.g. `last of 3 fences (lean4)`. */
  readonly how: string;
  /** Without fences: sentences may follow. */
  readonly bare?: boolean;
}

/** The Lean text that is most likely the proof of a theorem; undefined: there is nothing but prose. */
export function regionOf(text: string, name: string): Region | undefined {
  const mark = '</think>';
  const thought = text.lastIndexOf(mark);
  if (thought >= 0 && text.slice(thought + mark.length).trim() !== '') {
    const region = regionIn(text, thought + mark.length, name);
    if (region !== undefined) return { ...region, how: `after the thinking, ${region.how}` };
  }
  const endless = thought < 0 && /^\s{0,100}<think>/.test(text);
  if (thought < 0 && !endless) return regionIn(text, 0, name);
  // Nothing but prose after it, if anything: then a proof in the thinking is what there is.
  const fence = chosen(text, fencesIn(text, 0, endless ? text.length : thought), name);
  return fence && { ...fence, how: `in the thinking, ${fence.how}` };
}

function regionIn(text: string, from: number, name: string): Region | undefined {
  const fences = fencesIn(text, from, text.length);
  return chosen(text, fences, name) ?? (fences.length === 0 ? bare(text, from, name) : undefined);
}

interface Fence {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Labels of fences that hold Lean. */
const lean = /^\{?\.?(?:lean ?4?|lean3|tactics?|proof)\b/i;

/**
 * All fences, empty ones too. A closing fence without an opening one ends what stands before it, as in a continued prompt.
 * Marks in a comment are part of it: models leave the plan of a proof, with its fences, in a comment of the file.
 */
function fencesIn(text: string, from: number, to: number): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly start: number; readonly label: string } | undefined;
  let first = true;
  let line = -1;
  let comment = false;
  const comments = commentsAround(text, from, to);
  const add = (start: number, end: number, label: string) => fences.push({ start, end, label });
  for (let at = text.indexOf('```', from); at >= 0 && at < to; ) {
    if (at > line) {
      line = lineEnd(text, at, to);
      comment = /^[ \t]*--/.test(text.slice(text.lastIndexOf('\n', at) + 1, at));
    }
    let after = at;
    while (text.charCodeAt(after) === 96) after++;
    const around = comments(at);
    if (
      comment ||
      (around !== undefined && (open === undefined ? beginsLine(text, from, around) : around >= open.start))
    ) {
      at = text.indexOf('```', after);
      continue;
    }
    const label = text.slice(after, Math.min(line, after + 200)).trim();
    const alone = beginsLine(text, from, at);
    let next = line;
    if (open !== undefined) {
      add(open.start, at, open.label);
      open = label === '' ? undefined : { start: Math.min(line + 1, to), label };
    } else if (label.includes('```')) {
      // All of a fence in one line.
      const end = text.indexOf('```', after);
      add(after, end, '');
      next = end + 3;
    } else if (first && label === '' && continues(text, from, at, alone)) {
      add(from, at, '');
    } else if (alone || lean.test(label)) {
      open = { start: Math.min(line + 1, to), label };
    }
    first = false;
    at = text.indexOf('```', Math.max(next, after));
  }
  if (open !== undefined) add(open.start, to, open.label);
  return fences;
}

/** Finds where the innermost block comment around a fence's mark begins; undefined: none does that also ends. Linear. */
function commentsAround(text: string, from: number, to: number): (mark: number) => number | undefined {
  const marks = new Map<number, number>();
  const ended = new Set<number>();
  const open: number[] = [];
  const delimiters = /\/-|-\/|```+/g;
  delimiters.lastIndex = from;
  for (let found = delimiters.exec(text); found !== null && found.index < to; found = delimiters.exec(text)) {
    const inner = open.at(-1);
    if (found[0] === '/-') open.push(found.index);
    else if (inner === undefined) continue;
    else if (found[0] === '-/') ended.add(open.pop() as number);
    else marks.set(found.index, inner);
  }
  return (mark) => {
    const comment = marks.get(mark);
    return comment !== undefined && ended.has(comment) ? comment : undefined;
  };
}

/** Whether a mark without label ends a proof that began before the text. */
function continues(text: string, from: number, at: number, alone: boolean): boolean {
  const before = text.slice(from, at);
  if (before.trim() === '') return false;
  // Sentences of comments are no prose.
  const code = () => withoutComments(before, tokensOf(before), 0, before.length);
  return (
    !alone ||
    !code()
      .split('\n')
      .some((line) => isProse(line))
  );
}

/** The last fence that states the theorem; else the last that says it is Lean; else the last that says nothing. */
function chosen(text: string, all: readonly Fence[], name: string): Region | undefined {
  const states = declarationOf(name);
  const fences = all.filter(({ start, end }) => text.slice(start, end).trim() !== '');
  const stating = fences.findLast(({ start, end }) => states.test(text.slice(start, end)));
  const fence =
    stating ??
    fences.findLast(({ label }) => lean.test(label)) ??
    fences.findLast(({ label }) => label === '');
  if (fence === undefined) return undefined;
  const place = fence === fences.at(-1) ? 'last' : `number ${fences.indexOf(fence) + 1}`;
  const which = fences.length === 1 ? 'the only fence' : `${place} of ${fences.length} fences`;
  const label = fence.label === '' ? '' : ` (${fence.label.slice(0, 20)})`;
  return { start: fence.start, end: fence.end, how: `${which}${label}` };
}

/** Matches a text that may declare a theorem of this name. */
function declarationOf(name: string): RegExp {
  return new RegExp(
    `\\b(?:theorem|lemma)\\s{1,20}${RegExp.escape(name)}(?![\\p{L}\\p{N}_'!?]|\\.[\\p{L}_])`,
    'u',
  );
}

/** A text without fences, from the first line that is not prose; that opens a file, where prose comes before a file. */
function bare(text: string, from: number, name: string): Region | undefined {
  const end = text.length;
  const states = declarationOf(name).test(text.slice(from));
  let skipped = false;
  for (let at = from; at < end; at = lineEnd(text, at, end) + 1) {
    const line = text.slice(at, lineEnd(text, at, end));
    if (line.trim() === '') continue;
    if (states && skipped ? opensFile(line) : !isProse(line)) {
      const how = skipped ? 'text after the first sentences' : 'whole text';
      return { start: skipped ? at : from, end, how, bare: true };
    }
    skipped = true;
  }
  return undefined;
}

/** Whether a line can be the first of a Lean file. */
function opensFile(line: string): boolean {
  const word = /^[\w]+/.exec(line)?.[0];
  return /^(?:@\[|\/-|--)/.test(line) || (word !== undefined && commandWords.has(word));
}

/** Whether a line is a sentence or a headline, and no Lean. */
export function isProse(line: string): boolean {
  const text = line.slice(0, 400).trim();
  if (/^(?:#{1,6} |\*\*|> |\d{1,3}\. |- [A-Z])/.test(text)) return true;
  if (/:=|=>|[⟨⟩⊢←↦]|^import\b/.test(text)) return false;
  if (/^[A-Z][A-Za-z0-9' ]{0,60}:$/.test(text)) return true;
  return /^(?:[A-Z][a-z']*|I),?(?: [A-Za-z][a-z']*[,.:;!?)]?){2}(?: |$)/.test(text);
}

/** Whether only blanks stand before it in its line. */
function beginsLine(text: string, from: number, at: number): boolean {
  let before = at - 1;
  while (before >= from && (text.charCodeAt(before) === 32 || text.charCodeAt(before) === 9)) before--;
  return before < from || text.charCodeAt(before) === 10;
}

function lineEnd(text: string, at: number, to: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 || end > to ? to : end;
}
