/** The command as a process, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../main.ts');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A process of `assay`, what it has written so far, and how it ends. */
export interface Started {
  process: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when stdout or stderr holds the text. */
  wrote(text: string): Promise<void>;
  outcome: Promise<Outcome>;
}

export function startAssay(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ASSAY_STORE: undefined, ASSAY_DEBUG: undefined, ...env },
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      child.emit('wrote');
    });
  }
  child.stdin.end();
  const outcome = once(child, 'close').then(([code]) => ({ code, ...written }));
  return {
    process: child,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    async wrote(text) {
      while (!written.stdout.includes(text) && !written.stderr.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without ${text}: ${written.stderr}`);
        await Promise.race([once(child, 'wrote'), outcome]);
      }
    },
    outcome,
  };
}

/** Runs `assay` to its end. */
export function assay(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Outcome> {
  return startAssay(args, cwd, env).outcome;
}

/** A folder that goes away with its test. */
export function scratch(t: { after(fn: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
