// Writes problems.jsonl and expected.jsonl from sources/: one folder for each theorem, with problem.json (fields of a
// row) and samples that are called after the verdict they must get.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sources = join(import.meta.dirname, 'sources');

/** `has_sorry.lemma.lean` must get INCORRECT, has_sorry. */
function verdictOf(name: string): string {
  const [word = ''] = name.split('.');
  return word === 'proved' ? 'CORRECT proved_tier1' : `INCORRECT ${word}`;
}

/** What the files must hold, by name. */
function build(): Record<string, string> {
  const lines = readdirSync(sources)
    .sort()
    .map((id) => {
      const read = (name: string) => readFileSync(join(sources, id, name), 'utf8');
      const names = readdirSync(join(sources, id))
        .sort()
        .filter((name) => name !== 'problem.json');
      const problem = { id, ...JSON.parse(read('problem.json')), samples: names.map(read) };
      const verdicts = Object.fromEntries(names.map((name) => [name, verdictOf(name)]));
      return { problem: JSON.stringify(problem), expected: JSON.stringify({ id, verdicts }) };
    });
  const file = (list: string[]) => `${list.join('\n')}\n`;
  return {
    'problems.jsonl': file(lines.map(({ problem }) => problem)),
    'expected.jsonl': file(lines.map(({ expected }) => expected)),
  };
}

for (const [name, text] of Object.entries(build())) {
  const path = join(import.meta.dirname, name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what sources/ say: run ./assay node examples/lean/build.ts`);
    process.exitCode = 1;
  }
}
