/** What a server does to scores, found out by a few fixed conversations. */
import { BackendError, type Item } from '../types.ts';

const probe = (prompt: string, response: string): Item => ({
  messages: [{ role: 'user', content: prompt }],
  promptKey: `probe: ${prompt}`,
  response,
});

/** Unlike each other, so that a model that reads them scores them unlike. */
export const probes: readonly Item[] = [
  probe('What is 2 + 2?', '2 + 2 = 4.'),
  probe('What is 2 + 2?', 'no no no no'),
  probe('Name the capital of France.', 'Paris is the capital of France.'),
  probe('Name the capital of France.', 'I will not answer, and the question is a bad one!'),
];

/** Below this no logit of a head lies, but what comes where there is none does: llama.cpp issue 25447 says 1e-20. */
const nothing = 1e-12;

/** Throws BackendError `misuse` where the scores tell nothing apart. */
export function checkProbes(scores: readonly number[]): void {
  if (scores.every((score) => Math.abs(score) < nothing)) {
    throw new BackendError('misuse', 'every score is 0: the model has no classification head');
  }
  if (scores.every((score) => score === 1)) {
    throw new BackendError('misuse', 'every score is 1: an activation is applied, a softmax over one label');
  }
  if (scores.every((score) => score === scores[0])) {
    throw new BackendError('misuse', `every score is ${scores[0]}: the model reads nothing of the texts`);
  }
}

/** Whether the scores are nothing but what comes without a head. */
export function isNothing(scores: readonly number[]): boolean {
  return scores.length > 0 && scores.every((score) => Math.abs(score) < nothing);
}

/**
 * Whether scores asked for without activation are logits, given those asked for with it: no activation leads out of
 * [0, 1], and one that is applied to both leaves them equal. Rounding to bf16 moves a score below 1 by less than 0.01.
 */
export function isRaw(raw: readonly number[], activated: readonly number[]): boolean {
  return raw.some((score, i) => score < 0 || score > 1 || Math.abs(score - (activated[i] as number)) > 0.02);
}

export const cannotTurnOff =
  'scores are the same with and without activation, and all within 0 and 1: an activation is applied that cannot be turned off';
