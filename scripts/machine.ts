// What the scripts ask of the machine that they run on: its programs, and Debian's packages.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** By apt-get; answers with why it failed, or nothing. */
export async function install(packages: string[]): Promise<string> {
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  const { ok, output } = await timed(`apt-get install ${packages.join(' ')}`, () =>
    attempt('apt-get', [...options, 'install', '--yes', '--no-install-recommends', ...packages]),
  );
  return ok ? '' : lastLine(output);
}

/** Also brings apt's lists up to date, the first time. */
export async function isOffered(name: string): Promise<boolean> {
  lists ??= timed('apt-get update', () => attempt('apt-get', ['-qq', 'update']));
  await lists;
  return (await attempt('apt-cache', ['show', name])).ok;
}
let lists: Promise<unknown> | undefined;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export function has(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Runs a program; what it wrote, on both streams. */
export function attempt(program: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ ok: false, output: message }));
    child.once('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Says how long a task took. */
export async function timed<T>(what: string, task: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await task();
  } finally {
    console.log(`${what.trim()} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  }
}
