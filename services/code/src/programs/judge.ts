/** Judges one program: compiled once, run on test after test in a warm sandbox, decided outside of it. */
import { hash } from 'node:crypto';
import type { PartInit, Problem, ProgramTests } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import type { SandboxPool, Slot } from '../sandbox/pool.ts';
import type { BoxFile, Program, ProgramResult, RunOptions } from '../sandbox/protocol.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Artifacts } from './artifacts.ts';
import { baseEnv, build, type Ready } from './build.ts';
import { BadJudge, buildJudge, check, decision, interactorProgram } from './deciders.ts';
import { limitsOf, type TestLimits } from './limits.ts';
import { isNearLimit, type Outcome, partOf, processOutcome, wasStarved } from './outcome.ts';
import { printable } from './printable.ts';
import { type Task, type Test, taskOf } from './task.ts';

/** Tests that are on their way to the sandbox at once, so that it never waits for the next one. */
const ahead = 2;

/** Comparers that judge as others do, differences from the stored answer being wrong to them. */
const compatible = new Set(['deepmind', 'llmonk']);

interface Job {
  readonly pool: SandboxPool;
  readonly slot: Slot;
  readonly artifacts: Artifacts;
  readonly spec: ProgramTests;
  readonly task: Task;
  readonly program: Ready;
  readonly limits: TestLimits;
}

/** @throws SandboxLost where a sandbox goes down under it. */
export async function judgeProgram(
  pool: SandboxPool,
  slot: Slot,
  artifacts: Artifacts,
  problem: Problem,
  text: string,
): Promise<VerdictBody> {
  const { message, parts, ...verdict } = await judgeText(pool, slot, artifacts, problem, text);
  return {
    ...verdict,
    message: printable(message ?? ''),
    parts:
      parts?.map((part) => ({
        ...part,
        name: printable(part.name ?? ''),
        message: printable(part.message ?? ''),
      })) ?? [],
  };
}

async function judgeText(
  pool: SandboxPool,
  slot: Slot,
  artifacts: Artifacts,
  problem: Problem,
  text: string,
): Promise<VerdictBody> {
  const spec = problem.programTests;
  if (!spec) throw new Error('no program_tests');
  const task = taskOf(spec, text);
  if ('reason' in task) return { status: 'INCORRECT', ...task };
  const built = await build(slot, artifacts, task.language, task.source);
  if (built.kind === 'refused') {
    return {
      status: 'INCORRECT',
      reason: 'compile_error',
      message: `${task.language.name}: ${firstLines(built.diagnostics)}`,
      parts: [
        {
          name: 'compile',
          status: 'INCORRECT',
          reason: 'compile_error',
          message: built.diagnostics.slice(0, 4000),
        },
      ],
    };
  }
  const limits = limitsOf(spec, task.language);
  const job: Job = { pool, slot, artifacts, spec, task, program: built.program, limits };
  try {
    const judged = await (spec.interactor
      ? interactAll(job)
      : spec.checker
        ? checkAll(job)
        : compareAll(job));
    const answerClass = spec.classInputs.length > 0 ? await behaviour(job) : '';
    return verdictOf(job, judged, answerClass);
  } catch (error) {
    if (!(error instanceof BadJudge)) throw error;
    const message = `the problem's own program cannot be used: ${error.message}`;
    return { status: 'ERROR', reason: 'bad_problem', message, retryable: false };
  }
}

interface Judged {
  readonly test: Test;
  readonly outcome: Outcome;
  readonly result: ProgramResult;
}

/** Compares outputs with the stored ones. */
async function compareAll(job: Job): Promise<Judged[]> {
  const { task, spec } = job;
  const sandbox = await loaded(job);
  const options: RunOptions = { afterSuccess: !spec.allTests };
  const judged: Judged[] = [];
  const onTheWay: Promise<ProgramResult>[] = [];
  let next = 0;
  try {
    while (judged.length < task.tests.length) {
      while (next < task.tests.length && onTheWay.length < ahead) {
        const test = task.tests[next] as Test;
        onTheWay.push(runOnce(job, sandbox, test.input, next > 0 ? options : {}));
        next++;
      }
      const test = task.tests[judged.length] as Test;
      let result = await (onTheWay.shift() as Promise<ProgramResult>);
      // The run before seemed to fail, and was found to be within its limits after all.
      if (result.skipped) result = await runOnce(job, sandbox, test.input, {});
      result = await settled(job, sandbox, test.input, result);
      const outcome =
        processOutcome(result, job.limits, task.language) ?? compareOutput(job, test, result.stdout);
      judged.push({ test, outcome, result });
      if (outcome.kind !== 'passed' && !spec.allTests) break;
    }
  } finally {
    // Nothing of this job may be under way when the next one begins.
    await Promise.allSettled(onTheWay);
  }
  return judged;
}

