import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ScalingLaw, scalingLaw } from '@assay/statistics';
import { growthLines } from './growth-lines.ts';

const n = Array.from({ length: 40 }, () => 400);
const law = scalingLaw({ n, c: n.map((_, i) => Math.round(400 * ((i + 0.5) / 40) ** 5)) }, { resamples: 40 });

/** As if this were what a coverage of 95 % takes. */
function taking(low: number | null, high: number | null): string {
  const needed: ScalingLaw['needed'] = [{ target: 0.95, samples: 12_345, low, high, measured: false }];
  return growthLines({ ...law, needed }, 'tonight')
    .join(' ')
    .replace(/ +/g, ' ');
}

describe('how coverage grows, in few lines', () => {
  test('the law that predicts best, and what the next coverages take', () => {
    const lines = growthLines(law, 'tonight');
    assert.match(lines[0] ?? '', /^ {2}scaling: the .+ law predicts best/);
    assert.equal(lines.at(-1), '  more: assay scaling tonight');
    assert.ok(lines.every((line) => line.length <= 100));
  });

  test('an interval without an end never ends; one that is not known is not shown', () => {
    assert.match(taking(6000, 3e4), /95 % takes 12\.3k \[6k, 30k\] candidates/);
    assert.match(taking(6000, null), /95 % takes 12\.3k \[6k, never\] candidates/);
    assert.match(taking(null, null), /95 % takes 12\.3k candidates/);
  });

  test('nothing where no law was tested', () => {
    assert.deepEqual(growthLines(scalingLaw({ n: [4], c: [1] }), 'tonight'), []);
  });
});
