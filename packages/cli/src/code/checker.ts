/** A checker in a file of its own, with the headers that lie beside it. */
import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { usageError } from '../exit.ts';
import { readInput } from '../input.ts';
import type { ProgramTestsInit } from './options.ts';

type Checker = NonNullable<ProgramTestsInit['checker']>;

const mends = {
  unreadable: 'Name the file with the source of a checker.',
  large: 'Name the file with its source.',
};

/** @param languageOf the language that a file's ending stands for. Error: `usage`. */
export async function readChecker(
  path: string,
  protocol: string,
  languageOf: (ending: string) => { readonly name: string } | undefined,
): Promise<Checker> {
  const language = languageOf(extname(path).slice(1));
  if (language === undefined) {
    throw usageError(
      `The ending of the checker ${path} names no known language.`,
      'Call it after its language: checker.cpp, checker.py.',
    );
  }
  const source = (await readInput(path, mends)).toString('utf8');
  const files = new Map<string, Buffer>();
  await addHeaders(dirname(path), source, files);
  const headers = [...files].map(([name, content]) => ({ name, content }));
  return { protocol, language: language.name, source, files: headers };
}

/** What `#include "NAME"` asks for, and these in turn. Others may be in the sandbox's image. */
async function addHeaders(folder: string, source: string, files: Map<string, Buffer>): Promise<void> {
  for (const [, name = ''] of source.matchAll(/^[ \t]*#[ \t]*include[ \t]*"(\w[\w.+-]*)"/gm)) {
    const path = join(folder, name);
    if (files.has(name) || !existsSync(path)) continue;
    const content = await readInput(path, mends);
    files.set(name, content);
    await addHeaders(folder, content.toString('utf8'), files);
  }
}
