/** Theorems of rows: MiniF2F's own fields and those of sets made like it, rows in our own words, and llmonk's. */
import { createHash } from 'node:crypto';
import type { ProblemInit } from '@assay/contract';
import { bytesOf, secondsOf } from '../code/limits.ts';
import type { Fields } from '../entry.ts';
import { Fault } from '../fault.ts';
import { type Found, find, textOf, textsOf, uint32 } from '../field.ts';
import { excerpt } from '../values.ts';
import { theoremsIn } from './source.ts';

export type TheoremInit = NonNullable<ProblemInit['theorem']>;

/** Its statement, perhaps after its header, perhaps with `sorry` for a proof. */
const statementNames = ['formal_statement', 'theorem', 'lean_code'];
const nameNames = ['theorem_name', 'name', 'problem_id'];
const setNames = ['set', 'dataset'];

/** Settings, and how they are read. */
const settings: [keyof TheoremInit, string[], (found: Found) => unknown][] = [
  ['toolchain', ['toolchain'], textOf],
  ['sha256', ['sha256'], textOf],
  ['timeLimitS', ['time_limit', 'timeout'], secondsOf],
  ['memoryLimitBytes', ['memory_limit', 'memory_limit_bytes'], bytesOf],
  ['maxHeartbeats', ['max_heartbeats'], heartbeatsOf],
  ['independent', ['independent'], independentOf],
  ['axioms', ['axioms'], textsOf],
];

/** Fields that `theoremOf` reads. */
export const theoremColumns = [
  ...statementNames,
  ...nameNames,
  ...setNames,
  'header',
  'question',
  'prompt',
  ...settings.flatMap(([, names]) => names),
];

/**
 * The theorem that a row states, or names; undefined where it does neither.
 * @param set that the theorem is of, where the row does not say
 * @throws Fault where it states what cannot be used.
 */
export function theoremOf(fields: Fields, set?: string): TheoremInit | undefined {
  const stated = statedBy(fields);
  if (stated === undefined) return undefined;
  const named = find(fields, setNames);
  const setName = named === undefined ? set : textOf(named);
  const { header, statement } = stated;
  return {
    ...stated,
    ...(setName !== undefined && { set: setName }),
    ...(statement !== undefined && { sha256: statementHash(header ?? '', statement) }),
    ...Object.fromEntries(
      settings.flatMap(([name, names, read]) => {
        const found = find(fields, names);
        return found === undefined ? [] : [[name, read(found)]];
      }),
    ),
  };
}

/** As Theorem.sha256. */
function statementHash(header: string, statement: string): string {
  return createHash('sha256').update(`${header}\0${statement}`).digest('hex');
}

interface Stated {
  readonly name: string;
  readonly header?: string;
  readonly statement?: string;
}

function statedBy(fields: Fields): Stated | undefined {
  const found = find(fields, statementNames);
  if (found !== undefined) return split(found, fields);
  const named = find(fields, ['theorem_name']);
  if (named === undefined) return undefined;
  const name = textOf(named);
  // The verifier has the statement itself.
  const isNamedOnly = find(fields, ['question']) === undefined && find(fields, ['set']) !== undefined;
  return isNamedOnly ? { name } : continued(name, fields);
}

/** What stands before the theorem is its header, after that of the row's own field. */
function split(found: Found, fields: Fields): Stated {
  const text = textOf(found);
  const header = find(fields, ['header']);
  const before = header === undefined ? '' : textOf(header);
  const theorems = theoremsIn(text);
  const wanted = find(fields, nameNames);
  const names = theorems.map(({ name }) => name);
  const at = names.length === 1 ? 0 : wanted === undefined ? -1 : names.lastIndexOf(textOf(wanted));
  const theorem = theorems[at];
  if (theorem === undefined) {
    throw new Fault(
      'bad_problem',
      theorems.length === 0
        ? `\`${found.name}\` has no theorem: ${excerpt(text)}`
        : `\`${found.name}\` has ${theorems.length} theorems, and none is named as the problem's`,
      theorems.length === 0
        ? 'Write Lean 4 from `theorem NAME` up to `:=` (or `:= by`, or `:= by sorry`).'
        : 'Say in `name` which of them is to be proved.',
    );
  }
  return {
    name: theorem.name,
    header: before + text.slice(0, theorem.from),
    statement: withoutSorry(text.slice(theorem.from, theorems[at + 1]?.from)),
  };
}

/** A statement that is whole as it stands stays what it is, to the byte: sets are told apart by their hashes. */
function withoutSorry(statement: string): string {
  return /(?<![\p{L}\p{N}_.'])sorry\s*$/u.test(statement)
    ? statement.trimEnd().slice(0, -'sorry'.length).trimEnd()
    : statement;
}

/**
 * The theorem of a MiniF2F row of Large Language Monkeys. `question` is its statement with `sorry` for a proof. The
 * prompt ends in a code block: the header, the statement, and the beginning of the proof that samples continue.
 */
function continued(name: string, fields: Fields): Stated {
  const question = textOf(find(fields, ['question']) ?? { name: 'question', value: undefined });
  const prompt = textOf(find(fields, ['prompt']) ?? { name: 'prompt', value: '' });
  const block = prompt.slice(prompt.lastIndexOf('```') + 3);
  const header = prompt.includes('```') ? block.slice(0, Math.max(block.search(/^theorem\b/m), 0)) : '';
  const begun = block.slice(block.lastIndexOf(':=') + 2);
  let statement = withoutSorry(question).trimEnd();
  if (begun.length < 40 && /^\s*by\s*\(?\s*$/.test(begun)) {
    statement = (statement.endsWith('by') ? statement.slice(0, -'by'.length).trimEnd() : statement) + begun;
  }
  return { name, header, statement };
}

/** Thousands, from the number that `set_option maxHeartbeats` takes. */
function heartbeatsOf(found: Found): number {
  const heartbeats = uint32(found);
  if (heartbeats === 0 || heartbeats >= 1000) return Math.ceil(heartbeats / 1000);
  throw new Fault(
    'wrong_type',
    `\`${found.name}\` is ${heartbeats}, which no proof can do with`,
    'Write it as in Lean: 200000 is what `set_option maxHeartbeats 200000` gives.',
  );
}

function independentOf({ name, value }: Found): string {
  if (value === 'none' || value === 'first' || value === 'all') return value;
  throw new Fault(
    'bad_problem',
    `\`${name}\` is ${excerpt(value)}`,
    'Write none, first or all: which accepted proofs an independent checker must accept as well.',
  );
}
