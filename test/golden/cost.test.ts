/** Costs as published: Brown et al. 2024, arXiv:2407.21787, table on SWE-bench Lite with Moatless Tools. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compareCosts,
  costCurve,
  costTable,
  modelShape,
  samplingFlops,
  samplingFlopsV1,
} from '@assay/statistics';

const problems = 300;

/** A model that asks `price` for an attempt: a million tokens at that price, and no prompt. */
const curveOf = (name: string, price: number, attempts: number) =>
  costCurve(
    {
      ...{ name, model: null, prices: { prompt: 0, completion: price } },
      counts: { n: new Array(problems).fill(attempts), c: new Array(problems).fill(1) },
      promptTokens: new Array(problems).fill(0),
      candidateTokens: new Array(problems).fill(1e6),
    },
    { ks: [attempts], resamples: 1 },
  );

const versions: [
  version: string,
  rows: [name: string, price: number, attempts: number, total: number, relative: string][],
][] = [
  [
    'version 3',
    [
      ['DeepSeek-Coder-V2', 0.0072, 5, 10.8, '1.0'],
      ['GPT-4o', 0.13, 1, 39, '3.6'],
      ['Claude 3.5 Sonnet', 0.17, 1, 51, '4.7'],
    ],
  ],
  [
    'version 1',
    [
      ['DeepSeek-Coder-V2', 0.008, 5, 12, '1.00'],
      ['GPT-4o', 0.13, 1, 39, '3.25'],
      ['Claude 3.5 Sonnet', 0.17, 1, 51, '4.25'],
    ],
  ],
];

for (const [version, rows] of versions) {
  test(`${version}: cost per attempt × attempts × 300 problems, and relative to the least`, () => {
    const curves = rows.map(([name, price, attempts]) => curveOf(name, price, attempts));
    const table = costTable(compareCosts(curves).curves);
    for (const [i, [name, , attempts, total, relative]] of rows.entries()) {
      const row = table[i];
      assert.deepEqual([row?.name, row?.k], [name, attempts]);
      assert.ok(Math.abs((row?.dollars ?? 0) - total) < 1e-9, `${name}: ${row?.dollars}`);
      const digits = relative.length - 2;
      assert.equal(row?.relativeDollars?.toFixed(digits), relative);
    }
  });
}

test('cost per solved problem: of 300, as many as the published shares', () => {
  // 29.62 % for $10.8, 24.00 % for $39, 26.70 % for $51.
  const perSolved = (total: number, share: number) => total / (share * problems);
  const counts = {
    n: new Array(problems).fill(1),
    c: Array.from({ length: problems }, (_, p) => (p < 72 ? 1 : 0)),
  };
  const { points } = costCurve({
    ...{ name: 'GPT-4o', model: null, prices: { prompt: 0, completion: 0.13 }, counts },
    promptTokens: new Array(problems).fill(0),
    candidateTokens: new Array(problems).fill(1e6),
  });
  assert.ok(Math.abs((points[0]?.dollarsPerSolved ?? 0) - perSolved(39, 0.24)) < 1e-9);
});

describe('FLOPs: 2 (parameters + 2 layers width position) a token', () => {
  const shapes = ['Llama-3-8B', 'Llama-3-70B'].map((name) => modelShape(name) ?? assert.fail());
  const sampling = { promptTokens: 1000, tokens: 200, candidates: 10_000 };

  test('version 3, summed token by token', () => {
    for (const shape of shapes) {
      const { parameters, layers, width } = shape;
      const perToken = (t: number) => 2 * (parameters + 2 * layers * width * t);
      let [prompt, decode] = [0, 0];
      for (let t = 1; t <= 1000; t++) prompt += perToken(t);
      for (let t = 1; t <= 200; t++) decode += perToken(t + 1000);
      assert.ok(Math.abs(samplingFlops(shape, sampling) / (prompt + 10_000 * decode) - 1) < 1e-12);
    }
  });

  test('version 1, at one context: (prompt + completions · decode) tokens', () => {
    for (const shape of shapes) {
      const { parameters, layers, width } = shape;
      const expected = (1000 + 200 * 10_000) * 2 * (parameters + 2 * layers * width * 1200);
      assert.ok(Math.abs(samplingFlopsV1(shape, { ...sampling, context: 1200 }) / expected - 1) < 1e-12);
    }
  });

  test('both say that 70B costs eight to nine times what 8B does', () => {
    const [small, large] = shapes as [(typeof shapes)[0], (typeof shapes)[0]];
    for (const cost of [
      samplingFlops,
      (shape: typeof small, of: typeof sampling) => samplingFlopsV1(shape, { ...of, context: 1200 }),
    ]) {
      const ratio = cost(large, sampling) / cost(small, sampling);
      assert.ok(ratio > 8 && ratio < 9, `${ratio}`);
    }
  });
});
