// What the folders of examples have in common: problems and expected verdicts, each a file of JSON lines.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Lines {
  readonly problem: object;
  readonly expected: object;
}

/** Writes problems.jsonl and expected.jsonl; with --check only says, by the exit code too, whether they are these. */
export function writeExamples(folder: string, lines: readonly Lines[]): void {
  const files = {
    'problems.jsonl': lines.map(({ problem }) => problem),
    'expected.jsonl': lines.map(({ expected }) => expected),
  };
  for (const [name, rows] of Object.entries(files)) {
    const path = join(folder, name);
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      const build = `examples/${basename(folder)}/build.ts`;
      console.error(`${name} is not what sources/ say: run ./assay node ${build}`);
      process.exitCode = 1;
    }
  }
}
