// Writes problems.jsonl and expected.jsonl from sources/: one folder for each theorem, with problem.json (fields of a
// row) and samples that are called after the verdict they must get.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeExamples } from '../write.ts';

const sources = join(import.meta.dirname, 'sources');

/** `has_sorry.lemma.lean` must get INCORRECT, has_sorry. */
function verdictOf(name: string): string {
  const [word = ''] = name.split('.');
  return word === 'proved' ? 'CORRECT proved_tier1' : `INCORRECT ${word}`;
}

const lines = readdirSync(sources)
  .sort()
  .map((id) => {
    const read = (name: string) => readFileSync(join(sources, id, name), 'utf8');
    const names = readdirSync(join(sources, id))
      .sort()
      .filter((name) => name !== 'problem.json');
    const problem = { id, ...JSON.parse(read('problem.json')), samples: names.map(read) };
    const verdicts = Object.fromEntries(names.map((name) => [name, verdictOf(name)]));
    return { problem, expected: { id, verdicts } };
  });

writeExamples(import.meta.dirname, lines);
