/** From the indices that are wanted to a request, and from its answer to rows. */
import type { Answer, Choice } from './answer.ts';
import type { SampleRow } from './file.ts';
import type { Asked } from './plan.ts';
import { seedOf } from './seeds.ts';
import type { Settings } from './settings.ts';

/**
 * The body of a request. `indices`: those of its choices, without gaps; `countTokens`: where there are several, log
 * probabilities are asked for, which list the tokens of each.
 */
export function requestOf(
  { prompt, settings: form, problem }: Asked,
  indices: readonly number[],
  { model, seed, api, body }: Settings,
  countTokens: boolean,
): Record<string, unknown> & { n: number } {
  const count = countTokens && indices.length > 1;
  const fields = {
    model,
    ...prompt.body,
    temperature: form.temperature,
    top_p: form.topP,
    max_tokens: form.maxTokens,
    ...(form.stop.length > 0 && { stop: form.stop }),
    ...(seed !== undefined && { seed: seedOf(seed, problem.id, indices[0] as number) }),
    ...(count && (api === 'chat' ? { logprobs: true } : { logprobs: 1 })),
    ...body,
  };
  return { n: indices.length, ...withoutNulls(fields) };
}

export function rowOf(
  { problem: { id }, prompt }: Asked,
  indices: readonly number[],
  { model, seed }: Settings,
  { place, text, tokens, finishReason }: Choice,
  { tokens: all, made, promptTokens }: Answer,
): SampleRow {
  return {
    id,
    index: indices[place] as number,
    sample: prompt.lead + text,
    ...(tokens !== undefined ? { tokens } : all !== undefined && { mean_tokens: all / made }),
    ...(promptTokens !== undefined && { prompt_tokens: promptTokens }),
    finish_reason: finishReason,
    model,
    ...(seed !== undefined && { seed: seedOf(seed, id, indices[0] as number) }),
    ...(indices.length > 1 && { choice: place }),
    prompt_digest: prompt.digest,
  };
}

/** A field that is null in Settings.body is one that the server does not take. */
export function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
