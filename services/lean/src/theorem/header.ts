/** Headers: imports, then options and opens. */
import type { Header } from '../types.ts';
import { bracketsOf, type Command, commandsIn, is } from './commands.ts';
import { linesIn } from './layout.ts';
import { codeOf, type Token, tokensOf } from './tokens.ts';

/** Modules that the first lines of a text import. */
export interface Imports {
  /** As written and in order. */
  readonly modules: readonly string[];
  /** Index of the first token after them. */
  readonly end: number;
}

/** The imports that tokens (without comments) begin with: `public`, `meta` and `all` may be among them. */
export function importsOf(code: readonly Token[]): Imports {
  const modules: string[] = [];
  let end = 0;
  for (; is(code[end], 'module') || is(code[end], 'prelude'); ) end++;
  while (true) {
    let at = end;
    while (is(code[at], 'public') || is(code[at], 'meta')) at++;
    if (!is(code[at], 'import')) break;
    at++;
    // A module may be called `all`: then no further name follows in this line.
    const next = code[at + 1];
    if ((is(code[at], 'all') || is(code[at], 'runtime')) && next?.kind === 'word' && !next.column0) at++;
    const module = code[at];
    if (module?.kind !== 'word') break;
    modules.push(module.text);
    end = at + 1;
  }
  return { modules, end };
}

/** A header, or what is wrong with it. Its imports stay those that were asked for, in their order. */
export function parseHeader(text: string): Header | string {
  const tokens = tokensOf(text);
  const code = tokens.filter(({ kind }) => kind !== 'comment');
  const at = (token: Token | undefined) => `line ${linesIn(text, token?.start) + 1}`;
  const faulty = tokens.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) return `${at(faulty)}: ${faulty.fault}: mend the header`;
  const { modules, end } = importsOf(code);
  const rest = code.slice(end);
  const commands = commandsIn(rest);
  const stray = commands[0] === undefined ? rest[0] : commands[0].start > 0 ? rest[0] : undefined;
  if (stray !== undefined) {
    return `${at(stray)}: \`${stray.text.slice(0, 40)}\` begins no command: a header is imports, then set_option, open and the like`;
  }
  for (const { keyword, at: index, in: scoped } of commands) {
    const token = rest[index];
    if (keyword === 'import') return `${at(token)}: imports come before all else: move it up`;
    if (keyword === 'theorem' || keyword === 'lemma') {
      return `${at(token)}: a ${keyword} is no part of a header: move it to the statement`;
    }
    if (scoped && commands.at(-1)?.at === index) {
      return `${at(token)}: \`${keyword} … in\` has nothing to hold for: write it without \`in\``;
    }
  }
  const last = code[end - 1];
  return {
    text,
    imports: modules,
    rest: text.slice(last === undefined ? 0 : last.end),
    maxHeartbeats: heartbeatsOf(rest, commands),
  };
}

function heartbeatsOf(code: readonly Token[], commands: readonly Command[]): number | undefined {
  const last = commands.findLast(
    ({ keyword, name, in: scoped }) => keyword === 'set_option' && name === 'maxHeartbeats' && !scoped,
  );
  const value = last === undefined ? undefined : code[last.at + 2];
  return value?.kind === 'number' ? Number(value.text.replaceAll('_', '')) : undefined;
}

/** Text of the commands of a header, each as its tokens: by these a candidate's repetitions of them are known. */
export function headerCommands(header: Header): ReadonlySet<string> {
  let commands = known.get(header);
  if (commands === undefined) {
    const code = codeOf(header.rest);
    commands = new Set(commandsIn(code, bracketsOf(code)).map((command) => commandText(code, command)));
    known.set(header, commands);
  }
  return commands;
}

const known = new WeakMap<Header, ReadonlySet<string>>();

/** A command's tokens, with single blanks. */
export function commandText(code: readonly Token[], { start, end }: Command): string {
  return code
    .slice(start, end)
    .map(({ text }) => text)
    .join(' ');
}