/** Has the problem's checker decide on each output. */
async function checkAll(job: Job): Promise<Judged[]> {
  const { spec, slot, artifacts, task } = job;
  if (!spec.checker) throw new Error('no checker');
  const checker = await buildJudge(slot, artifacts, spec.checker);
  const sandbox = await loaded(job);
  const judged: Judged[] = [];
  for (const test of task.tests) {
    const result = await settled(job, sandbox, test.input, await runOnce(job, sandbox, test.input, {}));
    const outcome =
      processOutcome(result, job.limits, task.language) ??
      (await check(slot, checker, spec.checker, test, result.stdout));
    judged.push({ test, outcome, result });
    if (outcome.kind !== 'passed' && !spec.allTests) break;
  }
  return judged;
}

/** Has the problem's interactor talk to the program. Both run in one sandbox, as different users. */
async function interactAll(job: Job): Promise<Judged[]> {
  const { pool, slot, artifacts, spec, task, limits, program } = job;
  if (!spec.interactor) throw new Error('no interactor');
  const interactor = await buildJudge(slot, artifacts, spec.interactor);
  const sandbox = await slot.sandbox('run', limits.containerBytes + (256 << 20));
  const judged: Judged[] = [];
  for (const test of task.tests) {
    const secret = (path: string, content: Uint8Array): BoxFile => ({
      path: `judge/${path}`,
      content,
      judge: true,
    });
    await sandbox.load([
      ...program.files,
      ...interactor.files.map((file) => ({ ...file, path: `judge/${file.path}`, judge: true })),
      secret('input', test.input),
      secret('answer', test.expected),
    ]);
    const pair = [programOf(job), interactorProgram(interactor, spec.interactor)];
    const talk = (alone: boolean) => pool.gate.pass(alone, () => sandbox.run(pair, Buffer.alloc(0)));
    let [result, judge] = await talk(false);
    if (result !== undefined && wasStarved(result, limits)) [result, judge] = await talk(true);
    if (result === undefined || judge === undefined) throw new Error('a result is missing');
    judged.push({ test, outcome: interactionOutcome(job, result, judge), result });
    if (judged.at(-1)?.outcome.kind !== 'passed' && !spec.allTests) break;
  }
  return judged;
}

/** What ended first decides: a program that crashed by itself, or one that was told that it is wrong. */
function interactionOutcome(
  { spec, limits, task }: Job,
  result: ProgramResult,
  judge: ProgramResult,
): Outcome {
  const own = processOutcome(result, limits, task.language);
  const said = decision(judge, spec.interactor?.protocol ?? '', 'interactor');
  if (said.kind === 'error') {
    if (own !== undefined || !wasLeft(result, judge)) return own ?? said;
    return {
      kind: 'failed',
      reason: 'wrong_answer',
      message: 'the program left before the interactor had ended',
    };
  }
  if (own === undefined) return said;
  const crashed = own.kind === 'failed' && own.reason === 'runtime_error';
  return crashed && said.kind === 'failed' && judge.wallUs < result.wallUs ? said : own;
}

/** Whether an interactor broke because the program was gone that it wrote to. */
function wasLeft(result: ProgramResult, judge: ProgramResult): boolean {
  const sigpipe = 13;
  const broken = judge.signal === sigpipe || /broken ?pipe|EPIPE/i.test(judge.stderr.toString('latin1'));
  return broken && result.wallUs <= judge.wallUs;
}

async function loaded({ slot, limits, program }: Job): Promise<Sandbox> {
  const sandbox = await slot.sandbox('run', limits.containerBytes);
  // Runs may follow at once: one that fails here loses the sandbox, and them with it.
  sandbox.load(program.files).catch(() => {});
  return sandbox;
}

