/** Statements: what they state, token by token, and whether a candidate states the same. */
import type { Statement } from '../types.ts';
import { type Brackets, bracketsOf, commandsIn, is } from './commands.ts';
import { linesIn } from './layout.ts';
import { type Token, tokensOf } from './tokens.ts';

/**
 * A theorem's statement, with or without the beginning of a proof (`:=`, `:= by`, `:= by sorry`, …), or what is wrong with
 * it. Where a `name` is given it must be the theorem's.
 */
export function parseStatement(text: string, name = ''): Statement | string {
  const tokens = tokensOf(text);
  const code = tokens.filter(({ kind }) => kind !== 'comment');
  const at = (token: Token | undefined) => `line ${linesIn(text, token?.start) + 1}`;
  const faulty = tokens.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) return `${at(faulty)}: ${faulty.fault}: mend the statement`;
  const brackets = bracketsOf(code);
  const commands = commandsIn(code, brackets);
  const theorem = commands.find(({ keyword }) => keyword === 'theorem' || keyword === 'lemma');
  if (theorem === undefined) return 'it has no `theorem`: write `theorem NAME … : …`';
  const other = commands.find((command) => command !== theorem && !command.in);
  if (other !== undefined) {
    const mend = other.start < theorem.start ? 'move it to the header' : 'a statement is one theorem';
    return `${at(code[other.at])}: \`${other.keyword}\` is another command: ${mend}`;
  }
  const [first] = commands;
  if (first !== undefined && first.start > 0)
    return `${at(code[0])}: what stands before the theorem is no command`;
  if (theorem.name === undefined) return `${at(code[theorem.at])}: the ${theorem.keyword} has no name`;
  if (name !== '' && theorem.name !== name) {
    return `${at(code[theorem.at])}: the theorem is called ${theorem.name}, and ${name} was asked for`;
  }
  const from = theorem.at + 1;
  const assigned = assignment(code, brackets, from);
  const begun = assigned === undefined ? trailing(code, brackets) : code.slice(assigned + 1);
  const end = assigned ?? code.length - begun.length;
  const proof = begunOf(begun);
  if (proof === undefined) {
    return `${at(begun[0])}: it holds a proof: end it after the type, after \`:=\`, or after \`:= by\``;
  }
  // What closes nothing may only be the bracket that the proof has opened.
  if (brackets.unbalanced !== undefined && brackets.unbalanced < end) {
    return `${at(code[brackets.unbalanced])}: \`${code[brackets.unbalanced]?.text}\` has no counterpart`;
  }
  const signature = code.slice(from, end);
  const typed = signature.some(({ text: word }, index) => word === ':' && brackets.depth[from + index] === 0);
  if (!typed)
    return `${at(code[from])}: ${theorem.name} has no type: write \`theorem ${theorem.name} … : …\``;
  return {
    name: theorem.name,
    text: text.slice(code[0]?.start, signature.at(-1)?.end),
    signature: signature.map(({ text: word }) => word),
    begun: proof,
  };
}

/** What a term holds `:=` of its own after, without brackets. */
const bindings = new Set(['let', 'have', 'letI', 'haveI', 'let_fun', 'let_delayed']);

/** Index of the `:=` between a statement and its proof: not in brackets, and not of a `let` in the type. */
export function assignment(code: readonly Token[], { depth }: Brackets, from: number): number | undefined {
  let bound = 0;
  for (let at = from; at < code.length; at++) {
    const { kind, text } = code[at] as Token;
    if (depth[at] !== 0) continue;
    if (kind === 'word' && bindings.has(text)) bound++;
    else if (text === ':=' && bound > 0) bound--;
    else if (text === ':=') return at;
  }
  return undefined;
}

/** The tokens of a proof that begins without `:=`. */
function trailing(code: readonly Token[], { depth }: Brackets): readonly Token[] {
  for (let at = code.length - 1; at >= 0 && at >= code.length - 3; at--) {
    if (is(code[at], 'by') && depth[at] === 0) return code.slice(at);
  }
  return [];
}

/** What of a proof is there; undefined: more than a beginning. */
function begunOf(tokens: readonly Token[]): string | undefined {
  const words = tokens.map(({ text }) => text);
  if (words.at(-1) === 'sorry') words.pop();
  const begun = words.join(' ');
  return begun === '' || begun === 'by' || begun === 'by (' ? begun : undefined;
}

/** The first difference between signatures; undefined: there is none. */
export function compareSignatures(stored: readonly string[], given: readonly string[]): string | undefined {
  const at = stored.findIndex((text, index) => text !== given[index]);
  if (at < 0 && stored.length >= given.length) return undefined;
  const index = at < 0 ? stored.length : at;
  const piece = (words: readonly string[]) => {
    const word = words[index];
    return word === undefined ? 'its end' : `\`${word.slice(0, 60)}\``;
  };
  const before = stored.slice(Math.max(0, index - 6), index).join(' ');
  const place = before === '' ? 'at its beginning' : `after \`${before.slice(-100)}\``;
  return `${place} the statement has ${piece(stored)}, the candidate ${piece(given)}`;
}
