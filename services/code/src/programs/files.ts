/** Files that a program finds in its working folder, and what of it is given back: for whoever runs rather than judges. */
import type { ProgramTests, SourceFile } from '@assay/contract';
import type { BoxFile, LeftFile, Program, ProgramResult } from '../sandbox/protocol.ts';
import { most } from './limits.ts';

/** Where they lie before they are copied. */
const folder = '.assay-files';

/** Says what is wrong with what a problem asks for, or undefined. */
export function filesFault(spec: ProgramTests): string | undefined {
  const { files, fetchFiles, returnBytes, tests } = spec;
  if (!(returnBytes >= 0 && returnBytes <= most.returnBytes)) {
    return `return_bytes is ${returnBytes}; it may be 0 to ${most.returnBytes}`;
  }
  const perTest = 2 * returnBytes + (fetchFiles.length > 0 ? most.returnBytes : 0);
  if (tests.length * perTest > most.returnedBytes) {
    return `its ${tests.length} tests would give back ${perTest} bytes each, and may ${most.returnedBytes} together`;
  }
  const names = files.map(({ name }) => name);
  for (const name of [...names, ...fetchFiles]) {
    if (!isPlainPath(name))
      return `a file is called ${JSON.stringify(name.slice(0, 80))}: use a path within its folder`;
  }
  if (names.some((name) => name.split('/')[0] === folder)) return `a file may not be called ${folder}`;
  const taken = new Set<string>();
  for (const name of names) {
    if (taken.has(name)) return `two files are called ${JSON.stringify(name)}`;
    taken.add(name);
  }
  const both = names.flatMap(foldersOf).find((path) => taken.has(path));
  if (both !== undefined) return `${JSON.stringify(both)} is a file, and a folder of another one`;
  if (Math.max(files.length, fetchFiles.length) > most.files) return `it has more than ${most.files} files`;
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > most.fileBytes) return `its files have ${bytes} bytes, and may have ${most.fileBytes}`;
  const isWhole = spec.testCode === '' && spec.entryPoint === '' && !spec.checker && !spec.interactor;
  if (files.length + fetchFiles.length > 0 && !isWhole)
    return 'only whole programs with a comparer have files';
  return undefined;
}

function isPlainPath(name: string): boolean {
  const parts = name.split('/');
  return (
    Buffer.byteLength(name) <= 200 &&
    parts.every((part) => /^[^\p{Cc}\p{Cs}]+$/u.test(part) && part !== '.' && part !== '..')
  );
}

/** `a` and `a/b` of `a/b/c`. */
function foldersOf(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

export function boxFilesOf({ files }: ProgramTests): BoxFile[] {
  return files.map(({ name, content }) => ({ path: `${folder}/${name}`, content }));
}

/** Begins with copying the files, which are then the program's own. */
export function withFiles(program: Program, { files }: ProgramTests): Program {
  if (files.length === 0) return program;
  const copy = `cp -R --no-preserve=mode /box/${folder}/. . && exec "$@"`;
  const { warm: _, ...rest } = program;
  return { ...rest, command: ['/bin/sh', '-c', copy, 'sh', ...program.command] };
}

/** What a run gives back, as far as the problem asks for it. */
export function outputOf(
  { returnBytes }: ProgramTests,
  { stdout, stderr }: Pick<ProgramResult, 'stdout' | 'stderr'>,
  files: readonly SourceFile[],
) {
  return {
    stdout: stdout.subarray(0, returnBytes),
    stderr: stderr.subarray(0, returnBytes),
    files: [...files],
  };
}

/** Of what a program has left, what was asked for. */
export function fetched({ fetchFiles }: ProgramTests, left: readonly LeftFile[]): SourceFile[] {
  const contents = new Map(left.map(({ path, content }) => [path, content]));
  return fetchFiles.flatMap((name) => {
    const content = contents.get(name);
    return content === undefined ? [] : [{ name, content }];
  });
}
