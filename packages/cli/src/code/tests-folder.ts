/** Tests that lie in a folder: NAME.in with NAME.ans or NAME.out, also in folders below it. */
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf } from '@assay/contract';
import { usageError } from '../exit.ts';
import type { TestInit } from './options.ts';

const layout = 'Each test is NAME.in with NAME.ans or NAME.out; those in a folder `sample` are examples.';

const { compare } = new Intl.Collator('en', { numeric: true });

/** In the order of their names, which are paths without ending: `sample/1`. Error: `usage`. */
export async function readTests(folder: string): Promise<TestInit[]> {
  const files = new Set(await list(folder));
  const names = [...files].filter((file) => file.endsWith('.in')).map((file) => file.slice(0, -3));
  if (names.length === 0) throw usageError(`${folder} has no test.`, layout);
  const tests: TestInit[] = [];
  for (const name of names.sort(compare)) {
    const answer = [`${name}.ans`, `${name}.out`].find((file) => files.has(file));
    if (answer === undefined) throw usageError(`${join(folder, name)}.in has no answer.`, layout);
    const folders = name.split(sep).slice(0, -1);
    tests.push({
      name: name.split(sep).join('/'),
      example: folders.includes('sample'),
      input: await read(join(folder, `${name}.in`)),
      output: await read(join(folder, answer)),
    });
  }
  return tests;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    throw usageError(`Cannot read ${folder}: ${messageOf(error)}`, `Name a folder. ${layout}`);
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(`Cannot read ${file}: ${messageOf(error)}`, layout);
  }
}
