// Starting the services that a benchmark needs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Service {
  address: string;
  pid: number;
  /** CPU seconds that it has used so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts a service process made with the kit and waits until it listens; `prefix` comes before its command. */
export async function startService(
  entry: string,
  args: string[] = [],
  nodeFlags: readonly string[] = [],
  prefix: readonly string[] = [],
): Promise<Service> {
  const flags = ['--disable-warning=ExperimentalWarning', ...nodeFlags];
  const kit = ['--exit-with-parent', '--log-level', 'warn'];
  const [command = '', ...rest] = [...prefix, process.execPath, ...flags, entry, ...kit, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${entry} exited with ${code}`);
    }),
  ])) as [string];
  const { address } = JSON.parse(line) as { address: string };
  return {
    address,
    pid: child.pid ?? 0,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** User and system time of a process, from /proc (clock ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}
