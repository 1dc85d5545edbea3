/** `assay code`: one verdict of the code verifier, explained. */
import { usageError } from '../exit.ts';
import { explain, type Told } from '../explain.ts';
import type { Surroundings } from '../in-process.ts';
import { readInput } from '../input.ts';
import { whole } from '../problem.ts';
import { painter } from '../terminal.ts';
import { readChecker } from './checker.ts';
import { judge } from './judge.ts';
import { type CodeOptions, checkOptions } from './options.ts';
import { readProblem, withSettings } from './problem.ts';
import { runOnce } from './run.ts';
import { readSolution } from './solution.ts';
import { explanation, runText } from './text.ts';

/**
 * Prints the verdict on a solution, or what one run of it does; answers with the exit code: 0 correct, 1 incorrect,
 * 3 not judged. Error: `usage`, and those of reading a file of problems; what keeps the verifier from working is told
 * on stderr, and the verdict is missing.
 */
export async function code(path: string, options: CodeOptions): Promise<number> {
  checkOptions(path, options);
  return explain(await workOf(path, options), options.json);
}

/** Reads all that options name; what is left to do takes Docker. */
async function workOf(path: string, options: CodeOptions): Promise<(around: Surroundings) => Promise<Told>> {
  const { languageOf, languages } = await import('@assay/code');
  const { language, checker, checkerProtocol = 'testlib' } = options;
  if (language !== undefined && languageOf(language) === undefined) {
    throw usageError(`There is no language ${language}.`, `There are ${[...languages.keys()].join(', ')}.`);
  }
  const solution = await readSolution(path, languageOf);
  const paint = painter(process.stdout);
  if (options.run) {
    const input = await inputOf(options);
    const { programTests } = whole(
      withSettings({ programTests: { tests: [{ input }] } }, options, undefined),
    );
    if (!programTests) throw new Error('no program_tests');
    return async (around) => {
      const told = await runOnce(programTests, solution, around);
      return { status: told.status, json: told, text: runText(told, paint) };
    };
  }
  const before = await readProblem(options);
  const decider = checker === undefined ? null : await readChecker(checker, checkerProtocol, languageOf);
  const problem = whole(withSettings(before, options, decider));
  return async (around) => {
    const told = await judge(problem, whole(before), solution, around);
    return { status: told.status, json: told, text: explanation(told, paint) };
  };
}

async function inputOf({ input }: CodeOptions): Promise<Buffer> {
  if (input === undefined) return Buffer.alloc(0);
  const mend = 'Name a file; - reads standard input.';
  return readInput(input, { unreadable: mend, large: 'Give the program less to read.' });
}
