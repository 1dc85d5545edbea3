/** The problem that a program is judged by: from a folder of tests or a file of problems, changed as options say. */
import { type Problem, type ProblemInit, problemCodec } from '@assay/contract';
import { unusableInput, usageError } from '../exit.ts';
import { oneLine } from '../terminal.ts';
import type { CodeOptions, ProgramTestsInit } from './options.ts';
import { readTests } from './tests-folder.ts';

/** Errors: `usage`, and those of reading a file of problems. */
export async function readProblem({ tests, problem, id }: CodeOptions): Promise<ProblemInit> {
  if (problem !== undefined) return pick(problem, id);
  return { id: tests ?? '', programTests: { tests: tests === undefined ? [] : await readTests(tests) } };
}

/** Most ids that an error lists. */
const shownIds = 8;

/** The problem of that id, or the first one, from a file of any format. */
async function pick(file: string, id: string | undefined): Promise<ProblemInit> {
  const { readSamples } = await import('@assay/datasets');
  const ids = new Set<string>();
  let bad = '';
  const onBadRow = ({ line, message }: { line?: number; message: string }) => {
    bad ||= ` The first bad row${line === undefined ? '' : `, ${line}`}: ${oneLine(message)}`;
  };
  try {
    for await (const { problem } of readSamples([file], { onBadRow })) {
      if (id === undefined || problem.id === id) return judgeable(problem);
      ids.add(problem.id ?? '');
    }
  } catch (error) {
    throw unusableInput(error);
  }
  if (id === undefined) throw usageError(`${file} has no problem.`, `It must say what judges it.${bad}`);
  const more = ids.size > shownIds ? `, and ${ids.size - shownIds} more` : '';
  throw usageError(
    `${file} has no problem ${JSON.stringify(id)}.`,
    `It has ${[...ids].slice(0, shownIds).join(', ') || 'none'}${more}.${bad}`,
  );
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

/** A problem as a verifier gets it, with every field. */
export function whole(problem: ProblemInit): Problem {
  return problemCodec.deserialize(problemCodec.serialize(problem));
}
