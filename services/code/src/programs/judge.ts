/** Judges one program: compiled once, run on test after test in a warm sandbox, decided outside of it. */
import { createHash } from 'node:crypto';
import type { Problem } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import type { RunOptions } from '../sandbox/protocol.ts';
import { build } from './build.ts';
import { BadJudge, buildJudge, check, JudgeStarved } from './deciders.ts';
import { interactAll } from './interact.ts';
import {
  decides,
  type Job,
  type Judged,
  lean,
  loaded,
  type Measured,
  type Place,
  runOnce,
  settled,
} from './job.ts';
import { limitsOf } from './limits.ts';
import { type Outcome, processOutcome } from './outcome.ts';
import { printable } from './printable.ts';
import { type Test, taskOf } from './task.ts';
import { verdictOf } from './verdict.ts';

/** Tests that are on their way to the sandbox at once, so that it never waits for the next one. */
const ahead = 2;

/** Comparers that judge as others do, differences from the stored answer being wrong to them. */
const compatible = new Set(['deepmind', 'llmonk']);

/** @throws SandboxLost where a sandbox goes down under it. */
export async function judgeProgram(place: Place, problem: Problem, text: string): Promise<VerdictBody> {
  const { message, parts, ...verdict } = await judgeText(place, problem, text);
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

async function judgeText(place: Place, problem: Problem, text: string): Promise<VerdictBody> {
  const spec = problem.programTests;
  if (!spec) throw new Error('no program_tests');
  const task = taskOf(spec, text);
  if ('reason' in task) return { status: 'INCORRECT', ...task };
  const built = await build(place.slot, place.artifacts, task.language, task.source, spec.files);
  if (built.kind === 'starved') {
    return { status: 'ERROR', reason: 'verifier_timeout', message: built.message, retryable: true };
  }
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
  const job: Job = { ...place, spec, task, program: built.program, limits };
  try {
    const judged = await (spec.interactor
      ? interactAll(job)
      : spec.checker
        ? checkAll(job)
        : compareAll(job));
    const answerClass = spec.classInputs.length > 0 ? await behaviour(job) : '';
    return verdictOf(job, judged, answerClass);
  } catch (error) {
    if (error instanceof JudgeStarved) {
      return { status: 'ERROR', reason: 'verifier_timeout', message: error.message, retryable: true };
    }
    if (!(error instanceof BadJudge)) throw error;
    const message = `the problem's own program cannot be used: ${error.message}`;
    return { status: 'ERROR', reason: 'bad_problem', message, retryable: false };
  }
}

/** Compares outputs with the stored ones. */
async function compareAll(job: Job): Promise<Judged[]> {
  const { task, spec } = job;
  const sandbox = await loaded(job);
  const options: RunOptions = { afterSuccess: !spec.allTests };
  const judged: Judged[] = [];
  const onTheWay: Promise<Measured>[] = [];
  let next = 0;
  try {
    while (judged.length < task.tests.length) {
      while (next < task.tests.length && onTheWay.length < ahead) {
        const test = task.tests[next] as Test;
        const run = runOnce(job, sandbox, test.input, next > 0 ? options : {});
        // Whoever waits for it hears of its failure; that may be nobody, after one before it has failed.
        run.catch(() => {});
        onTheWay.push(run);
        next++;
      }
      const test = task.tests[judged.length] as Test;
      let result: Measured = await (onTheWay.shift() as Promise<Measured>);
      // The run before seemed to fail, and was found to be within its limits after all.
      if (result.skipped) result = await runOnce(job, sandbox, test.input);
      result = await settled(job, sandbox, test.input, result);
      const outcome =
        processOutcome(result, job.limits, task.language) ?? compareOutput(job, test, result.stdout);
      judged.push({ test, outcome, result: lean(result, spec) });
      if (decides(outcome, spec)) break;
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
    const result = await settled(job, sandbox, test.input, await runOnce(job, sandbox, test.input));
    const outcome =
      processOutcome(result, job.limits, task.language) ??
      (await check(slot, checker, spec.checker, test, result.stdout));
    judged.push({ test, outcome, result: lean(result, spec) });
    if (decides(outcome, spec)) break;
  }
  return judged;
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
  if (
    spec.multiAnswer &&
    !compatible.has(task.comparer.name) &&
    (isBlank(test.expected) || !isBlank(output))
  ) {
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
  const digest = createHash('sha256');
  for (const input of job.spec.classInputs) {
    const bytes = Buffer.from(input);
    const result = await settled(job, sandbox, bytes, await runOnce(job, sandbox, bytes));
    const ended = processOutcome(result, job.limits, job.task.language);
    if (ended?.kind === 'error') return '';
    const words =
      ended === undefined ? result.stdout.toString('latin1').trim().replace(/\s+/g, ' ') : ended.reason;
    digest.update(`${words.length}:${words}`);
  }
  return `behaviour:${digest.digest('base64url').slice(0, 22)}`;
}

function isBlank(output: Buffer): boolean {
  return output.toString('latin1').trim() === '';
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join(' ').slice(0, 500);
}
