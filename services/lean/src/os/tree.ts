/**
 * A program and all that it started: what they use, and their end. What has left the tree (a new session, a parent
 * that ended) is still known by a mark in its environment.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Name of the environment variable that marks what one check started. */
export const markName = 'ASSAY_LEAN_MARK';

/** A mark that no other process has: to be set as `markName` in the environment of the program. */
export function newMark(): string {
  return randomBytes(12).toString('hex');
}

/** What a tree of processes uses. */
export interface Usage {
  /** User and system time, with that of children which have ended and were waited for. */
  readonly cpuMs: number;
  /** Memory that is nobody else's: RssAnon. Mapped files (.olean) are shared and not in it. */
  readonly privateBytes: number;
  readonly processes: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly cpuMs: number;
}

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock. */
const tickMs = 10;

/** Snapshots are shared by whoever looks within this time. */
const snapshotMs = 10;

const endRounds = 5;
const roundMs = 20;

let snapshot: { readonly at: number; readonly processes: readonly Process[] } = { at: -1, processes: [] };

/** What the process, its descendants and all of its process group use; undefined where none of them is left. */
export function usageOf(pid: number): Usage | undefined {
  const members = treeOf(pid, recent());
  if (members.length === 0) return undefined;
  let cpuMs = 0;
  let privateBytes = 0;
  for (const member of members) {
    cpuMs += member.cpuMs;
    privateBytes += privateBytesOf(member.pid);
  }
  return { cpuMs, privateBytes, processes: members.length };
}

/** Kills the process, its group, its descendants, and whatever carries the mark. Resolves once none is left to be seen. */
export async function endTree(pid: number | undefined, mark: string | undefined): Promise<void> {
  for (let round = 0; round < endRounds; round++) {
    const processes = read();
    const pids = new Set(pid === undefined ? [] : treeOf(pid, processes).map((member) => member.pid));
    if (mark !== undefined) {
      for (const process of processes) if (hasMark(process.pid, mark)) pids.add(process.pid);
    }
    if (pids.size === 0) return;
    if (pid !== undefined) kill(-pid);
    for (const one of pids) kill(one);
    await new Promise((resolve) => setTimeout(resolve, roundMs));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or is not ours.
  }
}

function recent(): readonly Process[] {
  const now = performance.now();
  if (snapshot.at < 0 || now - snapshot.at > snapshotMs) snapshot = { at: now, processes: read() };
  return snapshot.processes;
}

/** All processes but zombies, which only wait to be forgotten. */
function read(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? textOf(`/proc/${name}/stat`) : undefined;
    if (stat === undefined) return [];
    // The second field, a name in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return [];
    const number = (field: number) => Number(fields[field - 3]);
    const cpuMs = tickMs * (number(14) + number(15) + number(16) + number(17));
    return [{ pid, parent: number(4), group: number(5), session: number(6), cpuMs }];
  });
}

function treeOf(root: number, processes: readonly Process[]): Process[] {
  const children = new Map<number, Process[]>();
  for (const process of processes) {
    const siblings = children.get(process.parent);
    if (siblings === undefined) children.set(process.parent, [process]);
    else siblings.push(process);
  }
  const members = new Set(
    processes.filter(({ pid, group, session }) => pid === root || group === root || session === root),
  );
  for (const member of members) for (const child of children.get(member.pid) ?? []) members.add(child);
  return [...members];
}

function privateBytesOf(pid: number): number {
  const kilobytes = /^RssAnon:\s*(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1];
  return 1024 * Number(kilobytes ?? 0);
}

function hasMark(pid: number, mark: string): boolean {
  return textOf(`/proc/${pid}/environ`)?.split('\0').includes(`${markName}=${mark}`) ?? false;
}

/** Undefined where it is gone, or not ours to read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
