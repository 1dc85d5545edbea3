/** Names of fields: the usual ones, those of a format, and those that a user gives. */
import type { FieldName } from './api.ts';

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

/** Those of a format stand in place of the usual ones, those of the user in place of both. */
export function fieldNames(
  overrides: Partial<Record<FieldName, string>> = {},
  ofFormat: Partial<FieldNames> = {},
): FieldNames {
  const names = { ...usualNames, ...ofFormat };
  for (const [field, name] of Object.entries(overrides) as [FieldName, string][]) names[field] = [name];
  return names;
}
