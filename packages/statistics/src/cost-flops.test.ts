import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { candidateFlops, flopsPerToken, promptFlops, samplingFlops, samplingFlopsV1 } from './cost-flops.ts';

const tiny = { parameters: 10, layers: 3, width: 5 };
const size = fc.integer({ min: 1, max: 60 });

/** Token by token, as the paper writes it. */
function summed(promptTokens: number, tokens: number, candidates: number): number {
  let sum = 0;
  for (let t = 1; t <= promptTokens; t++) sum += flopsPerToken(tiny, t);
  for (let candidate = 0; candidate < candidates; candidate++) {
    for (let t = 1; t <= tokens; t++) sum += flopsPerToken(tiny, t + promptTokens);
  }
  return sum;
}

describe('floating-point operations of sampling', () => {
  test('a token with three tokens to attend to', () => {
    assert.equal(flopsPerToken(tiny, 3), 2 * (10 + 2 * 3 * 5 * 3));
  });

  test('the closed form is the sum over tokens', () => {
    fc.assert(
      fc.property(size, size, size, (promptTokens, tokens, candidates) => {
        assert.equal(
          samplingFlops(tiny, { promptTokens, tokens, candidates }),
          summed(promptTokens, tokens, candidates),
        );
      }),
    );
  });

  test('no tokens, no operations; the prompt counts once however many candidates', () => {
    assert.deepEqual([promptFlops(tiny, 0), candidateFlops(tiny, 7, 0)], [0, 0]);
    const of = (candidates: number) => samplingFlops(tiny, { promptTokens: 9, tokens: 4, candidates });
    assert.equal(of(3) - of(2), candidateFlops(tiny, 9, 4));
    assert.equal(of(0), promptFlops(tiny, 9));
  });

  test('Llama-3-8B, 500 tokens of prompt, 1000 candidates of 300 tokens, by hand', () => {
    const llama = { parameters: 8_030_261_248, layers: 32, width: 4096 };
    // Twice: parameters · tokens, and 2 · 32 · 4096 times the positions: 1 … 500, and 501 … 800 for each candidate.
    const prompt = 2 * (8_030_261_248 * 500 + 262_144 * 125_250);
    const candidate = 2 * (8_030_261_248 * 300 + 262_144 * 195_150);
    const all = samplingFlops(llama, { promptTokens: 500, tokens: 300, candidates: 1000 });
    assert.ok(Math.abs(all / (prompt + 1000 * candidate) - 1) < 1e-14);
    assert.ok(Math.abs(all / 4.928_567_480_32e15 - 1) < 1e-12, `${all}`);
  });

  test('version 1: one context for all tokens, which version 3 averages over', () => {
    const sampling = { promptTokens: 6, tokens: 4, candidates: 2 };
    assert.equal(samplingFlopsV1(tiny, { ...sampling, context: 8 }), 14 * flopsPerToken(tiny, 8));
    fc.assert(
      fc.property(size, size, (promptTokens, tokens) => {
        const one = { promptTokens, tokens, candidates: 1 };
        const middle = (promptTokens + tokens + 1) / 2;
        const difference = samplingFlopsV1(tiny, { ...one, context: middle }) - samplingFlops(tiny, one);
        assert.ok(Math.abs(difference) < 1e-6);
      }),
    );
  });
});
