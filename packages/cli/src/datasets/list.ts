/** `assay datasets list`: which sets can be pulled. */
import { type PublicSet, publicSets } from '@assay/datasets';
import { table } from '../terminal.ts';
import { sizeText } from './text.ts';

export function listSets(json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(publicSets, null, 2)}\n`);
  else process.stdout.write(table([['set', 'bytes', 'licence', 'what'], ...publicSets.map(rowOf)]));
}

function rowOf({ name, licence, about, files }: PublicSet): string[] {
  const sizes = files.map(({ bytes }) => bytes);
  const known = sizes.every((bytes) => bytes !== undefined);
  const size = known ? sizeText(sizes.reduce((sum, bytes) => sum + bytes, 0)) : '';
  return [name, size, licence.split(';')[0] ?? '', about];
}
