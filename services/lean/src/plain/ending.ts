/** How a run of `lean` ended, where it did not end well, and whose doing that was. */
import type { Ended, Limits } from '../os/run.ts';
import type { Outcome } from '../types.ts';

/** Signals that come from outside: the kernel's end of a process without memory among them. */
const foreign = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGSTOP', 'SIGXCPU']);

/** The same as exit codes of a shell or of `lake env` in between; and that there is no such command. */
const foreignCodes = new Set([126, 127, 129, 130, 131, 137, 143]);

/** What it means for the candidate that the run was ended, or died; undefined: it ended with a code of its own. */
export function endingOf(ended: Ended, limits: Limits): Outcome | undefined {
  const { limit, fault, signal, exitCode, stderr } = ended;
  switch (limit) {
    case 'cpu':
      return {
        kind: 'limit',
        limit: 'cpu',
        detail: `${seconds(ended.cpuMs)} s of CPU time, of ${seconds(limits.cpuMs)} s`,
      };
    case 'memory':
      return {
        kind: 'limit',
        limit: 'memory',
        detail: `${megabytes(ended.peakBytes)} MB of private memory, of ${megabytes(limits.memoryBytes)} MB`,
      };
    case 'output':
      return { kind: 'limit', limit: 'answer', detail: `more than ${limits.outputBytes} bytes of output` };
    case 'wall':
      return {
        kind: 'lost',
        detail: `not done after ${seconds(limits.wallMs)} s, of which it had ${seconds(ended.cpuMs)} s of CPU time`,
      };
  }
  if (fault !== undefined) return { kind: 'lost', detail: `Lean does not start: ${fault}` };
  // Lean's own memory limit (-M) ends it with code 1.
  if (exitCode !== 0 && /excessive memory consumption detected/.test(stderr)) {
    return { kind: 'limit', limit: 'memory', detail: lastLine(stderr) };
  }
  if (signal !== undefined) {
    const detail = `ended by ${signal}${said(stderr)}`;
    return foreign.has(signal) ? { kind: 'lost', detail } : { kind: 'crash', detail };
  }
  if (exitCode !== undefined && foreignCodes.has(exitCode)) {
    return { kind: 'lost', detail: `exit code ${exitCode}${said(stderr)}` };
  }
  return exitCode !== undefined && exitCode > 127 ? crash(ended) : undefined;
}

/** It ended by itself with a code for which it has given no reason. */
export function crash({ exitCode, stderr }: Ended): Outcome {
  return { kind: 'crash', detail: `exit code ${exitCode}${said(stderr)}` };
}

function said(stderr: string): string {
  const line = lastLine(stderr);
  return line === '' ? '' : `: ${line}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
