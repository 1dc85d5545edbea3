/**
 * Takes the program out of a model's answer: fences, tags, or bare code. Linear in the text, whatever it holds.
 */
import { type Block, blockOf, type Choice, chooseBlock, chooseFunction, infoLanguage } from './blocks.ts';
import { type Fence, fencesIn, inlineFences } from './fences.ts';
import { canonicalLanguage, type Language } from './languages.ts';
import { beginsCode, detectLanguage, isSentence, looksLikeCode, opensProgram } from './signs.ts';
import { afterThinking, regionsIn } from './tags.ts';

export { definitionOf } from './blocks.ts';
export { canonicalLanguage, type Language, related } from './languages.ts';

export interface Extraction {
  readonly code: string;
  /** Canonical language name, if the answer says it. */
  readonly language: string | undefined;
  /** What was taken, e.g. `last of 3 fences (python)`, `whole text`, `<answer>, the only fence`. */
  readonly how: string;
}

/**
 * The program in an answer; undefined where there is none. `wanted` names the language it should be in, in any form that
 * is known; empty: any.
 *
 *   1. What follows `</think>` goes before what was thought.
 *   2. A tag (`<answer>`, `<solution>`, `<code>`, `[PYTHON]`, `[BEGIN]`) that holds fences, or code, goes before the rest; of
 *      several the last.
 *   3. Of fences, `chooseBlock` says which; a fence of Markdown stands for the fences in it.
 *   4. Without fences the text is the program as it stands, or from the first line on that can only begin one, where prose
 *      comes before. A text without any sign of code holds no program, unless the language is known and nothing in it is a
 *      sentence.
 */
export function extractProgram(answer: string, wanted: string): Extraction | undefined {
  const language = canonicalLanguage(wanted);
  return extract(
    answer,
    (blocks) => chooseBlock(blocks, language),
    (text) => bareCode(text, language),
  );
}

/** The code in an answer's fences that defines a Python function; undefined where no fence does. */
export function extractFunction(answer: string, name: string): Extraction | undefined {
  return extract(answer, (blocks) => chooseFunction(blocks, name));
}

/** Whether an answer has a fence at all. */
export function hasFence(answer: string): boolean {
  return blocksOf(answer).length > 0;
}

/** An answer without what was thought before it; as it is where nothing follows. */
export function withoutThinking(answer: string): string {
  const after = afterThinking(answer)?.after ?? '';
  return after.trim() === '' ? answer : after;
}

type Choose = (blocks: readonly Block[]) => Choice | undefined;

/** Takes the program out of a text without fences. */
type Bare = (text: string) => Extraction | undefined;

function extract(answer: string, choose: Choose, bare?: Bare): Extraction | undefined {
  const thought = afterThinking(answer);
  if (thought === undefined) return fromText(answer, choose, bare);
  const found = fromText(thought.after, choose, bare);
  if (found !== undefined) return { ...found, how: `after the thinking, ${found.how}` };
  const inside = fromText(thought.before, choose);
  return inside && { ...inside, how: `in the thinking, ${inside.how}` };
}

function fromText(text: string, choose: Choose, bare?: Bare): Extraction | undefined {
  const fences = fencesOf(text);
  for (const { tag, start, text: inside } of regionsIn(text)) {
    if (fences.some((fence) => fence.start < start && start < fence.end)) continue;
    const found = choose(blocksOf(inside));
    if (found !== undefined) return { ...found, how: `${tag}, ${found.how}` };
    if (bare === undefined || (tag === '<code>' && fences.length > 0) || !looksLikeCode(inside)) continue;
    const code = inside.replace(/^[ \t\r]*\n/, '');
    return { code, language: detectLanguage(code), how: tag };
  }
  const blocks = blocksOf(text, fences);
  if (blocks.length > 0) return choose(blocks);
  return bare?.(text);
}

function fencesOf(text: string): Fence[] {
  return fencesIn(text, (info) => infoLanguage(info) !== undefined);
}

const markdown = /^(?:markdown|md|mdx)?$/i;

function blocksOf(text: string, fences: readonly Fence[] = fencesOf(text)): Block[] {
  const filled = fences.some(({ code }) => code.trim() !== '') ? fences : inlineFences(text);
  return filled
    .flatMap((fence) => {
      const inner = fence.nests && markdown.test(fence.info) ? fencesOf(fence.code) : [];
      return inner.length > 0 ? inner : [fence];
    })
    .filter(({ code }) => code.trim() !== '')
    .map(({ code, info }, index) => blockOf(code, info, index + 1));
}

/** A text without fences. */
function bareCode(text: string, wanted: Language | undefined): Extraction | undefined {
  if (text.trim() === '') return undefined;
  const lines = text.split('\n');
  if (!looksLikeCode(text)) {
    return wanted === undefined || lines.some((line) => isSentence(line) || /^\s*(?:```|~~~)/.test(line))
      ? undefined
      : { code: text, language: undefined, how: 'whole text' };
  }
  const first = lines.findIndex((line) => line.trim() !== '');
  const opening = beginsCode(lines[first] as string) ? first : lines.findIndex(opensProgram);
  if (opening <= first) return { code: text, language: detectLanguage(text), how: 'whole text' };
  const after = lines.findIndex(
    (line, at) => at > opening && lines[at - 1]?.trim() === '' && isSentence(line),
  );
  const code = lines.slice(opening, after < 0 ? undefined : after).join('\n');
  const end = after < 0 ? 'on' : `to line ${after}`;
  return { code, language: detectLanguage(code), how: `text from line ${opening + 1} ${end}` };
}
