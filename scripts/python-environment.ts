/** Python for checks and tests: an environment for each lock file, made once, into .python/. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAbandoned } from './draft.ts';

export const root = join(import.meta.dirname, '..');
const home = join(root, '.python');
/** Versions that the locks are for. */
const versions = ['3.13', '3.12', '3.11'];
const attempts = 3;
export const minuteMs = 60_000;

/**
 * The interpreter of an environment with the packages of the lock; `what` is told where it has to be made. Others find it
 * through the link `name` in .python/. Throws an Error that says why there is none.
 */
export async function environment(lock: string, what: string, name: string): Promise<string> {
  const folder = await environmentFolder(lock, what);
  const link = join(home, `link-${process.pid}`);
  try {
    await rm(link, { force: true });
    await symlink(basename(folder), link);
    await rename(link, join(home, name));
  } finally {
    await rm(link, { force: true });
  }
  return join(folder, 'bin/python');
}

/** The folder of an environment with the packages of the lock. */
export async function environmentFolder(lock: string, what: string): Promise<string> {
  const { python, version } = await interpreter();
  const hash = createHash('sha256')
    .update(await readFile(lock))
    .update(version);
  const folder = join(home, hash.digest('hex').slice(0, 12));
  if (existsSync(folder)) return folder;

  await mkdir(home, { recursive: true });
  await sweep();
  const draft = join(home, `draft-${process.pid}`);
  try {
    console.log(`installing ${what} into ${folder}`);
    await must(python, ['-m', 'venv', draft]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', lock];
    for (let attempt = 1; ; attempt++) {
      try {
        await must(join(draft, 'bin/python'), install, 20 * minuteMs);
        break;
      } catch (error) {
        if (attempt === attempts) throw error;
        console.log(`${(error as Error).message}\ntrying again`);
      }
    }
    // Several may do it at once: the first to be done keeps what it made. Its interpreter may be moved, its scripts not.
    await rename(draft, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Runs pytest, and writes counts as node's test runner does; false where a test fails. */
export async function pytest(python: string, cwd: string, limitMs: number): Promise<boolean> {
  const { code, output } = await run(python, ['-m', 'pytest', '-p', 'no:cacheprovider', '-q'], {
    cwd,
    show: true,
    limitMs,
  });
  const summary = output.trimEnd().split('\n').at(-1) ?? '';
  const count = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(summary)?.[1] ?? 0);
  const fail = count('failed') + count('errors?');
  console.log(`ℹ pass ${count('passed')}\nℹ fail ${fail}\nℹ skipped ${count('skipped')}`);
  return code === 0;
}

/** A Python that can make environments; on Debian, root gets one. */
async function interpreter(): Promise<{ python: string; version: string }> {
  const found = await search();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && (await run('apt-get', ['--version'])).code === 0) {
    console.log('apt-get install python3-venv');
    await run('apt-get', ['-qq', 'update'], { limitMs: 5 * minuteMs });
    const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120', 'install', '--yes', '--no-install-recommends'];
    await run('apt-get', [...options, 'python3', 'python3-venv'], { limitMs: 10 * minuteMs });
    const installed = await search();
    if (installed !== undefined) return installed;
  }
  throw new Error(`There is no Python ${versions.join(', ')} with the modules venv and ensurepip.`);
}

async function search(): Promise<{ python: string; version: string } | undefined> {
  const script = 'import ensurepip, venv, sys; print("%d.%d" % sys.version_info[:2])';
  for (const python of [...versions.map((version) => `python${version}`), 'python3']) {
    const { code, output } = await run(python, ['-c', script]);
    const version = output.trim();
    if (code === 0 && versions.includes(version)) return { python, version };
  }
  return undefined;
}

/** Removes what others have left that were killed. Environments of other locks stay: other clones' branches use them. */
async function sweep(): Promise<void> {
  for (const name of await readdir(home)) {
    if (isAbandoned(name)) await rm(join(home, name), { recursive: true, force: true });
  }
}

async function must(program: string, args: string[], limitMs?: number): Promise<void> {
  const { code, output } = await run(program, args, { limitMs });
  if (code !== 0)
    throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed: ${output.trim().slice(-500)}`);
}

interface RunOptions {
  cwd?: string;
  /** Also writes what it writes. */
  show?: boolean;
  limitMs?: number | undefined;
}

/** Runs a program; what it wrote, on both streams. */
export function run(
  program: string,
  args: string[],
  { cwd = root, show = false, limitMs = minuteMs }: RunOptions = {},
): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (show) process.stdout.write(text);
    });
  }
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, output: message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
