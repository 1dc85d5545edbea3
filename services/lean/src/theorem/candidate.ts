/** A candidate's proof: found in a model's answer, compared with the statement, and looked through. */
import type { Header, Proof, Statement } from '../types.ts';
import { isProse, type Region, regionOf } from './answer.ts';
import { type Brackets, bracketsOf, type Command, commandsIn, is } from './commands.ts';
import { commandText, headerCommands, importsOf } from './header.ts';
import { costOf, keyOf, linesIn, withoutComments } from './layout.ts';
import { characterFault, faultIn, helpersFault } from './shape.ts';
import { assignment, compareSignatures } from './statement.ts';
import { type Token, tokensOf } from './tokens.ts';
import { droppedCommands } from './words.ts';

/** Why there is nothing to have Lean check. */
export interface Refusal {
  readonly reason: 'no_answer' | 'shape_refused' | 'statement_changed' | 'not_found';
  /** One line; lines are those of the candidate's text. */
  readonly message: string;
}

/** Of the Lean text in an answer, in bytes: five times the largest of the 663 public proofs. */
const maxBytes = 256 << 10;

/** Of a refusal, in UTF-16 units: names in it are the candidate's. */
const maxMessage = 1000;

/**
 * The proof in a candidate's text, or why there is none that may be checked. The text is a proof that goes on where the
 * statement ends, or a whole file; bare, or in a model's answer. Of a file the theorem of the statement's name is taken, which
 * must state the same, token by token; what stands before it comes along, its imports and what the header has already aside.
 */
export function proofOf(header: Header, statement: Statement, candidate: string): Proof | Refusal {
  const text = candidate.replaceAll('\r\n', '\n');
  const region = regionOf(text, statement.name);
  if (region === undefined) return { reason: 'no_answer', message: 'no Lean in the answer' };
  const bytes = Buffer.byteLength(text.slice(region.start, region.end));
  if (bytes > maxBytes)
    return refused('shape_refused', `the proof has ${bytes} bytes, more than ${maxBytes}`);
  return new Reading(header, statement, text, region).proof();
}

function refused(reason: Refusal['reason'], message: string): Refusal {
  return { reason, message: message.slice(0, maxMessage).replace(/\s+/g, ' ').toWellFormed() };
}

class Reading {
  readonly #header: Header;
  readonly #statement: Statement;
  /** The Lean text, and the line (from 0) at which it begins. */
  readonly #text: string;
  readonly #line: number;
  readonly #tokens: readonly Token[];
  readonly #code: readonly Token[];
  readonly #brackets: Brackets;
  readonly #choice: string[];

  constructor(header: Header, statement: Statement, answer: string, region: Region) {
    this.#header = header;
    this.#statement = statement;
    this.#line = linesIn(answer, region.start);
    const column = region.start - (answer.lastIndexOf('\n', region.start - 1) + 1);
    // A first line that begins within another keeps its columns.
    const cut = region.start > 0 && column > 0 ? ' '.repeat(column) : '';
    const whole = cut + answer.slice(region.start, region.end).replace(/^\ufeff/, '');
    const tokens = tokensOf(whole);
    const end = region.bare === true ? proseAfter(whole, tokens) : undefined;
    this.#text = end === undefined ? whole : whole.slice(0, end);
    this.#tokens = end === undefined ? tokens : tokens.filter((token) => token.start < end);
    this.#code = this.#tokens.filter(({ kind }) => kind !== 'comment');
    this.#brackets = bracketsOf(this.#code);
    this.#choice = [region.how];
  }

