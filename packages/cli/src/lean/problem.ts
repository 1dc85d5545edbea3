/** The theorem to prove: of a file of problems, or a statement of its own; changed as options say. */
import type { ProblemInit } from '@assay/contract';
import { usageError } from '../exit.ts';
import { readInput } from '../input.ts';
import { pickProblem } from '../problem.ts';
import type { LeanOptions, TheoremInit } from './options.ts';

export interface TheoremProblem {
  readonly id: string;
  readonly theorem: TheoremInit;
}

/** Errors: `usage`, and those of reading a file of problems. */
export async function readTheorem(options: LeanOptions): Promise<TheoremProblem> {
  if (options.statement !== undefined) return stated(options.statement, options.header);
  const { id = '', theorem } = await pickProblem(options.problem ?? '', options.id);
  if (theorem) return { id, theorem };
  throw usageError(
    `The problem ${id} has no theorem.`,
    'Name a file of theorems; assay run --help lists the formats.',
  );
}

/** A file is read as the `.lean` files of a data set are: it may have its header inside, and end in `sorry`. */
async function stated(file: string, headerFile: string | undefined): Promise<TheoremProblem> {
  const { theorem }: ProblemInit = await pickProblem(file, undefined, 'minif2f');
  const before = headerFile === undefined ? '' : await headerIn(headerFile);
  const { name = '', header = '', statement = '' } = theorem ?? {};
  return { id: name, theorem: { name, header: before + header, statement } };
}

async function headerIn(file: string): Promise<string> {
  const bytes = await readInput(file, {
    unreadable: 'Name a file with imports, options and opens.',
    large: 'Import what is in it.',
  });
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Puts the options' settings in place of the problem's. */
export function withSettings(
  { id, theorem }: TheoremProblem,
  { toolchain, timeLimit, memoryLimit, independent }: LeanOptions,
): TheoremProblem {
  return {
    id,
    theorem: {
      ...theorem,
      ...(toolchain !== undefined && { toolchain }),
      ...(timeLimit !== undefined && { timeLimitS: timeLimit }),
      ...(memoryLimit !== undefined && { memoryLimitBytes: memoryLimit }),
      ...(independent !== undefined && { independent }),
    },
  };
}
