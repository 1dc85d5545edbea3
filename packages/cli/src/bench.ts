/** The benchmarks: scripts of the folder /bench. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { usageError } from './exit.ts';
import { repository } from './paths.ts';
import { table } from './terminal.ts';

const folder = join(repository, 'bench');

/** Name and description (the first line of comment) of every script. */
export async function benchmarks(from = folder): Promise<Map<string, string>> {
  const files = await readdir(from).catch(() => []);
  const scripts = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort();
  const entries = scripts.map(async (file): Promise<[string, string]> => {
    return [file.slice(0, -'.ts'.length), firstComment(await readFile(join(from, file), 'utf8'))];
  });
  return new Map(await Promise.all(entries));
}

/** The text of the first line of a script's leading comment. */
export function firstComment(source: string): string {
  const comment = /^(?:#!.*\n)?\s*(?:\/\*\*?|\/\/)[\s*]*([^\n]*)/.exec(source);
  return (comment?.[1] ?? '').replace(/\s*\*\/\s*$/, '').trim();
}

/** Runs a benchmark and answers with its exit code; without a name lists them. Error: `usage`. */
export async function bench(name: string | undefined, args: readonly string[]): Promise<number> {
  const known = await benchmarks();
  if (name === undefined) {
    process.stdout.write(known.size === 0 ? `There are no benchmarks in ${folder}.\n` : table([...known]));
    return 0;
  }
  if (!known.has(name)) {
    throw usageError(`There is no benchmark ${name}.`, 'assay bench lists them.');
  }
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(folder, `${name}.ts`), ...args],
    { stdio: 'inherit' },
  );
  // Signals of the terminal go to the child as well: it decides.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const forward = () => child.kill('SIGTERM');
  process.on('SIGTERM', forward);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