  proof(): Proof | Refusal {
    const [first] = this.#code;
    const broken = this.#tokens.find(({ kind, fault }) => kind === 'comment' && fault !== undefined);
    if (broken !== undefined) return this.#refuse('shape_refused', broken, broken.fault as string);
    if (first === undefined) return refused('no_answer', `nothing but comments (${this.#choice[0]})`);
    const imports = importsOf(this.#code);
    const commands = commandsIn(this.#code, this.#brackets).filter(({ start }) => start >= imports.end);
    const theorem = commands.findLast(({ keyword, name }) => {
      return (keyword === 'theorem' || keyword === 'lemma') && name === this.#statement.name;
    });
    if (theorem !== undefined) return this.#ofFile(imports.end, commands, theorem);
    if (imports.end > 0 || commands[0]?.start === 0) return this.#notFound(commands);
    return this.#ofBody(commands);
  }

  #notFound(commands: readonly Command[]): Refusal {
    const { name } = this.#statement;
    const same = commands.find(
      (command) => command.name === name && !/^(?:end|open|namespace)$/.test(command.keyword),
    );
    if (same !== undefined) {
      const token = this.#code[same.at] as Token;
      return this.#refuse(
        'not_found',
        token,
        `${name} is declared by \`${same.keyword}\`, not by \`theorem\``,
      );
    }
    const names = commands
      .filter(({ keyword }) => keyword === 'theorem' || keyword === 'lemma')
      .map((command) => command.name?.slice(0, 80));
    const found = names.length === 0 ? 'and no other theorem' : `only ${names.slice(0, 5).join(', ')}`;
    return refused('not_found', `the file has no theorem ${name}, ${found} (${this.#choice[0]})`);
  }

