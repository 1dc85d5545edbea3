/** The theorems of a Lean text: where each begins, and what stands before it. No more of Lean is understood here. */

export interface TheoremPlace {
  /** As written after `theorem` or `lemma`. */
  readonly name: string;
  /** Offset of what belongs to it: a docstring, attributes, modifiers, or the keyword itself. */
  readonly from: number;
}

/** What a name is made of; dots and quoted parts («») are among it. */
const word = /(?:«[^»\n]*»?|[\p{L}\p{N}_.'!?\u2080-\u209c\u1d62-\u1d6a])+/uy;
const character = /'(?:\\[^\n']+|\\'|[^\\'\n])'/uy;
const string = /"(?:[^"\\]|\\[\s\S])*"?/y;
const space = /\s+/y;
const lineComment = /--[^\n]*/y;
const attributes = /@\[[^\]]*\]?/y;

const modifiers = new Set(['private', 'protected', 'noncomputable', 'nonrec', 'public', 'unsafe', 'partial']);

/** All theorems and lemmas of a text, in its order; not those in comments and strings. Linear in the text. */
export function theoremsIn(text: string): TheoremPlace[] {
  const found: TheoremPlace[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [matched] = pattern.exec(text) ?? [];
    if (matched !== undefined) at += matched.length;
    return matched;
  };
  /** Where what belongs to the next declaration begins, if anything of it was seen. */
  let lead: number | undefined;
  while (at < text.length) {
    const start = at;
    if (take(space) !== undefined || take(lineComment) !== undefined) continue;
    if (text.startsWith('/-', at)) {
      at = endOfComment(text, at);
      if (text.startsWith('/--', start)) lead ??= start;
      else if (text.startsWith('/-!', start)) lead = undefined;
    } else if (take(attributes) !== undefined) {
      lead ??= start;
    } else if (take(character) ?? take(string)) {
      lead = undefined;
    } else {
      const token = take(word);
      if (token === undefined) at++;
      if (token === 'theorem' || token === 'lemma') {
        take(space);
        found.push({ name: take(word) ?? '', from: lead ?? start });
        lead = undefined;
      } else if (token !== undefined && modifiers.has(token)) lead ??= start;
      else lead = undefined;
    }
  }
  return found;
}

/** Block comments nest; one that does not end takes the rest. */
function endOfComment(text: string, from: number): number {
  const mark = /\/-|-\//g;
  mark.lastIndex = from;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/-' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}
