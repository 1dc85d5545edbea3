/** A verdict of the code verifier, with what led to it. */
import type { Task } from '@assay/code';
import type { Part, Problem, ProgramTests, Verdict } from '@assay/contract';
import { usageError } from '../exit.ts';
import type { Surroundings } from '../in-process.ts';
import { type Compiled, type Limits, limitsIn, type Program, programOf, questionOf } from './program.ts';
import type { Solution } from './solution.ts';
import { ask } from './verifier.ts';

export interface TestResult {
  readonly name: string;
  readonly example: boolean;
  readonly status: Verdict['status'];
  readonly reason: string;
  readonly message: string;
  /** Absent where no program ran for it. */
  readonly run?: {
    readonly cpuUs: number;
    readonly wallUs: number;
    readonly memoryBytes: number;
    readonly outputBytes: number;
    readonly exitCode: number;
    readonly signal: number;
  };
}

export interface Explanation {
  /** Its id, or the folder of its tests. */
  readonly problem: string;
  readonly status: Verdict['status'];
  readonly reason: string;
  readonly message: string;
  /** Absent where none was found, and for patches. */
  readonly program?: Program;
  /** Absent where it did not come to that. */
  readonly compile?: Compiled;
  readonly limits?: Limits;
  /** Comparer, checker or the like. */
  readonly judge?: string;
  /** How many there are; those after the first failure may not be among `tests`. */
  readonly testCount: number;
  readonly tests: readonly TestResult[];
  /** Seconds of CPU of all tests. */
  readonly cpuS: number;
}

/**
 * Judges a solution.
 * @param before the problem as it was before options changed it.
 * Errors: `usage` where only the options keep it from being judged, and those of `ask`.
 */
export async function judge(
  problem: Problem,
  before: Problem,
  solution: Solution,
  surroundings: Surroundings,
): Promise<Explanation> {
  const { codeVerifier, languageOf, limitsOf, taskOf } = await import('@assay/code');
  const verifier = codeVerifier({ selfTest: false });
  const fault = verifier.checkProblem?.(problem);
  if (fault !== undefined && verifier.checkProblem?.(before) === undefined) {
    throw usageError(`Nothing can be judged so: ${fault}.`, 'Change the options that say it.');
  }
  if (!problem.programTests) {
    const verdict = await ask(verifier, problem, solution.text, surroundings);
    return { problem: problem.id, ...common(verdict), ...testsIn(verdict.parts) };
  }
  const question = questionOf(problem.programTests, solution, languageOf);
  const { spec, text } = question;
  const verdict = await ask(verifier, { ...problem, programTests: spec }, text, surroundings);
  const task = fault === undefined ? taskOf(spec, text) : undefined;
  if (task === undefined || 'reason' in task) {
    return { problem: problem.id, ...common(verdict), testCount: spec.tests.length, tests: [] };
  }
  // It is told apart from the verdict here.
  const found = `; ${task.language.name} from ${task.how}`;
  const { message } = verdict;
  const compile = compileOf(task, verdict);
  return {
    problem: problem.id,
    ...common(verdict),
    message: message.endsWith(found) ? message.slice(0, -found.length) : message,
    program: programOf(task, question),
    ...(compile && { compile }),
    limits: limitsIn(limitsOf(spec, task.language), task.language),
    judge: judgeOf(spec, task),
    ...testsIn(compile?.outcome === 'refused' ? [] : verdict.parts),
    testCount: task.tests.length,
  };
}

function common({ status, reason, message, times }: Verdict) {
  return { status, reason, message, cpuS: (times?.cpuUs ?? 0) / 1e6 };
}

function compileOf({ language }: Task, { reason, parts }: Verdict): Compiled | undefined {
  if (language.compile === undefined) return { outcome: 'none', diagnostics: '' };
  const [first] = parts;
  if (first?.name === 'compile' && reason === 'compile_error') {
    return { outcome: 'refused', diagnostics: first.message };
  }
  return first === undefined ? undefined : { outcome: 'compiled', diagnostics: '' };
}

function judgeOf({ checker, interactor, testCode }: ProgramTests, { comparer }: Task): string {
  if (interactor) return `an interactor in ${interactor.language}, ${interactor.protocol} protocol`;
  if (checker) return `a checker in ${checker.language}, ${checker.protocol} protocol`;
  return testCode === '' ? `the comparer ${comparer.name}` : 'test code';
}

function testsIn(parts: readonly Part[]): { testCount: number; tests: TestResult[] } {
  const tests = parts.map(({ name, example, status, reason, message, times, run }) => ({
    ...{ name, example, status, reason, message },
    ...(run && {
      run: {
        cpuUs: times?.cpuUs ?? 0,
        wallUs: times?.serviceUs ?? 0,
        memoryBytes: run.memoryBytes,
        outputBytes: run.outputBytes,
        exitCode: run.exitCode,
        signal: run.signal,
      },
    }),
  }));
  return { testCount: tests.length, tests };
}
