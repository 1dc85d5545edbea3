/** One question to the math verifier, answered within a deadline whatever the texts are. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { AssayError } from '@assay/contract';
import type { Verification } from '@assay/math/verify';

export interface Question {
  readonly gold: string;
  readonly answer: string;
  /** Undefined: the verifier's default. */
  readonly policy: string | undefined;
}

/** What the process says: first that it is ready, then one of the others. */
export interface Reply {
  readonly ready?: boolean;
  readonly verification?: Verification;
  readonly error?: { code: string; message: string; mend: string | undefined };
  readonly failure?: string;
}

/** Why there is no verification: the verifier's own doing, as with an ERROR in a run. */
export interface Failure {
  readonly reason: 'verifier_timeout' | 'verifier_crash' | 'verifier_failure';
  readonly message: string;
}

export interface AskOptions {
  /** Milliseconds for the judging. @default 2000 */
  deadlineMs?: number;
  /** Memory of the process. @default 256 */
  memoryMb?: number;
  /** Module of the process. */
  module?: string;
}

/** Milliseconds for the start of the process. */
const startMs = 30_000;

/**
 * Judges in a process of its own, which is killed at the deadline. Errors: those of `verify` (`bad_gold`,
 * `bad_policy`).
 */
export async function ask(
  question: Question,
  { deadlineMs = 2_000, memoryMb = 256, module = join(import.meta.dirname, 'child.ts') }: AskOptions = {},
): Promise<Verification | Failure> {
  const child = fork(module, {
    execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${memoryMb}`],
    serialization: 'advanced',
    // What V8 says when it runs out of memory is of no use to anybody.
    stdio: ['ignore', 'ignore', process.env.ASSAY_DEBUG === '1' ? 'inherit' : 'ignore', 'ipc'],
    env: {},
  });
  // It may be gone before it is asked; that it does not answer tells as much.
  child.on('error', () => {});
  try {
    if (!('ready' in (await next(child, startMs)))) {
      return {
        reason: 'verifier_crash',
        message: 'the process that judges does not start: see assay doctor',
      };
    }
    child.send(question);
    const { verification, error, failure, ...ended } = await next(child, deadlineMs);
    if (error !== undefined) {
      const { code, message, mend } = error;
      throw new AssayError(code, message, mend === undefined ? {} : { mend });
    }
    if (verification !== undefined) return verification;
    if (failure !== undefined) return { reason: 'verifier_failure', message: failure };
    return ended.late
      ? { reason: 'verifier_timeout', message: `no verdict within ${deadlineMs} ms` }
      : { reason: 'verifier_crash', message: 'the process that judged died, perhaps for want of memory' };
  } finally {
    child.kill('SIGKILL');
  }
}

/** The next message of a process; `late` or neither where none comes. */
async function next(child: ChildProcess, ms: number): Promise<Reply & { late?: boolean }> {
  const timer = new AbortController();
  const late = AbortSignal.timeout(ms);
  const signal = AbortSignal.any([timer.signal, late]);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([reply]) => reply as Reply),
      once(child, 'exit', { signal }).then(() => ({})),
    ]);
  } catch {
    return late.aborted ? { late: true } : {};
  } finally {
    timer.abort();
  }
}
