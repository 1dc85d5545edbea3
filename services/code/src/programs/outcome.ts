/** What a program's run on one test comes to. */
import type { PartInit, Reason } from '@assay/contract';
import type { Language } from '../languages/index.ts';
import type { ProgramLimits, ProgramResult } from '../sandbox/protocol.ts';
import type { TestLimits } from './limits.ts';

/** Of one test: `passed` without a reason, `failed` by the candidate's doing, `error` by the verifier's. */
export type Outcome =
  | { readonly kind: 'passed'; readonly message?: string }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly message: string }
  | {
      readonly kind: 'error';
      readonly reason: Reason;
      readonly message: string;
      readonly retryable: boolean;
    };

/** A test that is not passed. */
export type Ended = Exclude<Outcome, { kind: 'passed' }>;

/** ENOENT. */
const noSuchFile = 2;

/** EPERM, EAGAIN, ENOMEM, ENFILE, EMFILE: why a program is not started for no fault of its own. */
export const machineErrors = new Set([1, 11, 12, 23, 24]);

const signalNames: Record<number, string> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/** Whether its program was over its CPU time by so little that another run, alone, may be within it. */
export function isNearLimit({ cpuUs, cpuExceeded, outOfMemory }: ProgramResult, limits: TestLimits): boolean {
  return cpuUs > limits.cpuUs && !cpuExceeded && !outOfMemory && cpuUs <= limits.program.cpuUs;
}

/** Whether its wall time was over because it got no processor, and not because it waited. */
export function wasStarved({ wallExceeded, waitedMs }: ProgramResult, { wallUs }: ProgramLimits): boolean {
  return wallExceeded && 1000 * waitedMs > wallUs / 2;
}

/**
 * What the process did, before its output is looked at; undefined where it ended well. The first that applies, in the
 * order of contest judges: memory, time, output, waiting, a crash.
 */
export function processOutcome(
  result: ProgramResult,
  limits: TestLimits,
  language: Language,
): Ended | undefined {
  const failed = (reason: Reason, message: string): Ended => ({ kind: 'failed', reason, message });
  const stderr = result.stderr.toString('utf8');
  if (result.startError === noSuchFile && language.compile === undefined) {
    const message = `the image of the sandboxes has no ${language.name}`;
    return { kind: 'error', reason: 'bad_problem', message, retryable: false };
  }
  if (result.startError !== 0) {
    const message = `the program could not be started: errno ${result.startError}`;
    if (!machineErrors.has(result.startError)) return failed('runtime_error', message);
    return { kind: 'error', reason: 'verifier_failure', message, retryable: true };
  }
  // First, as it is the cause where memory is short as well: the kernel's own for processes that it refuses.
  if (result.processesExceeded) {
    return failed('runtime_error', `as many processes as it may have: ${limits.program.processes}`);
  }
  if (result.outOfMemory || result.rssBytes > limits.memoryBytes) {
    return failed('memory_limit', `more than ${bytes(limits.memoryBytes)}`);
  }
  if (result.cpuExceeded || result.cpuUs > limits.cpuUs) {
    const used = result.cpuExceeded ? 'over' : seconds(result.cpuUs);
    return failed('time_limit', `${used} ${seconds(limits.cpuUs)} of CPU`.replace(/^(\S+ s) /, '$1 of '));
  }
  if (result.outputExceeded) return failed('output_limit', `more than ${bytes(limits.program.outputBytes)}`);
  if (result.wallExceeded) {
    if (wasStarved(result, limits.program)) {
      const message = `the machine is overloaded: ready for ${result.waitedMs} ms without a processor`;
      return { kind: 'error', reason: 'verifier_timeout', message, retryable: true };
    }
    return failed('idle_limit', `${seconds(result.cpuUs)} of CPU in ${seconds(result.wallUs)}`);
  }
  if (result.signal !== 0) {
    const name = signalNames[result.signal] ?? `signal ${result.signal}`;
    return failed('runtime_error', `${name}${lastLine(stderr)}`);
  }
  if (result.exitCode !== 0) {
    if (language.memoryError?.test(stderr))
      return failed('memory_limit', `denied more memory${lastLine(stderr)}`);
    if (language.syntaxError?.(stderr)) return failed('compile_error', errorLine(stderr));
    return failed('runtime_error', `exit code ${result.exitCode}${lastLine(stderr)}`);
  }
  return undefined;
}

/** The line that names the error, or the last one. */
function errorLine(text: string): string {
  const lines = text.trimEnd().split('\n');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 300);
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, 300)}`;
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(us < 1e6 ? 3 : 2)} s`;
}

function bytes(count: number): string {
  return `${Math.round(count / (1 << 20))} MiB`;
}

/** A test's part of the verdict. */
export function partOf(
  test: { readonly name: string; readonly example: boolean },
  outcome: Outcome,
  result: ProgramResult | undefined,
): PartInit {
  return {
    name: test.name,
    example: test.example,
    ...(outcome.kind === 'passed'
      ? { status: 'CORRECT' as const }
      : {
          status: outcome.kind === 'failed' ? ('INCORRECT' as const) : ('ERROR' as const),
          reason: outcome.reason,
          message: outcome.message,
        }),
    ...(result === undefined
      ? {}
      : {
          times: { serviceUs: result.wallUs, cpuUs: result.cpuUs },
          run: {
            exitCode: result.exitCode,
            signal: result.signal,
            memoryBytes: result.rssBytes,
            outputBytes: result.outputBytes,
            truncated: result.outputExceeded,
          },
        }),
  };
}
