/** Problems with an interactor: it talks to the program, and decides. */
import type { JudgeProgram } from '@assay/contract';
import type { BoxFile, Program, ProgramResult } from '../sandbox/protocol.ts';
import {
  buildJudge,
  decision,
  interactorBytes,
  interactorLimits,
  interactorProgram,
  isBroken,
} from './deciders.ts';
import { containerBytes, decides, type Job, type Judged, lean, programOf } from './job.ts';
import { type Outcome, processOutcome, wasStarved } from './outcome.ts';

/** Both run in one sandbox, as different users. @throws BadJudge @throws SandboxLost */
export async function interactAll(job: Job): Promise<Judged[]> {
  const { pool, slot, artifacts, spec, task, limits, program } = job;
  if (!spec.interactor) throw new Error('no interactor');
  const interactor = await buildJudge(slot, artifacts, spec.interactor);
  const sandbox = await slot.sandbox(
    'run',
    containerBytes(job, [...program.files, ...interactor.files]) + interactorBytes,
  );
  const file = (path: string, content: Uint8Array): BoxFile => ({
    path: `judge/${path}`,
    content,
    judge: true,
  });
  const own = programOf(job);
  const talk = async (first: Program, alone: boolean) => {
    const second = interactorProgram(interactor, spec.interactor as JudgeProgram, limits.program.wallUs);
    const [result, judge] = await pool.gate.pass(alone, () => sandbox.run([first, second], Buffer.alloc(0)));
    if (result === undefined || judge === undefined) throw new Error('a result is missing');
    return { result, judge };
  };
  const judged: Judged[] = [];
  for (const test of task.tests) {
    await sandbox.load([
      ...program.files,
      ...interactor.files.map(({ path, ...rest }) => ({ ...rest, path: `judge/${path}`, judge: true })),
      file('input', test.input),
      file('answer', test.expected),
    ]);
    let { result, judge } = await talk(own, false);
    if (wasStarved(result, limits.program)) ({ result, judge } = await talk(own, true));
    let outcome = outcomeOf(job, result, judge);
    if (
      isBroken(outcome) &&
      processOutcome(result, limits, task.language)?.kind !== 'error' &&
      !(await breaksAlone(talk))
    ) {
      const message = `the interactor breaks on what the program does: ${outcome.message}`;
      outcome = { kind: 'failed', reason: 'wrong_answer', message };
    }
    judged.push({ test, outcome, result: lean(result, job.spec) });
    if (decides(outcome, spec)) break;
  }
  return judged;
}

/** What ended first decides: a program that crashed, or an interactor whose end it crashed of. */
function outcomeOf({ spec, limits, task }: Job, result: ProgramResult, judge: ProgramResult): Outcome {
  const own = processOutcome(result, limits, task.language);
  const its = interactorLimits(limits.program.wallUs);
  const said = decision(judge, its, spec.interactor?.protocol ?? '', 'interactor');
  // One kernel counts for both: what the interactor held is not the program's.
  if (judge.outOfMemory && judge.rssBytes > interactorBytes) return said;
  const crashed = own?.kind === 'failed' && own.reason === 'runtime_error';
  const leftFirst = judge.wallUs < result.wallUs;
  if (said.kind === 'error') return own === undefined || (crashed && leftFirst) ? said : own;
  if (own === undefined) return said;
  return crashed && leftFirst && said.kind === 'failed' ? said : own;
}

type Talk = (first: Program, alone: boolean) => Promise<{ result: ProgramResult; judge: ProgramResult }>;

/** A program that says nothing and does not leave. */
const silent: Program = {
  command: ['/bin/sleep', '4'],
  env: [],
  limits: {
    cpuUs: 1e6,
    wallUs: 10e6,
    outputBytes: 0,
    stderrBytes: 0,
    fileBytes: 0,
    stackBytes: 8 << 20,
    processes: 8,
    openFiles: 64,
  },
};

/** Whether an interactor breaks before a program has said anything: then it is the problem's fault. */
async function breaksAlone(talk: Talk): Promise<boolean> {
  const { result, judge } = await talk(silent, false);
  // One that waits for the program ends with it.
  return judge.wallUs < result.wallUs / 2;
}
