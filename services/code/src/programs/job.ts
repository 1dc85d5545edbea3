/** One program to be judged, and its runs in the sandbox of its slot. */
import type { ProgramTests, SourceFile } from '@assay/contract';
import type { SandboxPool, Slot } from '../sandbox/pool.ts';
import type { BoxFile, Program, ProgramResult, RunOptions } from '../sandbox/protocol.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Artifacts } from './artifacts.ts';
import { baseEnv, type Ready } from './build.ts';
import { boxFilesOf, fetched, withFiles } from './files.ts';
import { most, type TestLimits } from './limits.ts';
import { isNearLimit, type Outcome, wasStarved } from './outcome.ts';
import type { Task, Test } from './task.ts';

/** Where programs are judged. */
export interface Place {
  readonly pool: SandboxPool;
  readonly slot: Slot;
  readonly artifacts: Artifacts;
}

export interface Job extends Place {
  readonly spec: ProgramTests;
  readonly task: Task;
  readonly program: Ready;
  readonly limits: TestLimits;
}

/** A result, the CPU time of another run that does not count, where there were two, and files that were fetched. */
export type Measured = ProgramResult & {
  readonly otherCpuUs?: number;
  readonly files?: readonly SourceFile[];
};

export interface Judged {
  readonly test: Test;
  readonly outcome: Outcome;
  readonly result: Measured;
}

/** Whether the tests after one need not be run. Where one test decides nothing, another may show that it is wrong. */
export function decides(outcome: Outcome, { allTests }: ProgramTests): boolean {
  return !allTests && (outcome.kind === 'failed' || (outcome.kind === 'error' && outcome.retryable));
}

const nothing = Buffer.alloc(0);

/** A result without more of its outputs than is given back: they are as large as programs want. */
export function lean<T extends ProgramResult>(result: T, { returnBytes }: ProgramTests): T {
  const kept = (bytes: Buffer) => (returnBytes === 0 ? nothing : Buffer.from(bytes.subarray(0, returnBytes)));
  return { ...result, stdout: kept(result.stdout), stderr: kept(result.stderr) };
}

/** Memory of a container with these files in it, in steps: to change it takes as long as some tests. */
export function containerBytes({ limits }: Job, files: readonly BoxFile[]): number {
  const step = 16 << 20;
  const held = files.reduce((sum, { content }) => sum + content.length, 0);
  return step * Math.ceil((limits.containerBytes + held) / step);
}

/** The slot's sandbox with the program in it. */
export async function loaded(job: Job): Promise<Sandbox> {
  const { slot, program, spec } = job;
  const files = [...program.files, ...boxFilesOf(spec)];
  // Those that the program finds are there twice.
  const sandbox = await slot.sandbox('run', containerBytes(job, [...files, ...boxFilesOf(spec)]));
  // Runs may follow at once: one that fails here loses the sandbox, and them with it.
  sandbox.load(files).catch(() => {});
  return sandbox;
}

/** What is executed, and how it is limited. */
export function programOf({ program, task, limits }: Pick<Job, 'program' | 'task' | 'limits'>): Program {
  const { language } = task;
  return {
    command: language.run(program, limits.memoryBytes - (language.memoryExtraBytes ?? 0)),
    env: [...baseEnv, ...(language.env ?? [])],
    ...(language.warm === undefined ? {} : { warm: language.warm }),
    limits: limits.program,
  };
}

/** @param alone no other program runs in any slot meanwhile. */
export async function runOnce(
  job: Job,
  sandbox: Sandbox,
  input: Buffer,
  options: RunOptions = {},
  alone = false,
): Promise<Measured> {
  const { spec } = job;
  const program = withFiles(programOf(job), spec);
  const run = async () => {
    if (spec.fetchFiles.length === 0) return { results: await sandbox.run([program], input, options) };
    const results = sandbox.run([program], input, { ...options, keepFiles: true });
    // Asked for at once: the next run would find them gone.
    const left = sandbox.get(spec.fetchFiles, most.returnBytes);
    left.catch(() => {});
    return { results: await results, files: fetched(spec, await left) };
  };
  const { results, files } = await job.pool.gate.pass(alone, run);
  const [result] = results;
  if (result === undefined) throw new Error('no result of a program');
  return files === undefined ? result : { ...result, files };
}

/** Measures again, when no other program runs, where the load may have decided; the lower CPU time counts. */
export async function settled(job: Job, sandbox: Sandbox, input: Buffer, first: Measured): Promise<Measured> {
  if (!isNearLimit(first, job.limits) && !wasStarved(first, job.limits.program)) return first;
  const second = await runOnce(job, sandbox, input, {}, true);
  const better = second.cpuUs < first.cpuUs || first.wallExceeded;
  const [counts, other] = better ? [second, first] : [first, second];
  return { ...counts, otherCpuUs: other.cpuUs };
}
