import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareCosts, verifierCost } from '@assay/statistics';
import { costOf, onSharedProblems } from './cost.ts';
import { renderCost } from './cost-lines.ts';
import type { CountTable } from './count-table.ts';

const model = { name: 'mine', parameters: 8e9, layers: 32, width: 4096, source: 'given' };

const tableOf = (more: Partial<CountTable> = {}): CountTable => ({
  ...{ name: 't', problems: ['p', 'q'], n: [4, 2], c: [1, 0], missing: [0, 2] },
  ...{ promptTokens: [10, 20], candidateTokens: [400, 800], model: null },
  ...more,
});

const settings = { model, prices: { prompt: 1, completion: 2 } };

describe('costOf', () => {
  test('tokens as counted: of a candidate the mean over all, also those without a verdict', () => {
    const curve = costOf(tableOf(), settings);
    assert.deepEqual([curve?.promptTokens, curve?.candidateTokens, curve?.assumed], [15, 150, false]);
    assert.equal(curve?.points[0]?.dollars, (30 + 2 * 300) / 1e6);
    assert.equal(curve?.points.at(-1)?.k, 2);
  });

  test('tokens that are given are assumed, and told; unknown prompts cost nothing', () => {
    const unknown = tableOf({ promptTokens: null, candidateTokens: null });
    const curve = costOf(unknown, { ...settings, tokens: 50 });
    assert.deepEqual([curve?.promptTokens, curve?.candidateTokens, curve?.assumed], [0, 50, true]);
    assert.match(
      curve?.notes[0] ?? '',
      /Tokens of candidates are not counted in t: each is taken to have 50\./,
    );
    assert.match(curve?.notes[1] ?? '', /they cost nothing here/);
    assert.equal(costOf(unknown, settings), null);
  });

  test('problems without a judged candidate are left out; nothing judged', () => {
    const curve = costOf(tableOf({ n: [4, 0] }), settings);
    assert.deepEqual([curve?.problems, curve?.promptTokens, curve?.candidateTokens], [1, 10, 100]);
    assert.match(curve?.notes[0] ?? '', /^Problems without a judged candidate, left out: 1\.$/);
    assert.equal(costOf(tableOf({ n: [0, 0], c: [0, 0] }), settings), null);
  });
});

test('onSharedProblems: those that all tables have judged, in each in its own order', () => {
  const other = tableOf({
    name: 'u',
    problems: ['q', 'r', 'p'],
    n: [1, 1, 5],
    c: [1, 0, 2],
    missing: [0, 0, 0],
  });
  const bare = { ...other, promptTokens: null, candidateTokens: [1, 2, 3] };
  const shared = onSharedProblems([tableOf(), bare]);
  assert.equal(shared?.left, 1);
  assert.deepEqual(
    shared?.tables.map(({ problems, n, candidateTokens }) => [problems, n, candidateTokens]),
    [
      [
        ['p', 'q'],
        [4, 2],
        [400, 800],
      ],
      [
        ['q', 'p'],
        [1, 5],
        [1, 3],
      ],
    ],
  );
  assert.equal(onSharedProblems([tableOf({ n: [0, 1] }), tableOf({ n: [1, 0] })]), null);
});

describe('renderCost', () => {
  const curves = ['a', 'b'].flatMap((name, i) => {
    const counts = { n: [100, 100], c: [1, 30 * (i + 1)] };
    return (
      costOf(tableOf({ name, ...counts, missing: [0, 0] }), { ...settings, model: i === 0 ? model : null }) ??
      []
    );
  });

  test('each, side by side, the best by budget, and judging', () => {
    const verifiers = [verifierCost({ name: 'math', judged: 7200, serviceMs: 500, cpuMs: 250 }, 0.04)];
    const text = renderCost({ level: 0.95, ...compareCosts(curves), verifiers, notes: ['So it is.'] });
    assert.match(text, /^Cost of a\n {2}2 problems; tokens: 15 a prompt, 6 a candidate\n/);
    assert.match(text, /model: mine, 8\.00e\+9 parameters a token, 32 layers of width 4096 \(given\)/);
    assert.match(text, /\nSide by side\n/);
    // Only one of them has FLOPs.
    assert.match(text, /\n {2}coverage over money\n[\s\S]*⠤ a {3}[^ ]+ ?[^ ]* b\n/);
    assert.ok(!text.includes('coverage over FLOPs'));
    assert.match(text, /budget in money +best +coverage there\n/);
    assert.match(text, /math +7,200 +1\.00 +0\.500 +0\.0400 +0\.00556\n/);
    assert.match(text, / {2}note: So it is\.\n$/);
    assert.ok(text.split('\n').every((line) => line.length <= 100));
  });

  test('names of others are harmless', () => {
    const [curve] = curves;
    const evil = { ...(curve ?? assert.fail()), name: 'x\u001b[2J\ny' };
    const text = renderCost({ level: 0.9, ...compareCosts([evil]), verifiers: [], notes: [] });
    assert.ok(!text.includes('\u001b'));
    assert.match(text, /^Cost of x \[2J y\n/);
  });
});
