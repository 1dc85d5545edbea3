/**
 * Floating-point operations of sampling (Brown et al. 2024, arXiv:2407.21787, version 3). A token at position t, with t
 * tokens to attend to, takes F(t) = 2 (parameters + 2 · layers · width · t): each parameter is multiplied and added once,
 * and attention compares and mixes `width` numbers per layer for each token before.
 */
import type { ModelShape } from './cost.ts';

type Shape = Pick<ModelShape, 'parameters' | 'layers' | 'width'>;

/** F(context). */
export function flopsPerToken({ parameters, layers, width }: Shape, context: number): number {
  return 2 * (parameters + 2 * layers * width * context);
}

/** The sum of F(t) over t = 1 … promptTokens: once per problem, as all candidates share what it leaves. */
export function promptFlops(shape: Shape, promptTokens: number): number {
  return flopsFrom(shape, 0, promptTokens);
}

/** The sum of F(promptTokens + t) over t = 1 … tokens: once per candidate. */
export function candidateFlops(shape: Shape, promptTokens: number, tokens: number): number {
  return flopsFrom(shape, promptTokens, tokens);
}

/** Prompt once, and `candidates` of equal length. */
export function samplingFlops(shape: Shape, { promptTokens, tokens, candidates }: Sampling): number {
  return promptFlops(shape, promptTokens) + candidates * candidateFlops(shape, promptTokens, tokens);
}

export interface Sampling {
  readonly promptTokens: number;
  /** Of each candidate. */
  readonly tokens: number;
  readonly candidates: number;
}

/** Version 1 of the paper: every token as if it had the same `context` to attend to. */
export function samplingFlopsV1(
  shape: Shape,
  { promptTokens, tokens, candidates, context }: Sampling & { readonly context: number },
): number {
  return (promptTokens + tokens * candidates) * flopsPerToken(shape, context);
}

/** The sum of F(before + t) over t = 1 … tokens, an arithmetic series; it also takes the mean of several lengths. */
function flopsFrom({ parameters, layers, width }: Shape, before: number, tokens: number): number {
  return 2 * tokens * (parameters + layers * width * (2 * before + tokens + 1));
}
