/** From the fields of a row to a problem and its samples: the rules that all formats share. */
import type { CandidateInit, ProblemInit } from '@assay/contract';
import type { FieldName, ReadOptions } from './api.ts';
import { type Fields, undecodable } from './entry.ts';
import { Fault } from './fault.ts';
import { problemFromJson, specNames } from './problem.ts';
import { excerpt, isObject, kindOf, numberOf } from './values.ts';

export interface Row {
  /** What the row says of its problem; the rest is left out. */
  problem: ProblemInit;
  /** Undefined for a row that has no samples at all. */
  samples: Sample[] | undefined;
}

/** A candidate, without index where the row gives none, or what is wrong with it. */
export type Sample = CandidateInit | Fault;

export type FieldNames = Record<FieldName, readonly string[]>;

const usualNames: FieldNames = {
  id: ['id', 'problem_id', 'task_id', 'unique_id'],
  dataset: ['dataset'],
  prompt: ['prompt', 'question', 'problem'],
  gold: ['gold', 'answer', 'gt_answer', 'ground_truth', 'solution'],
  samples: ['samples'],
  sample: ['sample', 'completion', 'response', 'text'],
  index: ['index'],
  tokens: ['tokens'],
};

/** Fields that only one spelling is known of. */
const otherNames = [
  'custom',
  'test_cases',
  'timeout',
  'policy',
  'language',
  'theorem_name',
  'problem',
  'prompt_tokens',
];

export function fieldNames(overrides: ReadOptions['fields'] = {}): FieldNames {
  const names = { ...usualNames };
  for (const [field, name] of Object.entries(overrides) as [FieldName, string][]) names[field] = [name];
  return names;
}

/** Every name that a row may use: the columns worth reading. */
export function knownNames(names: FieldNames): Set<string> {
  return new Set([...Object.values(names).flat(), ...otherNames]);
}

const maxIdLength = 512;
const maxUint32 = 0xffffffff;

/**
 * Reads a row. A sample that cannot be used is a Fault in its place.
 * @throws Fault where the row says of its problem what cannot be used.
 */
export function readRow(fields: Fields, names: FieldNames, withModelSolutions: boolean): Row {
  const problem = problemOf(fields, names);
  const list = find(fields, names.samples);
  if (list !== undefined) {
    if (!Array.isArray(list.value)) {
      throw wrongType(list.name, 'a list of texts', list.value, 'One sample alone is written as `sample`.');
    }
    return { problem, samples: list.value.map(readSample) };
  }
  const one = find(fields, names.sample);
  if (one !== undefined) {
    const tokens = find(fields, names.tokens);
    const index = find(fields, names.index);
    return { problem, samples: [attempt(() => candidate(one, index, tokens))] };
  }
  const solutions = withModelSolutions ? modelSolutions(fields) : [];
  return { problem, samples: solutions.length > 0 ? solutions : undefined };
}

/** A sample of a list: a text, or {text, tokens?, index?}; a Fault stays what it is. */
export function readSample(value: unknown): Sample {
  if (value instanceof Fault) return value;
  return attempt(() => {
    if (typeof value === 'string' || value === undecodable) return candidate({ name: 'samples', value });
    const text = isObject(value) ? find(value, ['text']) : undefined;
    if (text === undefined) {
      throw new Fault(
        'wrong_type',
        `a sample is ${kindOf(value)}, neither a text nor an object with \`text\``,
        'Write samples as texts or as {"text": ..., "tokens": ..., "index": ...}.',
      );
    }
    return candidate(text, find(value as Fields, ['index']), find(value as Fields, ['tokens']));
  });
}

/** Values in which `solution` is a text, as in the model solutions of openai/grade-school-math. */
function modelSolutions(fields: Fields): Sample[] {
  return Object.values(fields).flatMap((value) => {
    if (!isObject(value) || !Object.hasOwn(value, 'solution')) return [];
    return [attempt(() => candidate({ name: 'solution', value: value.solution }))];
  });
}

function attempt(read: () => CandidateInit): Sample {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
}

interface Found {
  name: string;
  value: unknown;
}

function candidate(text: Found, index?: Found, tokens?: Found): CandidateInit {
  const result: CandidateInit = { text: textOf(text) };
  if (index !== undefined) result.index = uint32(index);
  if (tokens !== undefined) result.tokens = uint32(tokens);
  return result;
}

function problemOf(fields: Fields, names: FieldNames): ProblemInit {
  const full = isObject(fields.problem);
  const problem = full ? problemFromJson(fields.problem as Fields) : {};
  const id = find(fields, names.id);
  if (id !== undefined) problem.id = idOf(id);
  else if (problem.id !== undefined) idOf({ name: 'problem.id', value: problem.id });
  const dataset = find(fields, names.dataset);
  if (dataset !== undefined) problem.dataset = textOf(dataset);
  const prompt = find(fields, names.prompt);
  if (prompt !== undefined && !(full && prompt.name === 'problem')) problem.prompt = textOf(prompt);
  const promptTokens = find(fields, ['prompt_tokens']);
  if (promptTokens !== undefined) problem.promptTokens = uint32(promptTokens);
  if (!hasSpec(problem)) addSpec(problem, fields, names);
  return problem;
}

/** Whether a problem says what judges it. */
export function hasSpec(problem: ProblemInit): boolean {
  return specNames.some((name) => problem[name] !== undefined);
}

