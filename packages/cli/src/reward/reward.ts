/** `assay reward`: one score of the reward verifier, explained. */
import type { ProblemInit } from '@assay/contract';
import { explain } from '../explain.ts';
import { readText } from '../input.ts';
import { pickProblem, whole } from '../problem.ts';
import { painter } from '../terminal.ts';
import { judge } from './judge.ts';
import { checkOptions, environmentOf, type RewardCommand } from './options.ts';
import { explanation } from './text.ts';

/**
 * Prints the score of a response; answers with the exit code: 0 scored, 3 not scored. Error: `usage`, and those of reading
 * a file of problems; what keeps the verifier from working is told on stderr, and the score is missing.
 */
export async function reward(response: string, options: RewardCommand): Promise<number> {
  checkOptions(response, options);
  const env = environmentOf(options, process.env);
  const problem = whole(await problemOf(options));
  const text = await readText(response, large);
  return explain(async (around) => {
    const told = await judge(env, problem, text, around);
    return { status: told.status, json: told, text: explanation(told, painter(process.stdout)) };
  }, options.json);
}

const large = 'No reward model reads that much: give a part of it.';

async function problemOf({ prompt = '', system, problem, id }: RewardCommand): Promise<ProblemInit> {
  if (problem !== undefined) return pickProblem(problem, id);
  return {
    prompt: await readText(prompt, large),
    scoring: { system: system === undefined ? '' : await readText(system, large), turns: [] },
  };
}
