/** Child processes that never outlive their test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defer } from './cleanup.ts';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  kill(signal?: NodeJS.Signals): void;
  /** The first whole line on stdout that matches. Rejects where the process ends without one. */
  line(pattern: RegExp): Promise<string>;
}

export interface ProgramOptions {
  cwd?: string | undefined;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. @default 60_000 */
  timeoutMs?: number;
}

export interface StartOptions extends ProgramOptions {
  /** Flags of Node itself. */
  nodeFlags?: string[];
}

/** Starts Node on a module. */
export function startNode(
  t: TestContext,
  module: string,
  args: readonly string[],
  { nodeFlags = [], ...options }: StartOptions = {},
): Running {
  const flags = ['--disable-warning=ExperimentalWarning', ...nodeFlags];
  return startProgram(t, process.execPath, [...flags, module, ...args], options);
}

/** Starts a program; stdin stays open until the parent is gone. */
export function startProgram(
  t: TestContext,
  program: string,
  args: readonly string[],
  { cwd, env = {}, timeoutMs = 60_000 }: ProgramOptions = {},
): Running {
  const child = spawn(program, args, {
    stdio: 'pipe',
    cwd,
    env: { ...cleanEnv, ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const running = watch(child);
  children.add(child);
  defer(t, async () => {
    running.kill();
    await running.ended;
    children.delete(child);
  });
  return running;
}

/** For the case that the runner ends this process before its tests have ended. */
const children = new Set<ChildProcess>();
process.once('SIGTERM', () => process.exit(143));
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Ours, without what would change what the tests expect. */
const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(ASSAY_|NODE_TEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
);

function watch(child: ChildProcess): Running {
  let [stdout, stderr] = ['', ''];
  const ended = Promise.withResolvers<Ended>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  child.on('error', ended.reject);
  child.on('close', (code, signal) => ended.resolve({ code, signal, stdout, stderr }));
  const line = async (pattern: RegExp) => {
    for (;;) {
      const found = stdout
        .split('\n')
        .slice(0, -1)
        .find((text) => pattern.test(text));
      if (found !== undefined) return found;
      if (await Promise.race([ended.promise, sleep(10, undefined)])) {
        throw new Error(`ended without ${pattern}\n${stdout}\n${stderr}`);
      }
    }
  };
  return {
    pid: child.pid ?? 0,
    ended: ended.promise,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    line,
  };
}

/** Waits until something holds; fails after `timeoutMs`, naming it. */
export async function until(what: string, holds: () => unknown, timeoutMs = 20_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}

/** The children of a process, their children, and so on (Linux). */
export function descendants(pid: number): number[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    return [];
  }
  const children = text.trim() === '' ? [] : text.trim().split(' ').map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether a process runs; one that has ended and was not waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
