/** What a problem is judged by, from the fields that all formats without fields of their own share. */
import type { ProblemInit } from '@assay/contract';
import { programColumns, programTests } from './code/program.ts';
import type { Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { type Found, find, goldOf, objectOf, textOf } from './field.ts';
import { theoremColumns, theoremOf } from './lean/theorem.ts';
import type { FieldNames } from './names.ts';
import { specNames } from './problem.ts';
import { excerpt } from './values.ts';

/** Names that are no FieldName. */
export const specColumns = [
  'custom',
  'policy',
  'problem',
  'prompt_tokens',
  ...programColumns,
  ...theoremColumns,
];

/** Whether a problem says what judges it. */
export function hasSpec(problem: ProblemInit): boolean {
  return specNames.some((name) => problem[name] !== undefined);
}

export function addSpec(problem: ProblemInit, fields: Fields, names: FieldNames): void {
  const custom = find(fields, ['custom']);
  const program = custom === undefined ? programTests(fields) : undefined;
  const theorem = (custom ?? program) ? undefined : theoremOf(fields);
  const gold = find(fields, names.gold);
  if (custom !== undefined) problem.custom = customOf(custom);
  else if (program !== undefined) problem.programTests = program;
  else if (theorem !== undefined) problem.theorem = theorem;
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
