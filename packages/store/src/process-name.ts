/** How a process is named among those that may share a store. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AssayError } from '@assay/contract';

/** When a process started (clock ticks since boot), so that a process of the same number is not taken for it. */
export function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Of this process: machine:process:start. */
export const ownName = `${hostname()}:${process.pid}:${startOf(process.pid)}`;

/** Error `run_busy`: another process works on the run. */
export function busyError(run: string, owner: string): AssayError {
  return new AssayError('run_busy', `Run ${run} is being worked on by ${owner} (machine:process:start).`, {
    mend: 'Wait for it or stop it; or start another run with --run ID.',
  });
}
