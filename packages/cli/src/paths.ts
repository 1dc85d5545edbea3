/** Places. */
import { join, relative } from 'node:path';

/** Root of the repository. */
export const repository = join(import.meta.dirname, '../../..');

/** A path as people like to read it: relative where it is below the current folder. */
export function display(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') || short === '' ? path : short;
}