function addSpec(problem: ProblemInit, fields: Fields, names: FieldNames): void {
  const custom = find(fields, ['custom']);
  const cases = find(fields, ['test_cases']);
  const theorem = find(fields, ['theorem_name']);
  const gold = find(fields, names.gold);
  if (custom !== undefined) problem.custom = customOf(custom);
  else if (cases !== undefined) problem.programTests = programTestsOf(cases, fields);
  else if (theorem !== undefined) problem.theorem = theoremOf(textOf(theorem), fields);
  else if (gold !== undefined) {
    const policy = find(fields, ['policy']);
    problem.mathAnswer = { gold: goldOf(gold), policy: policy === undefined ? '' : textOf(policy) };
  }
}

function customOf({ name, value }: Found): ProblemInit['custom'] {
  const fields = objectOf({ name, value });
  const kind = textOf({ name: 'custom.kind', value: fields.kind });
  if (!/^[a-z0-9_]{1,63}$/.test(kind)) {
    throw new Fault(
      'bad_problem',
      `\`custom.kind\` ${excerpt(kind)} is not [a-z0-9_]{1,63}`,
      'Name the kind of problem as the verifier that takes it does.',
    );
  }
  try {
    // A text is JSON already, as in assay.v1.Custom.
    if (typeof fields.json !== 'string') return { kind, json: JSON.stringify(fields.json ?? null) };
    JSON.parse(fields.json);
    return { kind, json: fields.json };
  } catch (error) {
    throw new Fault(
      'bad_problem',
      `\`custom.json\` is no JSON: ${(error as Error).message}`,
      'Give the value itself, or its JSON as a text.',
    );
  }
}

function programTestsOf(cases: Found, fields: Fields): ProblemInit['programTests'] {
  const { input, output } = objectOf(cases);
  if (!Array.isArray(input) || !Array.isArray(output) || input.length !== output.length) {
    throw new Fault(
      'wrong_type',
      '`test_cases` must have lists `input` and `output` of the same length',
      'Write {"input": ["1 2\\n"], "output": ["3\\n"]}.',
    );
  }
  const language = find(fields, ['language']);
  const timeout = find(fields, ['timeout']);
  const seconds = timeout === undefined ? 0 : numberOf(timeout.value);
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw wrongType('timeout', 'a number of seconds', timeout?.value);
  }
  return {
    language: language === undefined ? '' : textOf(language),
    tests: input.map((value, i) => ({
      input: Buffer.from(textOf({ name: `test_cases.input[${i}]`, value })),
      output: Buffer.from(textOf({ name: `test_cases.output[${i}]`, value: output[i] })),
    })),
    timeLimitS: seconds,
  };
}

/**
 * The theorem of a MiniF2F row of Large Language Monkeys. `question` is its statement with `sorry` for a proof. The
 * prompt ends in a code block: the header, the statement, and the beginning of the proof that samples continue.
 */
function theoremOf(name: string, fields: Fields): ProblemInit['theorem'] {
  const question = textOf(find(fields, ['question']) ?? { name: 'question', value: undefined });
  const prompt = textOf(find(fields, ['prompt']) ?? { name: 'prompt', value: '' });
  const block = prompt.slice(prompt.lastIndexOf('```') + 3);
  const header = prompt.includes('```') ? block.slice(0, Math.max(block.search(/^theorem\b/m), 0)) : '';
  const begun = block.slice(block.lastIndexOf(':=') + 2);
  let statement = question.trimEnd();
  if (statement.endsWith('sorry')) statement = statement.slice(0, -'sorry'.length).trimEnd();
  if (begun.length < 40 && /^\s*by\s*\(?\s*$/.test(begun)) {
    statement = (statement.endsWith('by') ? statement.slice(0, -'by'.length).trimEnd() : statement) + begun;
  }
  return { name, header, statement };
}

function find(fields: Fields, names: readonly string[]): Found | undefined {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null) return { name, value };
  }
  return undefined;
}

function wrongType(name: string, wanted: string, value: unknown, mend?: string): Fault {
  return new Fault(
    'wrong_type',
    `\`${name}\` must be ${wanted}, not ${kindOf(value)}`,
    mend ?? `Change the field, or name another one with the option \`fields\`.`,
  );
}

function textOf({ name, value }: Found): string {
  if (typeof value === 'string') return value;
  if (value === undecodable) {
    throw new Fault('bad_utf8', `\`${name}\` is not UTF-8`, 'Write the column as UTF-8 strings.');
  }
  throw wrongType(name, 'a text', value);
}

function objectOf({ name, value }: Found): Fields {
  if (isObject(value)) return value;
  throw wrongType(name, 'an object', value);
}

function uint32({ name, value }: Found): number {
  const number = numberOf(value);
  if (Number.isInteger(number) && number >= 0 && number <= maxUint32) return number;
  throw new Fault(
    'wrong_type',
    `\`${name}\` must be an integer from 0 to ${maxUint32}, not ${excerpt(value)}`,
    'Leave it out where it is not known.',
  );
}

function idOf(found: Found): string {
  const id = numeral(found) ?? textOf(found);
  if (id === '' || id.length > maxIdLength || !id.isWellFormed()) {
    throw new Fault(
      'bad_id',
      `\`${found.name}\` ${id.length > maxIdLength ? `has ${id.length} characters` : `is ${excerpt(id)}`}`,
      `An id is well-formed text of 1 to ${maxIdLength} characters.`,
    );
  }
  return id;
}

function goldOf(found: Found): string {
  const gold = numeral(found) ?? textOf(found);
  if (gold.trim() === '') {
    throw new Fault('missing_gold', `\`${found.name}\` is empty`, 'Give the reference answer.');
  }
  return gold;
}

/** The text of a number, where it is certain to be the number that the file has. */
function numeral({ name, value }: Found): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return undefined;
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new Fault(
    'wrong_type',
    `\`${name}\` is a number too large to be read exactly`,
    'Write it as a text, in quotation marks.',
  );
}
