/** Transcripts of the REPL's own tests, which are not part of this repository. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../../../shared/data/lean_repl');

export interface Transcript {
  readonly name: string;
  /** Paths of requests and answers. */
  readonly asked: string;
  readonly answered: string;
}

/** Undefined where they are not on this machine. */
export function transcripts(): Transcript[] | undefined {
  if (!existsSync(folder)) return undefined;
  const end = '.expected.out';
  return ['.', 'mathlib'].flatMap((part) => {
    const names = readdirSync(join(folder, part)).filter((name) => name.endsWith(end));
    return names.sort().map((file) => {
      const name = join(part, file.slice(0, -end.length));
      return { name, asked: join(folder, `${name}.in`), answered: join(folder, `${name}${end}`) };
    });
  });
}

/** Lines between empty ones. */
export function blocksOf(text: string): string[][] {
  const blocks: string[][] = [];
  let open = false;
  for (const line of text.split('\n')) {
    if (line.trim() === '') open = false;
    else if (open) blocks.at(-1)?.push(line);
    else {
      blocks.push([line]);
      open = true;
    }
  }
  return blocks;
}
