/** Which files are meant. */
import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';

export interface InputFile {
  path: string;
  /** Unique among the files that are read together; ids of rows without id begin with it. */
  name: string;
  /** Base names of the file, without extensions, and of its folder. */
  stem: string;
  folder: string;
  /** Can be read twice, and from anywhere. */
  seekable: boolean;
  /** Bytes; undefined for a pipe. */
  bytes: number | undefined;
}

const packed = /\.(gz|zst)$/i;
const sampleNames = ['jsonl', 'ndjson', 'json', 'parquet', 'yaml', 'yml', 'lean'];
/** What the names of tables end in. */
export const tableNames = ['csv', 'tsv', 'jsonl', 'ndjson', 'json', 'parquet'];
const endings = new RegExp(`\\.(${[...new Set([...sampleNames, ...tableNames])].join('|')})$`, 'i');

/**
 * Files behind paths: a file, `-`, or a folder, which stands for its data files (`names`: what their names end in) in
 * the order of their names.
 * @throws AssayError `no_such_file`, `unreadable`, `no_files`, `same_file`.
 */
export async function expand(
  paths: readonly string[],
  names: readonly string[] = sampleNames,
): Promise<InputFile[]> {
  const files: Omit<InputFile, 'name'>[] = [];
  for (const path of paths) {
    for (const { file, bytes } of await listed(path, names)) {
      const stem = file === '-' ? 'stdin' : basename(bare(file));
      files.push({
        path: file,
        stem,
        folder: basename(dirname(resolve(file))),
        seekable: bytes !== undefined,
        bytes,
      });
    }
  }
  // The shortest of these that no other file has.
  const forms = files.map(({ path, stem }) => [stem, bare(path), path]);
  return files.map((file, i) => {
    const name = forms[i]?.find((form, f) => forms.every((other, o) => o === i || other[f] !== form));
    if (name !== undefined) return { ...file, name };
    throw new AssayError('same_file', `${file.path} is given twice`, { mend: 'Give each file once.' });
  });
}

/** A path without its extensions. */
function bare(path: string): string {
  return path.replace(packed, '').replace(endings, '');
}

async function listed(
  path: string,
  names: readonly string[],
): Promise<{ file: string; bytes: number | undefined }[]> {
  if (path === '-') return [{ file: path, bytes: undefined }];
  try {
    const stats = await stat(path);
    await access(path, constants.R_OK);
    if (!stats.isDirectory()) return [{ file: path, bytes: stats.isFile() ? stats.size : undefined }];
    const entries = await readdir(path, { withFileTypes: true });
    const found = entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .filter((name) => names.includes(extname(name.replace(packed, '')).slice(1).toLowerCase()))
      .sort()
      .map((name) => join(path, name));
    if (found.length > 0) {
      return await Promise.all(found.map(async (file) => ({ file, bytes: (await stat(file)).size })));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new AssayError('no_such_file', `${path}: no such file`, {
        mend: 'Check the path; it is relative to the current folder.',
      });
    }
    throw new AssayError('unreadable', `${path} cannot be read: ${messageOf(error)}`, {
      mend: 'Check its permissions.',
    });
  }
  throw new AssayError('no_files', `${path} has no data files`, {
    mend: `Data files end in ${names.map((name) => `.${name}`).join(', ')}, with or without .gz or .zst.`,
  });
}
