/** MiniF2F in Lean 4, and sets of its form: statements whose proofs are to be found. */
import { find, textOf } from '../field.ts';
import type { Schema } from '../schema.ts';
import { theoremColumns, theoremOf } from './theorem.ts';

export const minif2f: Schema = {
  names: {
    id: ['id', 'problem_id', 'task_id', 'unique_id', 'name'],
  },
  columns: [...theoremColumns, 'informal_prefix'],

  addSpec(problem, fields) {
    const theorem = theoremOf(fields, 'minif2f');
    if (theorem === undefined) return;
    problem.theorem = theorem;
    const informal = find(fields, ['informal_prefix']);
    // As the models of this set are asked: the statement in words is a docstring of the formal one.
    if (informal !== undefined && problem.prompt === undefined && theorem.statement !== undefined) {
      problem.prompt = `${theorem.header ?? ''}${textOf(informal)}${theorem.statement}`;
    }
  },
};

export function isMinif2f(has: (name: string) => boolean): boolean {
  return has('formal_statement');
}
