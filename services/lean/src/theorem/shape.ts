/**
 * What a candidate's text may be made of, found in its tokens: a filter before Lean sees it. It passes what proofs are written
 * with, and refuses what runs programs, reaches past the kernel, or gives the statement's words another meaning.
 */
import type { Statement } from '../types.ts';
import { type Brackets, type Command, is } from './commands.ts';
import { type Token, tokensOf } from './tokens.ts';
import {
  allowsOption,
  attributes,
  commandWords,
  deniedNamespaces,
  deniedWords,
  derivable,
  helperCommands,
  logicOfLean,
  modifiers,
  notationClasses,
  searches,
} from './words.ts';

export interface Fault {
  readonly token: Token;
  /** What is wrong, and why. */
  readonly message: string;
}

/** Brackets within brackets: more of them overflow Lean's stack, and no proof has a tenth. */
const maxDepth = 500;

/** What is wrong with the tokens of a text, wherever they stand; `text` is what they are cut from. */
export function faultIn(text: string, code: readonly Token[], brackets: Brackets): Fault | undefined {
  let holes = 0;
  for (const [index, token] of code.entries()) {
    const fault = (message: string): Fault => ({ token, message });
    if (token.fault !== undefined) return fault(token.fault);
    if ((brackets.depth[index] as number) > maxDepth) return fault(`brackets are nested ${maxDepth} deep`);
    const next = code[index + 1];
    switch (token.kind) {
      case 'word': {
        const message = wordFault(token, code, index) ?? optionFault(code, index) ?? openFault(code, index);
        if (message !== undefined) return fault(message);
        break;
      }
      case 'string': {
        if (holes > 0 && token.text.startsWith('"')) return fault('a string stands in a hole of another');
        const message = stringFault(token);
        if (message !== undefined) return fault(message);
        if (isHoleBefore(token, code[index - 1])) holes += token.text.startsWith('"') ? 1 : 0;
        else if (token.text.startsWith('}')) holes--;
        break;
      }
      case 'char':
        if (holes > 0) return fault('a character stands in a hole of a string');
        if (/["\\]/.test(token.text) && /[^\s([{,⟨]/.test(text[token.start - 1] ?? ' ')) {
          return fault('put a blank before this character: versions of Lean read it differently');
        }
        break;
      case 'symbol': {
        const message = symbolFault(text, token, next);
        if (message !== undefined) return fault(message);
        if (token.text === '@[') {
          const message = attributesFault(code, index + 1, brackets.closes[index] as number);
          if (message !== undefined) return fault(message);
        }
      }
    }
  }
  const odd = brackets.unbalanced === undefined ? undefined : code[brackets.unbalanced];
  return odd && { token: odd, message: `\`${odd.text}\` has no counterpart` };
}

/** Characters that are not what they look like, or not seen at all. */
const unseen =
  /[[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\t\n ]]/v;

/** What is wrong with the characters of a text without comments, and the 0-based line. */
export function characterFault(
  text: string,
): { readonly line: number; readonly message: string } | undefined {
  const found = unseen.exec(text);
  if (found !== null) {
    const code = (found[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
    return {
      line: lineAt(text, found.index),
      message: `the character U+${code} cannot be seen: leave it out`,
    };
  }
  const composed = text.normalize('NFC');
  if (composed === text) return undefined;
  let at = 0;
  while (text[at] === composed[at]) at++;
  return {
    line: lineAt(text, at),
    message: 'the text is not in Unicode normal form C: compose its characters',
  };
}

function lineAt(text: string, place: number): number {
  return text.slice(0, place).split('\n').length - 1;
}

/** Parts of a dotted name, without quotes. */
export function partsOf(word: string): string[] {
  if (!word.includes('«')) return word.split('.');
  return [...word.matchAll(/«([^»]*)»|[^.«»]+/g)].map((part) => part[1] ?? part[0]);
}

function wordFault(token: Token, code: readonly Token[], index: number): string | undefined {
  const { text } = token;
  const before = code[index - 1];
  const next = code[index + 1];
  if (/«[^»]*[\n"«]/.test(text)) return 'a quoted identifier holds a line break or a quote';
  const parts = /[.«]/.test(text) ? partsOf(text) : [text];
  const denied = parts.find((part) => deniedWords.has(part));
  if (denied === 'unsafe' && isOfAesop(code, index)) return undefined;
  if (denied !== undefined) return `\`${denied}\` is not allowed: no proof needs it`;
  const space = parts.length > 1 ? deniedNamespaceOf(parts) : undefined;
  if (space !== undefined) return `\`${space}.\` is not allowed: a proof is no program`;
  if (searches.has(text)) return `\`${text}\` is not allowed: it proves nothing`;
  if (text === 'sleep' && next?.kind === 'number') return '`sleep` is not allowed: it only waits';
  if (text === 'tactic' && /^(?:safe|norm|unsafe|%)$/.test(before?.text ?? '')) {
    return 'a `tactic` for aesop is not allowed: it runs a program';
  }
  if (text === 'eval' && is(next, '%') && next?.start === token.end)
    return '`eval%` is not allowed: it runs a program';
  if (text === 'native' && (is(before, '+') || is(next, ':='))) {
    return '`native` is not allowed: it rests on the compiler, not on the kernel';
  }
  if (text === 'open' && is(next, 'private')) return '`open private` is not allowed';
  return undefined;
}

/** `aesop (add safe a, unsafe 50% b)`, `@[aesop unsafe 50% …]`: no modifier of a declaration is followed by a number. */
function isOfAesop(code: readonly Token[], index: number): boolean {
  return code[index + 1]?.kind === 'number' && is(code[index + 2], '%');
}

/** The namespace of programs that a name is in. */
function deniedNamespaceOf(parts: readonly string[]): string | undefined {
  const from = parts[0] === '_root_' ? 1 : 0;
  const first = parts[from];
  if (first === undefined || !deniedNamespaces.has(first)) return undefined;
  const second = parts[from + 1] ?? '';
  // Lemmas in what `aesop?` prints.
  if (first === 'Aesop' && second === 'BuiltinRules') return undefined;
  return first === 'Lean' && logicOfLean.has(second) ? undefined : first;
}

/** At any `open`, of commands, tactics and terms, and at `namespace`. */
function openFault(code: readonly Token[], index: number): string | undefined {
  if (!is(code[index], 'open') && !is(code[index], 'namespace')) return undefined;
  for (let at = index + 1; code[at]?.kind === 'word' && !is(code[at], 'in'); at++) {
    const { text } = code[at] as Token;
    if (commandWords.has(text)) return undefined;
    const space = deniedNamespaceOf(partsOf(text));
    if (space !== undefined) return `namespace \`${space}\` is not allowed: a proof is no program`;
  }
  return undefined;
}

/** At any `set_option`, of commands and of tactics. */
function optionFault(code: readonly Token[], index: number): string | undefined {
  if (!is(code[index], 'set_option')) return undefined;
  const option = partsOf(code[index + 1]?.text ?? '').join('.');
  return allowsOption(option) ? undefined : `the option \`${option.slice(0, 60)}\` may not be set`;
}

function stringFault({ text }: Token): string | undefined {
  if (text.includes('\n')) return 'a string goes over several lines';
  if (text.startsWith('r')) {
    return /^r"[^\\]*"$/.test(text)
      ? stringFault({ text: text.slice(1) } as Token)
      : 'a raw string: write it with escapes';
  }
  // Some parsers take any string for one with holes.
  if (!text.startsWith('"') || !text.endsWith('"') || !text.includes('{')) return undefined;
  const inner = tokensOf(`s!${text}`).slice(1);
  let last = 0;
  for (const [index, token] of inner.entries()) {
    last = token.end;
    if (token.fault !== undefined) return 'a brace in a string has no counterpart';
    if (token.kind === 'string' && index > 0 && token.text.startsWith('"'))
      return 'a string stands in a hole of another';
    if (token.kind === 'char' || token.kind === 'comment') return 'a hole of a string holds more than a term';
    if (token.kind === 'word') {
      const message = wordFault(token, inner, index);
      if (message !== undefined) return message;
      if (helperCommands.has(token.text)) return `a hole of a string holds the command \`${token.text}\``;
    }
    if (token.text === '#') return 'a hole of a string holds `#`';
  }
  return last === text.length + 2 ? undefined : 'a brace in a string has no counterpart';
}

/** Whether a hole follows a piece of an interpolated string. */
function isHoleBefore({ text }: Token, before: Token | undefined): boolean {
  const opens = text.startsWith('}') || (before?.kind === 'word' && /^[smf]!$/.test(before.text));
  return opens && text.endsWith('{');
}

function symbolFault(text: string, token: Token, next: Token | undefined): string | undefined {
  const after = text[token.end] ?? '';
  if (token.text.endsWith("'") && /["\\'`«]/.test(after)) return `put a blank after \`${token.text}\``;
  if (next?.start === token.end && next.kind === 'symbol') {
    const pair = token.text.slice(-1) + next.text.charAt(0);
    if (pair === '--' || pair === '/-')
      return `\`${pair}\` begins a comment in some versions of Lean: put a blank between`;
  }
  if (token.text === '`' && (after === '(' || after === '[' || after === '`'))
    return 'quoted syntax is not allowed';
  return undefined;
}

/** What is wrong between the brackets of attributes: tokens from `start` to `end`. */
function attributesFault(code: readonly Token[], start: number, end: number): string | undefined {
  if (end < 0) return 'the list of attributes has no end';
  let depth = 0;
  let head = true;
  let aesop = false;
  for (let at = start; at < end; at++) {
    const { kind, text } = code[at] as Token;
    if (depth === 0 && text === ',') {
      head = true;
      aesop = false;
      continue;
    }
    if (/^[([{⟨]$/.test(text)) depth++;
    if (/^[)\]}⟩]$/.test(text)) depth--;
    if (kind !== 'word') continue;
    // Of aesop, what runs a tactic; of to_additive and the like, further attributes.
    if (!head && (text === 'attr' || (aesop && (text === 'tactic' || text === 'by')))) {
      return `the attribute's \`${text}\` is not allowed`;
    }
    if (!head || text === 'local' || text === 'scoped') continue;
    if (!attributes.has(text)) return `the attribute \`${text.slice(0, 60)}\` is not allowed`;
    aesop = text === 'aesop';
    head = false;
  }
  return undefined;
}

/** Which scopes commands leave open, or what is wrong with them. */
export interface Scopes {
  readonly namespace: string | undefined;
  readonly mutual: boolean;
  /** A `variable` that still holds. */
  readonly variable: Token | undefined;
}

/** One part of a name: `namespace A.B` opens two. */
interface Scope {
  readonly kind: 'namespace' | 'section' | 'mutual';
  readonly name: string;
  variable: Token | undefined;
}

/** What is wrong with commands that stand before the theorem, each by itself and in what they mean for its statement. */
export function helpersFault(
  code: readonly Token[],
  brackets: Brackets,
  commands: readonly Command[],
  statement: Statement,
): Fault | Scopes {
  const meanings = new Meanings(statement);
  const own = new Set<string>();
  const scopes: Scope[] = [{ kind: 'section', name: '', variable: undefined }];
  /** Names of the open namespaces. */
  const spaces: string[] = [];
  for (const command of commands) {
    const token = code[command.at] as Token;
    const fault = (message: string): Fault => ({ token, message });
    const { keyword, name } = command;
    if (!helperCommands.has(keyword))
      return fault(`the command \`${keyword}\` is not allowed before the theorem`);
    const head = headFault(code, command, brackets);
    if (head !== undefined) return fault(head);
    switch (keyword) {
      case 'namespace':
      case 'section':
      case 'mutual':
        for (const part of name === undefined || keyword === 'mutual' ? [''] : partsOf(name)) {
          scopes.push({ kind: keyword, name: part, variable: undefined });
          if (keyword === 'namespace') spaces.push(part);
        }
        break;
      case 'end': {
        const closed = closeScopes(scopes, spaces, name);
        if (!closed) return fault(`\`end${name === undefined ? '' : ` ${name}`}\` closes nothing`);
        break;
      }
      case 'variable':
        if (!command.in) (scopes.at(-1) as Scope).variable ??= token;
        break;
      case 'notation':
      case 'notation3':
      case 'infix':
      case 'infixl':
      case 'infixr':
      case 'prefix':
      case 'postfix': {
        const message = notationFault(code, command, meanings);
        if (message !== undefined) return fault(message);
        break;
      }
      case 'instance': {
        const message = instanceFault(code, brackets, command, own);
        if (message !== undefined) return fault(message);
      }
    }
    if (name !== undefined && defining.has(keyword)) {
      const parts = partsOf(name);
      // The statement's words are no longer than that.
      const full = parts[0] === '_root_' ? parts.slice(1) : [...spaces.slice(-meanings.longest), ...parts];
      own.add(full.at(-1) as string);
      const word = meanings.taken(full);
      if (word !== undefined)
        return fault(`it defines ${full.join('.')}, and the statement uses \`${word}\``);
    }
  }
  return {
    namespace: spaces.join('.') || undefined,
    mutual: scopes.some(({ kind }) => kind === 'mutual'),
    variable: scopes.find(({ variable }) => variable !== undefined)?.variable,
  };
}

const defining = new Set(['def', 'abbrev', 'instance', 'structure', 'inductive', 'class', 'alias']);

/** `end`, `end A`, `end A.B`. */
function closeScopes(scopes: Scope[], spaces: string[], name: string | undefined): boolean {
  for (const part of name === undefined ? [undefined] : partsOf(name).reverse()) {
    const scope = scopes.length > 1 ? scopes.pop() : undefined;
    if (scope === undefined || (part !== undefined && part !== scope.name)) return false;
    if (scope.kind === 'namespace') spaces.pop();
  }
  return true;
}

/** Modifiers, and the lists that some commands have. */
function headFault(code: readonly Token[], command: Command, brackets: Brackets): string | undefined {
  for (let at = command.start; at < command.at; at++) {
    const { text } = code[at] as Token;
    if (text === 'meta') return '`meta` is not allowed: a proof is no program';
    if (text === '@[') at = brackets.closes[at] as number;
    else if (!modifiers.has(text)) return `\`${text}\` is not allowed here`;
  }
  if (command.keyword === 'attribute') {
    const list = command.at + 1;
    if (!is(code[list], '[')) return '`attribute` has no list of attributes';
    return attributesFault(code, list + 1, brackets.closes[list] as number);
  }
  for (let at = command.at; at < command.end; at++) {
    if (!is(code[at], 'deriving')) continue;
    at += is(code[at + 1], 'instance') ? 2 : 1;
    for (
      ;
      code[at]?.kind === 'word' && at < command.end && !is(code[at], 'for');
      at += is(code[at + 1], ',') ? 2 : 1
    ) {
      const text = (code[at] as Token).text;
      if (!derivable.has(text)) return `deriving \`${text.slice(0, 60)}\` is not allowed`;
      if (!is(code[at + 1], ',')) break;
    }
  }
  return undefined;
}

/** A notation adds tokens to Lean's: none may look like a comment or a quote, or be in the statement. */
function notationFault(code: readonly Token[], { at, end }: Command, meanings: Meanings): string | undefined {
  for (let index = at + 1; index < end; index++) {
    const { kind, text } = code[index] as Token;
    if (text === '$') return '`$` in a notation is not allowed';
    if (kind !== 'string') continue;
    const atom = text.slice(1, -1).trim();
    if (!/^"[^"]*"$/.test(text) || /["'`\\«»\s]|--|\/-|-\/|^$/.test(atom)) {
      return `${text.slice(0, 40)} cannot be the symbol of a notation here`;
    }
    if (meanings.holds(atom))
      return `it gives \`${atom.slice(0, 40)}\`, which the statement uses, another meaning`;
  }
  return undefined;
}

/** Old symbols on old types keep their meaning. */
function instanceFault(
  code: readonly Token[],
  { depth }: Brackets,
  { at, end, name }: Command,
  own: ReadonlySet<string>,
): string | undefined {
  let index = at + (name === undefined ? 1 : 2);
  while (index < end && !(is(code[index], ':') && depth[index] === depth[at])) index++;
  const named = code[index + 1];
  const which = named?.kind === 'word' ? (partsOf(named.text).at(-1) as string) : '';
  if (!notationClasses.has(which)) return undefined;
  for (index += 2; index < end && !/^(?::=|where|\|)$/.test((code[index] as Token).text); index++) {
    const { kind, text } = code[index] as Token;
    if (kind === 'word' && partsOf(text).some((part) => own.has(part))) return undefined;
  }
  return `an instance of ${which} for a type that is not its own gives symbols another meaning`;
}

/** Words and symbols of a statement that get their meaning from outside. */
class Meanings {
  /** The text with and without blanks between its tokens. */
  readonly #texts: readonly string[];
  /** All words and parts of words. */
  readonly #words = new Set<string>();
  /** Free words, by what a definition that they could be meant by may be called: their beginnings. */
  readonly #free = new Map<string, string>();
  /** Parts of the longest word. */
  readonly longest: number;

  constructor({ signature }: Statement) {
    this.#texts = [signature.join(' '), signature.join('')];
    const bound = boundIn(signature);
    let longest = 1;
    for (const word of new Set(signature)) {
      const parts = partsOf(word);
      for (const part of [word, ...parts]) this.#words.add(part);
      if (word === signature[0] || !/^[\p{L}_«]/u.test(word)) continue;
      longest = Math.max(longest, parts.length);
      if (!bound.has(parts[0] as string)) {
        for (let length = 1; length <= parts.length; length++) {
          this.#free.set(keyOf(parts.slice(0, length)), word);
        }
      } else {
        // Of `x.log`, the function may be of any type's namespace.
        for (const part of parts.slice(1)) this.#free.set(part, part);
      }
    }
    this.longest = longest;
  }

  /** A free word that a definition of this name could be meant by, now or after an `open`. */
  taken(name: readonly string[]): string | undefined {
    for (let length = Math.min(name.length, this.longest); length > 0; length--) {
      const word = this.#free.get(keyOf(name.slice(-length)));
      if (word !== undefined) return word;
    }
    return undefined;
  }

  /** Whether a notation's symbol may be read in the statement. */
  holds(atom: string): boolean {
    if (!/^[\p{L}\p{N}_.]+$/u.test(atom)) return this.#texts.some((text) => text.includes(atom));
    return this.#words.has(atom);
  }
}

function keyOf(parts: readonly string[]): string {
  return parts.join('\0');
}

const binders = new Set(['∀', '∃', '∃!', 'λ', 'fun', '∑', '∏', "∑'", '⋃', '⋂', '∫', 'let', 'have', '⨆', '⨅']);

/** Names that a signature binds: after a quantifier, or before the colon of a bracket. */
function boundIn(signature: readonly string[]): ReadonlySet<string> {
  const bound = new Set<string>();
  let binding = false;
  for (const [index, text] of signature.entries()) {
    if (binders.has(text) || /^[({⦃[]$/.test(text)) {
      binding = true;
      if (/^[({⦃[]$/.test(text) && !binders.has(signature[index - 1] ?? '') && !hasColon(signature, index))
        binding = false;
    } else if (binding && /^[\p{L}_]/u.test(text)) bound.add(text);
    else binding = false;
  }
  return bound;
}

/** Whether names and a colon follow a bracket. */
function hasColon(signature: readonly string[], bracket: number): boolean {
  let at = bracket + 1;
  while (/^[\p{L}_]/u.test(signature[at] ?? '')) at++;
  return at > bracket + 1 && signature[at] === ':';
}
