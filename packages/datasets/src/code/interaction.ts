/** Whether a statement is that of an interactive problem: a talk with the judge. */

const said =
  /\b(?:this|the) (?:problem|task) is (?:an? )?(?:interactive|reactive)\b|\b(?:this is|it is|it's) an? (?:\w+ )?(?:interactive|reactive) (?:problem|task|version)\b|\bin this interactive (?:problem|task)\b|\binteractive judge\b|^interactive (?:problem|task)[.!]?$/i;
const flush =
  /\bfflush\b|\.flush\b|\bflush\(|\bflush(?:ing)? (?:the |your |its )?(?:standard )?(?:output|stdout|stream|buffer)|\bforget to flush\b|\bflush operation\b|\bflush after\b|\bprint\w*\b.{0,80}\bflush it\b|\b(?:output|stdout|buffer) (?:should|must|has to) be flushed\b/i;
const protocolHeading = /^[^\S\n]*Interaction(?: protocol)?:?[^\S\n]*$/im;

/** Why a statement is taken for that of an interactive problem. */
export function interactive(statement: string, sentences: string[]): string | undefined {
  const talks =
    protocolHeading.test(statement) || sentences.some((sentence) => /\binteractor\b/i.test(sentence));
  const found =
    sentences.find((sentence) => said.test(sentence)) ??
    sentences.find((sentence) => flush.test(sentence) || (talks && /\bflush/i.test(sentence)));
  if (found === undefined) return undefined;
  return `interactive problem without an interactor; its statement says: ${JSON.stringify(found.slice(0, 120))}`;
}
