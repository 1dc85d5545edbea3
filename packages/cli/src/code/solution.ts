/** The text to judge. A file that is called after its language is a program as it stands; others are answers. */
import { extname } from 'node:path';
import type { Language } from '@assay/code';
import { readInput } from '../input.ts';

export interface Solution {
  readonly text: string;
  /** That the file's ending stands for. */
  readonly language: Language | undefined;
}

/** @param path `-` for standard input. Error: `usage`. */
export async function readSolution(
  path: string,
  languageOf: (name: string) => Language | undefined,
): Promise<Solution> {
  const bytes = await readInput(path, {
    unreadable: "Name a file with a program or a model's answer; - reads standard input.",
    large: 'Give the part with the program.',
  });
  const ending = path === '-' ? '' : extname(path).slice(1);
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, ''), language: languageOf(ending) };
}

/** A program as an answer that holds nothing else, so that nothing of it is taken for prose or for another program. */
export function fenced(program: string, language: string): string {
  // Fences may nest, but not in fences of the other kind.
  const mark = program.includes('```') ? '~' : '`';
  const longest = program.match(/`+|~+/g)?.reduce((most, { length }) => Math.max(most, length), 2) ?? 2;
  const fence = mark.repeat(longest + 1);
  return `${fence}${language}\n${program.endsWith('\n') ? program : `${program}\n`}${fence}\n`;
}
