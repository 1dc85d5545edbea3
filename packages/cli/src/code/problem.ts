/** The problem that a program is judged by: from a folder of tests or a file of problems, changed as options say. */
import type { ProblemInit } from '@assay/contract';
import { usageError } from '../exit.ts';
import { pickProblem } from '../problem.ts';
import type { CodeOptions, ProgramTestsInit } from './options.ts';
import { readTests } from './tests-folder.ts';

/** Errors: `usage`, and those of reading a file of problems. */
export async function readProblem({ tests, problem, id }: CodeOptions): Promise<ProblemInit> {
  if (problem !== undefined) return judgeable(await pickProblem(problem, id));
  return { id: tests ?? '', programTests: { tests: tests === undefined ? [] : await readTests(tests) } };
}

function judgeable(problem: ProblemInit): ProblemInit {
  if (problem.programTests || problem.repositoryPatch) return problem;
  throw usageError(
    `The problem ${problem.id} has neither tests for a program nor a repository for a patch.`,
    'Name a file of such problems; assay run --help lists their formats.',
  );
}

/** Puts the options' settings in place of the problem's. Error: `usage` where it is none of programs. */
export function withSettings(
  problem: ProblemInit,
  { language, timeLimit, memoryLimit, comparer, all }: CodeOptions,
  checker: ProgramTestsInit['checker'],
): ProblemInit {
  const settings: ProgramTestsInit = {
    ...(language !== undefined && { language }),
    ...(timeLimit !== undefined && { timeLimitS: timeLimit }),
    ...(memoryLimit !== undefined && { memoryLimitBytes: memoryLimit }),
    ...(comparer !== undefined && { comparer, checker: null }),
    ...(checker && { checker }),
    ...(all && { allTests: true }),
  };
  const { programTests: spec } = problem;
  if (comparer !== undefined && (spec?.interactor || spec?.testCode)) {
    throw usageError(
      `The problem ${problem.id} is judged by ${spec.interactor ? 'an interactor' : 'test code'}, not by a comparer.`,
      'Leave --comparer out.',
    );
  }
  if (spec) return { ...problem, programTests: { ...spec, ...settings } };
  // All tests of a patch are judged in any case.
  if (Object.keys(settings).every((name) => name === 'allTests')) return problem;
  throw usageError(
    `The problem ${problem.id} is judged by a patch: languages, limits and comparers mean nothing there.`,
    'Leave these options out.',
  );
}
