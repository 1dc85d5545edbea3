/** Which service started a container, and whether it is still there. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** This machine, and which of the spaces of process numbers that containers make of it. */
export const machine = `${hostname()}:${processSpace()}`;

/** Names this process among all that ever ran on this machine: host, pid and start time. */
export const owner = `${machine}/${process.pid}/${startTime(process.pid) ?? 0}`;

/**
 * True for `host/pid/start time` (clock ticks since the machine was started) of a process of this machine that has
 * ended. Names of another form, and of other machines, may be alive.
 */
export function ownerHasEnded(name: string): boolean {
  const [, host, pid, time] = /^(.*)\/(\d+)\/(\d+)$/.exec(name) ?? [];
  return host === machine && startTime(pid ?? '') !== time;
}

function processSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** When a process was started; undefined where it does not run. */
export function startTime(pid: number | string): string | undefined {
  try {
    // The second field, a name in parentheses, may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}
