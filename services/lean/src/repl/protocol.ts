/** Messages of the leanprover-community REPL: what is sent, and what its answers must look like. */

export interface CommandOptions {
  readonly allTactics?: boolean;
  readonly rootGoals?: boolean;
  readonly infotree?: string;
}

export type Request =
  | ({ readonly cmd: string; readonly env?: number } & CommandOptions)
  | ({ readonly path: string; readonly env?: number } & CommandOptions)
  | { readonly tactic: string; readonly proofState: number }
  | { readonly pickleTo: string; readonly env: number }
  | { readonly pickleTo: string; readonly proofState: number }
  | { readonly unpickleEnvFrom: string }
  | { readonly unpickleProofStateFrom: string; readonly env?: number };

/** Lines from 1, columns from 0 in code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const severities = ['error', 'warning', 'info', 'trace'] as const;

export interface ReplMessage {
  readonly severity: (typeof severities)[number];
  readonly pos: Position;
  /** Null where Lean knows none. */
  readonly endPos: Position | null;
  readonly data: string;
}

/** A `sorry` that stands in the text. */
export interface ReplSorry {
  readonly pos?: Position;
  readonly endPos?: Position;
  readonly goal: string;
  readonly proofState?: number | null;
}

export interface ReplTactic {
  readonly pos: Position;
  readonly endPos: Position;
  readonly goals: string;
  readonly tactic: string;
  readonly proofState?: number | null;
  readonly usedConstants?: readonly string[];
}

export interface CommandAnswer {
  readonly kind: 'command';
  /** Number of the environment that holds after the command. */
  readonly env: number;
  readonly messages?: readonly ReplMessage[];
  readonly sorries?: readonly ReplSorry[];
  readonly tactics?: readonly ReplTactic[];
  readonly infotree?: unknown;
}

export interface TacticAnswer {
  readonly kind: 'tactic';
  readonly proofState: number;
  readonly goals: readonly string[];
  readonly proofStatus?: string;
  readonly messages?: readonly ReplMessage[];
  readonly sorries?: readonly ReplSorry[];
  readonly traces?: readonly string[];
}

/** The REPL could not do what was asked, e.g. `Unknown environment.`. */
export interface ErrorAnswer {
  readonly kind: 'error';
  readonly message: string;
}

export type Answer = CommandAnswer | TacticAnswer | ErrorAnswer;

type Fields = Readonly<Record<string, unknown>>;

/** The answer that a document of the REPL's holds; throws an Error that says what of it is not one. Other fields are left out. */
export function parseAnswer(document: unknown): Answer {
  const fields = object(document, 'the answer');
  if ('env' in fields) {
    return {
      kind: 'command',
      env: count(fields.env, 'env'),
      ...optional(fields, 'messages', list(message)),
      ...optional(fields, 'sorries', list(sorry)),
      ...optional(fields, 'tactics', list(tactic)),
      ...optional(fields, 'infotree', (value) => value),
    };
  }
  if ('proofState' in fields) {
    return {
      kind: 'tactic',
      proofState: count(fields.proofState, 'proofState'),
      goals: list(string)(fields.goals, 'goals'),
      ...optional(fields, 'proofStatus', string),
      ...optional(fields, 'messages', list(message)),
      ...optional(fields, 'sorries', list(sorry)),
      ...optional(fields, 'traces', list(string)),
    };
  }
  return { kind: 'error', message: string(fields.message, 'message') };
}

function message(value: unknown, where: string): ReplMessage {
  const { severity, pos, endPos, data } = object(value, where);
  const known = severities.find((one) => one === severity);
  if (known === undefined) throw wrong(`${where}.severity`, `one of ${severities.join(', ')}`, severity);
  return {
    severity: known,
    pos: position(pos, `${where}.pos`),
    endPos: endPos === null || endPos === undefined ? null : position(endPos, `${where}.endPos`),
    data: string(data, `${where}.data`),
  };
}

function sorry(value: unknown, where: string): ReplSorry {
  const fields = object(value, where);
  return {
    ...optional(fields, 'pos', position),
    ...optional(fields, 'endPos', position),
    goal: string(fields.goal, `${where}.goal`),
    ...optional(fields, 'proofState', countOrNull),
  };
}

function tactic(value: unknown, where: string): ReplTactic {
  const fields = object(value, where);
  return {
    pos: position(fields.pos, `${where}.pos`),
    endPos: position(fields.endPos, `${where}.endPos`),
    goals: string(fields.goals, `${where}.goals`),
    tactic: string(fields.tactic, `${where}.tactic`),
    ...optional(fields, 'proofState', countOrNull),
    ...optional(fields, 'usedConstants', list(string)),
  };
}

function position(value: unknown, where: string): Position {
  const { line, column } = object(value, where);
  return { line: count(line, `${where}.line`), column: count(column, `${where}.column`) };
}

function optional<Name extends string, T>(
  fields: Fields,
  name: Name,
  read: (value: unknown, where: string) => T,
): { readonly [N in Name]?: T } {
  return name in fields ? ({ [name]: read(fields[name], name) } as { [N in Name]: T }) : {};
}

function list<T>(read: (value: unknown, where: string) => T): (value: unknown, where: string) => T[] {
  return (value, where) => {
    if (!Array.isArray(value)) throw wrong(where, 'a list', value);
    return value.map((item, i) => read(item, `${where}[${i}]`));
  };
}

function object(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(where, 'an object', value);
  return value as Fields;
}

function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a string', value);
  return value;
}

function count(value: unknown, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(where, 'a count', value);
  return value as number;
}

function countOrNull(value: unknown, where: string): number | null {
  return value === null ? null : count(value, where);
}

function wrong(where: string, wanted: string, got: unknown): Error {
  return new Error(`${where} is not ${wanted}: ${(JSON.stringify(got) ?? 'missing').slice(0, 100)}`);
}
