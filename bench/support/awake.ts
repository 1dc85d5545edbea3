/** Processors that do not sleep: virtual ones take milliseconds to wake, which is all that short waits then show. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Runs for as long as its parent: at idle priority it has only what nobody else wants. */
const loop = 'const p = process.ppid; while (process.ppid === p) for (let i = 0; i < 1e8; i++);';

/** Keeps all processors awake until the function that it gives is called. Linux, by `chrt` of util-linux. */
export function stayAwake(): () => void {
  const loops = Array.from({ length: availableParallelism() }, () =>
    spawn('chrt', ['--idle', '0', process.execPath, '-e', loop], { stdio: 'ignore' }),
  );
  return () => {
    for (const each of loops) each.kill('SIGKILL');
  };
}
