/** Four reward models' scores of the same 10 candidates a problem, of which the first alone is right. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type EnsembleProblem,
  labelledEnsemble,
  rankAverage,
  selectorQuality,
  unlabelledEnsemble,
} from '@assay/statistics';
import { sharedData } from '../support/assay.ts';

interface Row {
  score: number[];
  solution_reference: string[];
}

const models = ['ArmoRM', 'Eurus-RM', 'internlm2', 'skywork_llama3'] as const;
const data = sharedData('rewardmath');
const rowsOf = (model: string): Row[] =>
  JSON.parse(readFileSync(`${data.path}/${model}.json`, 'utf8')) as Row[];

const correct = [1, ...new Array<number>(9).fill(0)];

/** Share of problems whose highest score is that of the right candidate, ties shared out; and AUC within problems. */
function worth(scores: readonly ArrayLike<number>[]): { first: number; auc: number } {
  const firsts = scores.map((own) => {
    const top = Math.max(...Array.from(own));
    return own[0] === top ? 1 / Array.from(own).filter((score) => score === top).length : 0;
  });
  const quality = selectorQuality(scores.map((own) => ({ scores: own, correct })));
  return {
    first: firsts.reduce((a, b) => a + b) / scores.length,
    auc: quality.auc.withinProblem?.estimate ?? Number.NaN,
  };
}

test('ensembles of four reward models on RewardMATH', { skip: data.skip, timeout: 60_000 }, (t) => {
  const rows = models.map(rowsOf);
  const [reference] = rows as [Row[]];
  for (const own of rows) {
    assert.deepEqual(
      own.map((row) => row.solution_reference),
      reference.map((row) => row.solution_reference),
    );
  }
  const problems: EnsembleProblem[] = reference.map((_, p) => ({
    scores: rows.map((own) => (own[p] as Row).score),
    correct,
  }));
  const labelled = labelledEnsemble(problems);
  const unlabelled = unlabelledEnsemble(problems);
  const found = Object.fromEntries([
    ...models.map((model, v) => [model, worth(rows[v]?.map(({ score }) => score) ?? [])] as const),
    ['rank average', worth(rankAverage(problems).scores)],
    ['labelled', worth(labelled.scores)],
    ['unlabelled', worth(unlabelled.scores)],
  ]);
  for (const [name, { first, auc }] of Object.entries(found)) {
    t.diagnostic(`${name}: right one first in ${(100 * first).toFixed(1)} %, AUC ${auc.toFixed(3)}`);
  }
  const of = (name: string) => found[name] ?? assert.fail(name);
  const singles = models.map((model) => of(model).auc);
  const middle = singles.reduce((a, b) => a + b) / singles.length;

  assert.equal(labelled.method, 'logistic');
  assert.ok(of('labelled').auc > Math.max(...singles), 'labels find more than the best model alone');
  assert.ok(of('labelled').first > of('rank average').first);
  // The best model agrees least with the others, so agreement can only do better than the common run of them.
  assert.equal(unlabelled.method, 'latent-class');
  assert.ok(of('rank average').auc > middle + 0.02);
  assert.ok(of('unlabelled').auc > middle + 0.01);
  // The published order of the models.
  assert.ok(of('internlm2').first > of('skywork_llama3').first);
  assert.ok(of('skywork_llama3').first > of('ArmoRM').first && of('ArmoRM').first > of('Eurus-RM').first);
});
