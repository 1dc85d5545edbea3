/** Places. */
import { join, relative } from 'node:path';

/** Root of the repository. */
export const repository = join(import.meta.dirname, '../../..');

/** A place as people like to read it: a path is relative where it is below the current folder. */
export function display(path: string): string {
  if (/^\w+:\/\//.test(path)) return path;
  const short = relative('', path);
  return short.startsWith('..') || short === '' ? path : short;
}
