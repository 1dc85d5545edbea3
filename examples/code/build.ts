// Writes problems.jsonl and expected.jsonl from sources/: one folder for each problem, with problem.json (fields of a
// row), perhaps checker.* or interactor.*, and samples that are called after the verdict they must get.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { writeExamples } from '../write.ts';

interface Fields {
  prompt: string;
  time_limit: number;
  wall_limit?: number;
  memory_limit: number;
  tests?: { input: string; output: string; example?: boolean }[];
  prefix?: string;
}

const sources = join(import.meta.dirname, 'sources');

/** Languages by extension, as in the first line of a code fence. */
const languages: Record<string, string> = {
  '.c': 'c',
  '.cpp': 'cpp',
  '.go': 'go',
  '.java': 'java',
  '.js': 'javascript',
  '.py': 'python',
  '.rs': 'rust',
};

function languageOf(name: string): string {
  return name.endsWith('.pypy3.py') ? 'pypy3' : (languages[extname(name)] ?? '');
}

/** A sample as a model writes it; of a function task only what follows the prompt. */
function sampleOf(name: string, source: string, { prefix }: Fields): string {
  if (prefix !== undefined) return source;
  return `This program solves it:\n\n\`\`\`${languageOf(name)}\n${source}\`\`\`\n`;
}

/** `wrong_answer.overflow.c` must get INCORRECT, wrong_answer. */
function verdictOf(name: string): string {
  const [word = ''] = name.split('.');
  return word === 'correct' ? 'CORRECT' : `INCORRECT ${word}`;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Programs of the author need the full form of a problem (assay/v1/verifier.proto), where bytes are base64. */
function fullForm(fields: Fields, folder: string, name: string): object {
  const [role = ''] = name.split('.');
  const program = {
    protocol: 'testlib',
    language: languageOf(name),
    source: readFileSync(join(folder, name), 'utf8'),
  };
  const { prompt, tests = [], time_limit, wall_limit, memory_limit } = fields;
  const programTests = {
    timeLimitS: time_limit,
    ...(wall_limit !== undefined && { wallLimitS: wall_limit }),
    memoryLimitBytes: memory_limit,
    [role]: program,
    tests: tests.map((test) => ({ ...test, input: base64(test.input), output: base64(test.output) })),
  };
  return { prompt, problem: { programTests } };
}

const lines = readdirSync(sources)
  .sort()
  .map((id) => {
    const folder = join(sources, id);
    const fields = JSON.parse(readFileSync(join(folder, 'problem.json'), 'utf8')) as Fields;
    const names = readdirSync(folder).sort();
    const author = names.find((name) => /^(checker|interactor)\./.test(name));
    const samples = names.filter((name) => name !== 'problem.json' && name !== author);
    const texts = samples.map((name) => sampleOf(name, readFileSync(join(folder, name), 'utf8'), fields));
    const body = author === undefined ? fields : fullForm(fields, folder, author);
    const verdicts = Object.fromEntries(samples.map((name) => [name, verdictOf(name)]));
    return {
      problem: { id, ...body, samples: texts },
      expected: { id, verdicts },
    };
  });

writeExamples(import.meta.dirname, lines);
