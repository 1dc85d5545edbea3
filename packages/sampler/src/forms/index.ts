/** The forms there are, and which of them a problem has. */
import type { ProblemInit } from '@assay/contract';
import { codecontests } from './codecontests.ts';
import type { Form } from './form.ts';
import { gsm8k } from './gsm8k.ts';
import { math } from './math.ts';
import { minif2f } from './minif2f.ts';
import { plain, swebench } from './others.ts';

export { apis } from './form.ts';

export const forms = { gsm8k, math, minif2f, codecontests, swebench, plain } satisfies Record<string, Form>;

export type FormName = keyof typeof forms;

/** By the data set where it is GSM8K, else by what the problem is judged by. */
export function formOf({ dataset, ...problem }: ProblemInit): FormName {
  if (problem.mathAnswer) return /^gsm8k\b/i.test(dataset ?? '') ? 'gsm8k' : 'math';
  if (problem.theorem) return 'minif2f';
  if (problem.repositoryPatch) return 'swebench';
  const program = problem.programTests;
  const isWhole = program && !program.entryPoint && !program.testCode && !program.prefix;
  return isWhole && /^(?:|py.*)$/i.test(program.language ?? '') ? 'codecontests' : 'plain';
}
