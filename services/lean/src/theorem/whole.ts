/** A whole Lean file of a candidate's own, with no statement to compare it with: looked through as helpers of a proof are. */
import type { Header, Statement } from '../types.ts';
import { bracketsOf, commandsIn } from './commands.ts';
import { importsOf } from './header.ts';
import { costOf, linesIn, withoutComments } from './layout.ts';
import { characterFault, faultIn, helpersFault } from './shape.ts';
import { tokensOf } from './tokens.ts';
import { droppedCommands } from './words.ts';

export interface WholeFile {
  /** Its imports alone: what a warm process may hold. */
  readonly header: Header;
  /** What follows them. */
  readonly text: string;
  /** Lines before `text`. */
  readonly offset: number;
  readonly cost: number;
}

/** Largest, in bytes. */
const maxBytes = 256 << 10;

/** There is nothing whose meaning could be changed. */
const noStatement: Statement = { name: '', text: '', signature: [], begun: '' };

/** The file, or one line that says why Lean is not given it. Comments become blanks. */
export function wholeFileOf(given: string): WholeFile | string {
  const file = given.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  if (Buffer.byteLength(file) > maxBytes) return `the file has more than ${maxBytes} bytes`;
  const tokens = tokensOf(file);
  const all = tokens.filter(({ kind }) => kind !== 'comment');
  const broken = tokens.find(({ kind, fault }) => kind === 'comment' && fault !== undefined);
  if (broken?.fault !== undefined) return at(file, broken.start, broken.fault);
  const { modules, end } = importsOf(all);
  const odd = modules.find((module) => !/^[\p{L}_][\p{L}\p{N}_'!?.]*$/u.test(module));
  if (odd !== undefined) return `an import of ${odd.slice(0, 60)} is not allowed`;
  const from = all[end - 1]?.end ?? 0;
  const offset = linesIn(file, from);
  const column = from - (file.lastIndexOf('\n', from - 1) + 1);
  const text = ' '.repeat(column) + withoutComments(file, tokens, from, file.length);
  const fault = textFault(text, offset);
  if (fault !== undefined) return fault;
  const imports = modules.map((module) => `import ${module}\n`).join('');
  return {
    header: { text: imports, imports: modules, rest: '', maxHeartbeats: undefined },
    text,
    offset,
    cost: costOf(tokensOf(text)),
  };
}

/** By the text as Lean will read it. */
function textFault(text: string, offset: number): string | undefined {
  const character = characterFault(text);
  if (character !== undefined) return `line ${offset + character.line + 1}: ${character.message}`;
  const code = tokensOf(text);
  const brackets = bracketsOf(code);
  const commands = commandsIn(code, brackets);
  const [first] = commands;
  const stray = first === undefined || first.start > 0 ? code[0] : undefined;
  const place = (start: number, message: string) => at(text, start, message, offset);
  if (stray !== undefined) return place(stray.start, `\`${stray.text.slice(0, 40)}\` begins no command`);
  const fault = faultIn(text, code, brackets);
  if (fault !== undefined) return place(fault.token.start, fault.message);
  const others = commands.filter(({ keyword }) => !droppedCommands.has(keyword));
  const found = helpersFault(code, brackets, others, noStatement);
  if ('message' in found) {
    return place(found.token.start, found.message.replace(' before the theorem', ''));
  }
  return undefined;
}

function at(text: string, start: number, message: string, offset = 0): string {
  return `line ${offset + linesIn(text, start) + 1}: ${message}`;
}
