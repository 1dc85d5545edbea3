import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { familyOverlay, scalingLaw } from '@assay/statistics';
import { familyLines, scalingLines } from './scaling-lines.ts';

const some = (problems: number, n: number, chance: (u: number) => number) => {
  const c = Array.from({ length: problems }, (_, i) => Math.round(n * chance((i + 0.5) / problems)));
  return { n: c.map(() => n), c };
};

describe('scaling laws in the terminal', () => {
  test('the laws, the best, what coverage takes, and where to sample next', () => {
    const law = scalingLaw(
      some(64, 1000, (u) => u ** 3),
      { targets: [0.5, 0.99], resamples: 40 },
    );
    const text = scalingLines(law, { problems: law.next.map((_, i) => `p${i}\u001b[31m`) }).join('\n');
    for (const expected of [
      /64 problems with 1,000 candidates or more, \d+ unsolved/,
      /law +parameters, 95 % intervals +error \(mean ± sd\)\n/,
      /backtest: RMSE from +exponentiated power +beta-binomial +power\n {2}10 +0\.\d{4} +0\.\d{4} +0\.\d{4}\n {2}100 /,
      /exponentiated power +a -[\d.]+ \[-[\d.]+, -[\d.]+\], b -/,
      /natural log/,
      /predicts best: the .+ law \(mean RMSE/,
      /a power law describes these counts/,
      /50\.0 % +\d+ +\[\d+, \d+\] +measured/,
      /99\.0 % +[\d.]+[kM]? +\[.+\] +predicted/,
      /the next 64 candidates: to the \d+ problems with fewest successes/,
    ]) {
      assert.match(text, expected);
    }
    assert.ok(!text.includes('\u001b'));
  });

  test('what cannot be told is not shown', () => {
    for (const counts of [
      { n: [4], c: [0] },
      { n: [4], c: [4] },
      { n: [1, 1], c: [0, 1] },
      { n: [7, 7], c: [1, 1] },
    ]) {
      const lines = scalingLines(scalingLaw(counts));
      assert.match(lines.join('\n'), /no power law: /);
      assert.doesNotMatch(lines.join('\n'), /NaN|undefined|null|Infinity/);
    }
  });

  test('at most 100 columns, ASCII where asked', () => {
    const law = scalingLaw(
      some(64, 1000, (u) => (u < 0.5 ? 0 : 0.3)),
      { resamples: 40 },
    );
    const lines = scalingLines(law, { ascii: true });
    for (const line of lines) assert.ok(line.length <= 100, line);
    assert.doesNotMatch(lines.join('\n'), /[⠀-⣿│┊]/);
    assert.match(lines.join('\n'), /no power law: coverage saturates/);
    assert.match(lines.join('\n'), /never/);
  });

  test('a family', () => {
    const overlay = familyOverlay([
      { name: 'large', counts: some(64, 1000, (u) => u ** 3) },
      { name: 'small', counts: some(64, 1000, (u) => u ** 9) },
      { name: 'none', counts: some(64, 1000, () => 0) },
    ]);
    const text = familyLines(overlay, true).join('\n');
    assert.match(text, /large +1\n/);
    assert.match(text, /small +[\d.]+\n/);
    assert.match(text, /none +never\n/);
    assert.match(text, /\* large {3}o small$/m);
  });
});
