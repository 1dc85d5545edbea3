/** Samples whose verdicts by the stub are known. */
import { writeFileSync } from 'node:fs';
import type { SubmitChunk } from '@assay/client';
import { randomNumbers } from './random.ts';

export interface SampleProblem {
  id: string;
  gold: string;
  samples: string[];
  /** Status and reason that each sample must get. */
  expected: string[];
}

export interface SampleOptions {
  problems: number;
  candidates: number;
  /** Texts to draw from, as a share of the number of candidates: below 1 some repeat. @default 1 */
  distinct?: number;
  /** Share of right ones; problem by problem it goes from 0 to twice this. @default 0.2 */
  correct?: number;
  seed?: number;
}

/** Problems with samples; the same for the same options. */
export function sampleProblems(options: SampleOptions): SampleProblem[] {
  const { problems, candidates, distinct = 1, correct = 0.2, seed = 7 } = options;
  const random = randomNumbers(seed);
  return Array.from({ length: problems }, (_, p) => {
    const gold = String(100 + p);
    const texts = Array.from({ length: Math.ceil(candidates * distinct) }, (_, i) => {
      const share = (2 * correct * p) / Math.max(1, problems - 1);
      const answer = random() < share ? gold : String(Math.floor(10 * random()));
      return `Attempt ${i} at problem ${p}: after some thought the answer is ${answer}`;
    });
    const samples = Array.from({ length: candidates }, (_, i) => {
      return texts[distinct < 1 ? Math.floor(random() * texts.length) : i] as string;
    });
    return { id: `problem-${p}`, gold, samples, expected: samples.map((text) => expectedOf(text, gold)) };
  });
}

function expectedOf(text: string, gold: string): string {
  return text.endsWith(` is ${gold}`) ? 'CORRECT' : 'INCORRECT wrong_answer';
}

/** Writes problems as JSON Lines, one row each. */
export function writeSamples(path: string, problems: readonly SampleProblem[]): string {
  const rows = problems.map(({ id, gold, samples }) => `${JSON.stringify({ id, gold, samples })}\n`);
  writeFileSync(path, rows.join(''));
  return path;
}

/** Problems as a client submits them. */
export async function* chunks(problems: readonly SampleProblem[]): AsyncGenerator<SubmitChunk> {
  for (const { id, gold, samples } of problems) {
    const problem = { id, dataset: 'samples', mathAnswer: { gold } };
    for (let from = 0; from < samples.length; from += 100) {
      const part = samples.slice(from, from + 100);
      yield { problem, candidates: part.map((text, i) => ({ index: from + i, text })) };
    }
  }
}

/** What the store must hold in the end: verdicts by `problem/candidate`. */
export function expectedVerdicts(problems: readonly SampleProblem[]): Map<string, string> {
  return new Map(
    problems.flatMap(({ id, expected }) =>
      expected.map((verdict, index): [string, string] => [`${id}/${index}`, verdict]),
    ),
  );
}