function programOf({ program, task, limits }: Job): Program {
  const { language } = task;
  return {
    command: language.run(program, limits.memoryBytes - (language.memoryExtraBytes ?? 0)),
    env: [...baseEnv, ...(language.env ?? [])],
    ...(language.warm === undefined ? {} : { warm: language.warm }),
    limits: limits.program,
  };
}

async function runOnce(
  job: Job,
  sandbox: Sandbox,
  input: Buffer,
  options: RunOptions,
  alone = false,
): Promise<ProgramResult> {
  const [result] = await job.pool.gate.pass(alone, () => sandbox.run([programOf(job)], input, options));
  if (result === undefined) throw new Error('no result of a program');
  return result;
}

/** Measures again, with the machine to itself, where the load on it may have decided; the lower CPU time counts. */
async function settled(
  job: Job,
  sandbox: Sandbox,
  input: Buffer,
  first: ProgramResult,
): Promise<ProgramResult> {
  if (!isNearLimit(first, job.limits) && !wasStarved(first, job.limits)) return first;
  const second = await runOnce(job, sandbox, input, {}, true);
  return second.cpuUs < first.cpuUs || first.wallExceeded ? second : first;
}

function compareOutput({ task, spec }: Job, test: Test, output: Buffer): Outcome {
  if (task.proof !== '') {
    if (output.subarray(-test.expected.length).equals(test.expected)) return { kind: 'passed' };
    return { kind: 'failed', reason: 'runtime_error', message: 'the program ended before its tests did' };
  }
  if (spec.testCode !== '') return { kind: 'passed' };
  const { outcome, message } = task.comparer.compare(output, test.expected);
  if (outcome === 'equal') return { kind: 'passed' };
  if (outcome === 'presentation') return { kind: 'failed', reason: 'presentation_error', message };
  if (spec.multiAnswer && !compatible.has(task.comparer.name)) {
    const text = `differs from the stored answer, and others may be right: ${message}`;
    return { kind: 'error', reason: 'undecided', message: text, retryable: false };
  }
  return { kind: 'failed', reason: 'wrong_answer', message };
}

/**
 * Names what the program does on the problem's class inputs: AlphaCode's clustering. Outputs count as tokens, and
 * what ends a program counts as its output there.
 */
async function behaviour(job: Job): Promise<string> {
  const sandbox = await loaded(job);
  const outputs: string[] = [];
  for (const input of job.spec.classInputs) {
    const bytes = Buffer.from(input);
    const result = await settled(job, sandbox, bytes, await runOnce(job, sandbox, bytes, {}));
    const ended = processOutcome(result, job.limits, job.task.language);
    if (ended?.kind === 'error') return '';
    outputs.push(
      ended === undefined ? result.stdout.toString('latin1').trim().split(/\s+/).join(' ') : ended.reason,
    );
  }
  return `behaviour:${hash('sha256', outputs.join('\0'), 'base64url').slice(0, 22)}`;
}

/** The first test that is not passed decides, whether or not those after it were run. */
function verdictOf({ task, spec }: Job, judged: readonly Judged[], answerClass: string): VerdictBody {
  const parts: PartInit[] = judged.map(({ test, outcome, result }) => partOf(test, outcome, result));
  const cpuUs = judged.reduce((sum, { result }) => sum + result.cpuUs, 0);
  const found = `${task.language.name} from ${task.how}`;
  const all = { answerClass, parts, times: { cpuUs } };
  const failed = judged.findIndex(({ outcome }) => outcome.kind === 'failed');
  const first = failed >= 0 ? failed : judged.findIndex(({ outcome }) => outcome.kind === 'error');
  const outcome = judged[first]?.outcome;
  if (outcome === undefined || outcome.kind === 'passed') {
    const count = `${judged.length} ${judged.length === 1 ? 'test' : 'tests'}`;
    const by = spec.checker
      ? 'checker'
      : spec.interactor
        ? 'interactor'
        : spec.testCode !== ''
          ? 'test code'
          : task.comparer.name;
    return { ...all, status: 'CORRECT', message: `${count} by ${by}; ${found}` };
  }
  const where = `test ${first + 1} of ${task.tests.length} (${judged[first]?.test.name})`;
  const message = `${where}: ${outcome.message}; ${found}`;
  const { reason } = outcome;
  if (outcome.kind === 'failed') return { ...all, status: 'INCORRECT', reason, message };
  return { ...all, status: 'ERROR', reason, message, retryable: outcome.retryable };
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join(' ').slice(0, 500);
}
