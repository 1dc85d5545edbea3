/** Programs of a problem's author that decide: checkers look at an output, interactors talk to the program. */
import type { JudgeProgram } from '@assay/contract';
import { languageOf } from '../languages/index.ts';
import type { Slot } from '../sandbox/pool.ts';
import type { Program, ProgramLimits, ProgramResult } from '../sandbox/protocol.ts';
import type { Artifacts } from './artifacts.ts';
import { baseEnv, build, type Ready } from './build.ts';
import { machineErrors, type Outcome, wasStarved } from './outcome.ts';

const mb = 1 << 20;

/** Memory of a checker, which has a container to itself, and of an interactor, bytes. */
const memoryBytes = 1024 * mb;
export const interactorBytes = 256 * mb;

const limits: ProgramLimits = {
  cpuUs: 30e6,
  wallUs: 120e6,
  outputBytes: mb,
  stderrBytes: 64 * 1024,
  fileBytes: 64 * mb,
  stackBytes: 256 * mb,
  processes: 64,
  openFiles: 256,
};

/** Throws BadJudge where it does not compile, JudgeStarved, and SandboxLost. */
export async function buildJudge(slot: Slot, artifacts: Artifacts, judge: JudgeProgram): Promise<Ready> {
  const language = languageOf(judge.language);
  if (language === undefined) throw new BadJudge(`unknown language ${judge.language}`);
  const built = await build(slot, artifacts, language, judge.source, judge.files);
  if (built.kind === 'starved') throw new JudgeStarved(built.message);
  if (built.kind === 'refused') throw new BadJudge(`it does not compile: ${built.diagnostics.slice(0, 500)}`);
  return built.program;
}

/** The problem's own program is at fault. */
export class BadJudge extends Error {}

/** The machine is: it gave the problem's program no processor. */
export class JudgeStarved extends Error {}

/**
 * Has a checker look at an output, in a sandbox where no candidate ever runs. One that breaks, and does not break on the
 * stored answer, was broken by the output: that is wrong.
 */
export async function check(
  slot: Slot,
  checker: Ready,
  judge: JudgeProgram,
  test: { readonly input: Buffer; readonly expected: Buffer },
  output: Buffer,
): Promise<Outcome> {
  const kattis = judge.protocol === 'kattis';
  const files = ['/box/judge/input', '/box/judge/output', '/box/judge/answer'];
  const given = kattis ? [files[0] ?? '', files[2] ?? '', '/tmp/'] : files;
  const command = [...checker.language.run(checker, memoryBytes), ...given, ...judge.arguments];

  async function decide(on: Buffer): Promise<Outcome> {
    const sandbox = await slot.sandbox('build', memoryBytes);
    await sandbox.load([
      ...checker.files,
      { path: 'judge/input', content: test.input },
      { path: 'judge/output', content: on },
      { path: 'judge/answer', content: test.expected },
    ]);
    const input = kattis ? on : Buffer.alloc(0);
    const run = () => sandbox.run([{ command, env: envOf(checker), limits }], input);
    const [result] = await slot.gate.pass(false, run);
    if (result === undefined) throw new Error('no result of a checker');
    return decision(result, limits, judge.protocol, 'checker');
  }

  const said = await decide(output);
  if (!isBroken(said) || (await decide(test.expected)).kind === 'error') return said;
  return { kind: 'failed', reason: 'wrong_answer', message: `the checker breaks on it: ${said.message}` };
}

/** The interactor as the second program of a run: its files only it can read. */
export function interactorProgram(interactor: Ready, judge: JudgeProgram, programWallUs: number): Program {
  const given =
    judge.protocol === 'kattis'
      ? ['/box/judge/input', '/box/judge/answer', '/box/judge/']
      : ['/box/judge/input', '/box/judge/output', '/box/judge/answer'];
  const command = interactor.language
    .run(interactor, interactorBytes)
    .map((argument) => argument.replace(/^\/box\b/, '/box/judge'));
  const env = [...envOf(interactor).filter((one) => !one.startsWith('HOME=')), ...ownFolder];
  return {
    command: [...command, ...given, ...judge.arguments],
    env,
    limits: interactorLimits(programWallUs),
    judge: true,
  };
}

/** It is to outlast the program, whatever that does. */
export function interactorLimits(programWallUs: number): ProgramLimits {
  return { ...limits, wallUs: Math.max(limits.wallUs, programWallUs + 30e6) };
}

function envOf({ language }: Ready): string[] {
  return [...baseEnv, ...(language.env ?? [])];
}

/** Nothing of an interactor may come from where the program can write. */
const ownFolder = ['HOME=/box/judge', 'TMPDIR=/box/judge', 'PYTHONNOUSERSITE=1'];

/** Whether a checker or interactor broke, for whatever reason of its own or the program's. */
export function isBroken(outcome: Outcome): boolean {
  return outcome.kind === 'error' && outcome.reason === 'bad_problem';
}

/** What a checker's or interactor's exit code says. */
export function decision(result: ProgramResult, its: ProgramLimits, protocol: string, role: string): Outcome {
  if (machineErrors.has(result.startError)) {
    const message = `the ${role} could not be started: errno ${result.startError}`;
    return { kind: 'error', reason: 'verifier_failure', message, retryable: true };
  }
  if (wasStarved(result, its)) {
    const message = `the machine is overloaded: the ${role} got no processor`;
    return { kind: 'error', reason: 'verifier_timeout', message, retryable: true };
  }
  const said = result.stderr.toString('utf8').trim().replace(/\s+/g, ' ').slice(0, 300);
  const text = said === '' ? `the ${role} says so` : `${role}: ${said}`;
  const broken = (why: string): Outcome => ({
    kind: 'error',
    reason: 'bad_problem',
    message: `the problem's ${role} ${why}${said === '' ? '' : `: ${said}`}`,
    retryable: false,
  });
  if (result.cpuExceeded || result.wallExceeded) return broken('took too long');
  if (result.outOfMemory) return broken('ran out of memory');
  if (result.startError !== 0 || result.signal !== 0) return broken(`died of signal ${result.signal}`);
  const failed = (reason: 'wrong_answer' | 'presentation_error'): Outcome => ({
    kind: 'failed',
    reason,
    message: text,
  });
  switch (`${protocol} ${result.exitCode}`) {
    case 'testlib 0':
    case 'kattis 42':
      return { kind: 'passed', message: said };
    // 8: the output ended too soon.
    case 'testlib 1':
    case 'testlib 8':
    case 'kattis 43':
      return failed('wrong_answer');
    // 4: something stands behind the answer.
    case 'testlib 2':
    case 'testlib 4':
      return failed('presentation_error');
    case 'testlib 3':
      return broken('failed by its own account');
    default:
      return broken(`ended with ${result.exitCode}, which means nothing in the ${protocol} protocol`);
  }
}
