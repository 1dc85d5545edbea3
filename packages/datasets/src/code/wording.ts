/** How rules look for words in a sentence. */

/** Expressions that must match one behind the other. */
export type Sequence = RegExp[];

/** In time linear in the text where each of its parts is. */
export function follows(text: string, parts: Sequence): boolean {
  let rest = text;
  return parts.every((part) => {
    const match = part.exec(rest);
    if (match !== null) rest = rest.slice(match.index + match[0].length);
    return match !== null;
  });
}

export function followsAny(text: string, sequences: Sequence[]): boolean {
  return sequences.some((parts) => follows(text, parts));
}

/** Source of an expression: what a program is told to do with its answer. */
export const print = String.raw`\b(?:print|output|display|write|report|return|submit)\w*\b`;