  /** A proof alone. */
  #ofBody(commands: readonly Command[]): Proof | Refusal {
    const [command] = commands;
    if (command !== undefined) {
      const token = this.#code[command.at] as Token;
      return this.#refuse(
        'shape_refused',
        token,
        `\`${command.keyword}\` begins another command: a proof alone is one`,
      );
    }
    const first = this.#code[0] as Token;
    const { begun } = this.#statement;
    const proof = withoutComments(this.#text, this.#tokens, first.start, this.#text.length).trimEnd();
    if (/^(?::=)?\s*(?:by)?$/.test(proof)) return this.#refuse('no_answer', first, 'the proof is empty');
    const line = linesIn(this.#text, first.start);
    const kind = 'proof alone';
    if (is(first, ':=') || (is(first, '|') && begun === ''))
      return this.#aligned('', 0, '', first, proof, kind);
    if (is(first, 'by') || begun === '') {
      if (is(first, 'by') && begun !== '') this.#choice.push('with its own `by`');
      return this.#aligned('', 0, ':=', first, proof, kind);
    }
    // In lines of its own the proof keeps its columns.
    const column = columnOf(this.#text, first);
    const indent = column === 0 ? this.#strippedIndent() : column;
    if (column < indent) this.#choice.push('first line indented as the others');
    // Where the statement has opened a parenthesis, the proof closes it.
    const closes = begun.endsWith('(') && this.#brackets.unbalanced === undefined;
    if (closes) this.#choice.push('parenthesis closed');
    const body = `:= ${begun}\n${' '.repeat(indent)}${proof}${closes ? '\n)' : ''}`;
    return this.#checked('', 0, body, line - 1, kind);
  }

  /** With a proof that goes on in the statement's line: in a line of its own where others may be aligned with it. */
  #aligned(
    helpers: string,
    helpersLine: number,
    before: string,
    first: Token,
    proof: string,
    kind: string,
  ): Proof | Refusal {
    const line = linesIn(this.#text, first.start);
    if (!proof.includes('\n') || /^(?::=)?\s*(?:by)?\n/.test(proof)) {
      return this.#checked(helpers, helpersLine, before === '' ? proof : `${before} ${proof}`, line, kind);
    }
    const indent = ' '.repeat(columnOf(this.#text, first));
    return this.#checked(helpers, helpersLine, `${before}\n${indent}${proof}`, line - 1, kind);
  }

  /**
   * Columns by which a first line was moved when somebody took the blanks off both ends of a proof: those of the tactics
   * that follow.
   */
  #strippedIndent(): number {
    let least = Number.POSITIVE_INFINITY;
    let tactic = false;
    let at = (this.#code[0] as Token).start;
    for (const token of this.#code) {
      const space = this.#text.slice(at, token.start);
      at = token.end;
      if (!space.includes('\n')) continue;
      const column = columnOf(this.#text, token);
      if (column === 0) return 0;
      if (column < least) tactic = false;
      least = Math.min(least, column);
      tactic ||= column === least && tactics.has(token.text);
    }
    return tactic ? least : 0;
  }

  /** A whole file. */
  #ofFile(importsEnd: number, commands: readonly Command[], theorem: Command): Proof | Refusal {
    const [first] = commands as [Command];
    if (first.start > importsEnd) {
      const token = this.#code[importsEnd] as Token;
      return this.#refuse('shape_refused', token, `\`${token.text.slice(0, 40)}\` begins no command`);
    }
    const given = this.#code.slice(theorem.at + 1, theorem.end);
    const { signature } = this.#statement;
    const assigned = theorem.at + 1 + signature.length;
    const equal = signature.every((text, index) => text === given[index]?.text);
    if (!equal || assigned >= theorem.end || !/^(?::=|\|)$/.test((this.#code[assigned] as Token).text)) {
      const end = assignment(this.#code.slice(0, theorem.end), this.#brackets, theorem.at + 1) ?? theorem.end;
      const words = this.#code.slice(theorem.at + 1, end).map(({ text }) => text);
      const difference = compareSignatures(signature, words) ?? 'the statement has no `:=` after it';
      return this.#refuse('statement_changed', this.#code[theorem.at] as Token, difference);
    }
    if (
      theorem.end - assigned === 1 ||
      (theorem.end - assigned === 2 && is(this.#code[assigned + 1], 'by'))
    ) {
      return this.#refuse(
        'no_answer',
        this.#code[theorem.at] as Token,
        'the theorem is stated, and nothing follows',
      );
    }
    const after = commands.find(({ start, keyword }) => {
      return start >= theorem.end && keyword !== 'end' && !droppedCommands.has(keyword);
    });
    if (after !== undefined) {
      const token = this.#code[after.at] as Token;
      return this.#refuse(
        'shape_refused',
        token,
        `\`${after.keyword}\` stands after the theorem: nothing may`,
      );
    }
    const helpers = commands.filter(({ end }) => end <= theorem.start);
    const left = this.#leftOut(importsEnd, helpers);
    const kept = helpers.filter((command) => !left.has(command));
    const scopes = helpersFault(this.#code, this.#brackets, kept, this.#statement);
    if ('message' in scopes) return this.#refuse('shape_refused', scopes.token, scopes.message);
    if (scopes.namespace !== undefined) {
      const message = `${theorem.name} stands in namespace ${scopes.namespace}: it is another theorem`;
      return this.#refuse('not_found', this.#code[theorem.at] as Token, message);
    }
    if (scopes.mutual) {
      return this.#refuse(
        'shape_refused',
        this.#code[theorem.at] as Token,
        'the theorem stands in a mutual block',
      );
    }
    if (scopes.variable !== undefined) {
      return this.#refuse(
        'shape_refused',
        scopes.variable,
        'the `variable` holds for the theorem too: close its section',
      );
    }
    const skipped = new Set<Token>();
    for (const command of left) {
      for (const token of this.#code.slice(command.start, command.end)) skipped.add(token);
    }
    const from = this.#code[importsEnd]?.start ?? 0;
    const start = (this.#code[theorem.start] as Token).start;
    const all = withoutComments(this.#text, this.#tokens, from, start, (token) => skipped.has(token));
    const helper = all.trim() === '' ? '' : all;
    const opening = this.#code[assigned] as Token;
    const end = (this.#code[theorem.end - 1] as Token).end;
    const body = withoutComments(this.#text, this.#tokens, opening.start, end);
    const kind = helper === '' ? 'whole file' : 'whole file with helpers';
    return this.#aligned(helper, linesIn(this.#text, from), '', opening, body, kind);
  }

  /** Commands that have no effect, or had theirs already. */
  #leftOut(importsEnd: number, helpers: readonly Command[]): ReadonlySet<Command> {
    const known = headerCommands(this.#header);
    const modules = importsOf(this.#code.slice(0, importsEnd)).modules;
    const others = modules.filter((module) => !this.#header.imports.includes(module));
    if (others.length > 0) {
      const names = others.slice(0, 5).map((module) => module.slice(0, 60));
      this.#choice.push(`without its import of ${names.join(', ')}${others.length > 5 ? ', …' : ''}`);
    }
    const left = new Set<Command>();
    for (const [index, command] of [...helpers.entries()].reverse()) {
      const next = helpers[index + 1];
      const repeated = !command.in && known.has(commandText(this.#code, command));
      const forNothing = command.in && next !== undefined && left.has(next);
      if (droppedCommands.has(command.keyword) || repeated || forNothing) left.add(command);
    }
    return left;
  }

  /** The proof, once nothing is wrong with its tokens. */
  #checked(
    helpers: string,
    helpersLine: number,
    body: string,
    bodyLine: number,
    kind: string,
  ): Proof | Refusal {
    let cost = 0;
    for (const [text, line] of [
      [helpers, helpersLine],
      [body, bodyLine],
    ] as const) {
      const refuse = (at: number, message: string) => {
        return refused('shape_refused', `line ${Math.max(1, this.#line + line + at + 1)}: ${message}`);
      };
      const character = characterFault(text);
      if (character !== undefined) return refuse(character.line, character.message);
      // As Lean will read it.
      const code = tokensOf(text);
      const fault = faultIn(text, code, bracketsOf(code));
      if (fault !== undefined) return refuse(linesIn(text, fault.token.start), fault.message);
      cost += costOf(code);
    }
    return {
      helpers,
      body,
      lines: { helpers: this.#line + helpersLine, body: this.#line + bodyLine },
      choice: [...this.#choice, kind].join(', '),
      key: keyOf(helpers, body),
      cost,
    };
  }

  #refuse(reason: Refusal['reason'], token: Token, message: string): Refusal {
    return refused(reason, `line ${this.#line + linesIn(this.#text, token.start) + 1}: ${message}`);
  }
}

/** In UTF-16 units, which before a line's first token are blanks. */
function columnOf(text: string, token: Token): number {
  return token.start === 0 ? 0 : token.start - (text.lastIndexOf('\n', token.start - 1) + 1);
}

/** Where sentences begin that follow a proof after a blank line. */
function proseAfter(text: string, tokens: readonly Token[]): number | undefined {
  const token = tokens.find(({ kind, column0, start }) => {
    if (kind === 'comment' || !column0 || start < 2 || text.charCodeAt(start - 2) !== 10) return false;
    const end = text.indexOf('\n', start);
    return isProse(text.slice(start, Math.min(end < 0 ? text.length : end, start + 400)));
  });
  return token?.start;
}

/** Words that a line of a tactic proof begins with. */
const tactics = new Set(
  `·
  apply exact intro intros have let show suffices obtain rcases cases induction refine constructor use exists rw simp
  simp_all norm_num linarith nlinarith positivity ring ring_nf field_simp omega decide rfl trivial assumption contradiction
  exfalso left right ext funext by_contra by_cases calc unfold subst specialize replace set gcongr interval_cases fin_cases
  aesop push_cast norm_cast push_neg exact_mod_cast any_goals all_goals repeat try first next case swap revert clear
  nth_rw nth_rewrite rewrite erw conv change convert congr split aesop_cat tauto rename_i simpa choose infer_instance
  done abel group native_decide absurd injection linear_combination polyrith bound nlinarith! rintro`.split(
    /\s+/,
  ),
);
