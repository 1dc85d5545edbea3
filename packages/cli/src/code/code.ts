/** `assay code`: one verdict of the code verifier, explained. */
import { exitCodeOf, exitCodes, usageError } from '../exit.ts';
import type { Surroundings } from '../in-process.ts';
import { readInput } from '../input.ts';
import { catchInterrupts } from '../interrupt.ts';
import { whole } from '../problem.ts';
import { errorText, painter } from '../terminal.ts';
import { readChecker } from './checker.ts';
import { judge } from './judge.ts';
import { type CodeOptions, checkOptions } from './options.ts';
import { readProblem, withSettings } from './problem.ts';
import { runOnce } from './run.ts';
import { readSolution } from './solution.ts';
import { explanation, runText } from './text.ts';

const exitOf: Readonly<Record<string, number>> = { CORRECT: exitCodes.ok, INCORRECT: exitCodes.failed };

/**
 * Prints the verdict on a solution, or what one run of it does; answers with the exit code: 0 correct, 1 incorrect,
 * 3 not judged. Error: `usage`, and those of reading a file of problems; what keeps the verifier from working is told
 * on stderr, and the verdict is missing.
 */
export async function code(path: string, options: CodeOptions): Promise<number> {
  checkOptions(path, options);
  const work = await workOf(path, options);
  const interrupts = catchInterrupts();
  try {
    const { status, json, text } = await work({
      signal: interrupts.signal,
      say: (line) => void process.stderr.write(`${line}\n`),
    });
    process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
    return exitOf[status] ?? exitCodes.incomplete;
  } catch (error) {
    if (interrupts.signal.aborted) return interrupts.exitCode;
    if (exitCodeOf(error) === exitCodes.usage) throw error;
    process.stderr.write(errorText(error));
    return exitCodes.incomplete;
  } finally {
    interrupts.dispose();
  }
}

interface Told {
  readonly status: string;
  readonly json: unknown;
  readonly text: string;
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
