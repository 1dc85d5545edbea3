/** One run of a program in a sandbox, with nobody to judge it. */
import { isUtf8 } from 'node:buffer';
import type { ProgramResult, Task } from '@assay/code';
import type { ProgramTests } from '@assay/contract';
import { beforeAbort, type Surroundings } from '../in-process.ts';
import {
  type Compiled,
  type Limits,
  limitsIn,
  type Program,
  programOf,
  type Question,
  questionOf,
} from './program.ts';
import type { Solution } from './solution.ts';
import { prepared } from './verifier.ts';

/** Bytes in JSON: as text where they are UTF-8. */
export interface Written {
  readonly encoding: 'utf8' | 'base64';
  readonly content: string;
}

export interface RunExplanation {
  /** CORRECT: it ended well, whatever it wrote. */
  readonly status: 'CORRECT' | 'INCORRECT' | 'ERROR';
  readonly reason: string;
  readonly message: string;
  readonly program?: Program;
  readonly compile?: Compiled;
  readonly limits?: Limits;
  /** Absent where it was not run. */
  readonly run?: {
    readonly cpuUs: number;
    readonly wallUs: number;
    readonly memoryBytes: number;
    /** Written to stdout, also beyond the limit. */
    readonly outputBytes: number;
    readonly exitCode: number;
    readonly signal: number;
    readonly stdout: Written;
    readonly stderr: Written;
  };
}

/** Most bytes of compiled programs that are kept: this one is needed once. */
const artifactBytes = 64 << 20;

/** @param spec its only test is the input. Errors: `no_docker`, `no_image`, `image_build`. */
export async function runOnce(
  spec: ProgramTests,
  solution: Solution,
  surroundings: Surroundings,
): Promise<RunExplanation> {
  const { languageOf, openSandboxes, taskOf } = await import('@assay/code');
  const question = questionOf(spec, solution, languageOf);
  const task = taskOf(question.spec, question.text);
  if ('reason' in task) return { status: 'INCORRECT', ...task };
  await prepared(surroundings);
  const pool = await openSandboxes(1);
  const { signal } = surroundings;
  try {
    return await beforeAbort(
      pool.withSlot(signal, (slot) => runIn(slot, task, question)),
      signal,
    );
  } finally {
    await pool.close();
  }
}

type Slot = Parameters<typeof import('@assay/code').build>[0];

async function runIn(slot: Slot, task: Task, question: Question): Promise<RunExplanation> {
  const { Artifacts, build, limitsOf, processOutcome, programOf: programToRun } = await import('@assay/code');
  const { language, source } = task;
  const limits = limitsOf(question.spec, language);
  const said = { program: programOf(task, question), limits: limitsIn(limits, language) };
  const built = await build(slot, new Artifacts(artifactBytes), language, source);
  if (built.kind === 'starved') {
    const compile = { outcome: 'none', diagnostics: '' } as const;
    return { status: 'ERROR', reason: 'verifier_timeout', message: built.message, ...said, compile };
  }
  if (built.kind === 'refused') {
    const compile = { outcome: 'refused', diagnostics: built.diagnostics } as const;
    const message = `${language.name} does not compile`;
    return { status: 'INCORRECT', reason: 'compile_error', message, ...said, compile };
  }
  const outcome = language.compile === undefined ? 'none' : 'compiled';
  const compile = { outcome, diagnostics: '' } as const;
  const sandbox = await slot.sandbox('run', limits.containerBytes);
  await sandbox.load(built.program.files);
  const program = programToRun({ program: built.program, task, limits });
  const [result] = await sandbox.run([program], task.tests[0]?.input ?? Buffer.alloc(0));
  if (result === undefined) throw new Error('no result of a program');
  const ended = processOutcome(result, limits, language);
  const run = resultOf(result);
  if (ended === undefined) return { status: 'CORRECT', reason: '', message: '', ...said, compile, run };
  const status = ended.kind === 'failed' ? 'INCORRECT' : 'ERROR';
  return { status, reason: ended.reason, message: ended.message, ...said, compile, run };
}

function resultOf(result: ProgramResult): NonNullable<RunExplanation['run']> {
  const { cpuUs, wallUs, rssBytes, outputBytes, exitCode, signal } = result;
  const texts = { stdout: written(result.stdout), stderr: written(result.stderr) };
  return { cpuUs, wallUs, memoryBytes: rssBytes, outputBytes, exitCode, signal, ...texts };
}

function written(bytes: Buffer): Written {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { encoding, content: bytes.toString(encoding) };
}
