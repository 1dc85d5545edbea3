import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';

/** 30 problems with 400 candidates each: of every model its own successes. */
function counts(t: TestContext, ...models: [name: string, power: number][]): string {
  const folder = scratch(t);
  const rows = models.flatMap(([name, power]) =>
    Array.from({ length: 30 }, (_, i) => `p${i},400,${Math.round(400 * ((i + 0.5) / 30) ** power)},${name}`),
  );
  writeFileSync(join(folder, 'counts.csv'), `problem,n,c,model\n${rows.join('\n')}\n`);
  return folder;
}

describe('assay scaling', { concurrency: 4 }, () => {
  test('for people: laws, candidates needed, the family', async (t) => {
    const folder = counts(t, ['large', 2], ['small', 5]);
    const args = ['scaling', 'counts.csv', '--target', '0.5,0.999', '--from', '40', '--from', '100'];
    const { code, stdout, stderr } = await assay([...args, '--budget', '7', '--family', '--ascii'], folder);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Scaling of large\n {2}30 problems with 400 candidates or more/);
    assert.match(stdout, /\nScaling of small\n/);
    assert.match(stdout, /backtest: RMSE from .+\n {2}40 .+\n {2}100 /);
    assert.match(stdout, /\n {2}50\.0 % .+ measured\n {2}99\.9 % /);
    assert.match(stdout, /the next 7 candidates/);
    assert.match(stdout, /\nThe family\n/);
  });

  test('as JSON: problems by their ids', async (t) => {
    const folder = counts(t, ['one', 4]);
    const { code, stdout } = await assay(['scaling', 'counts.csv', '--level', '0.8', '--json'], folder);
    const { schema, tables, family } = JSON.parse(stdout);
    assert.deepEqual([code, schema, tables.length, family], [0, 'assay.scaling/v1', 1, null]);
    const [{ level, laws, next, best, missing }] = tables;
    assert.deepEqual([level, laws.length, typeof best.name, missing], [0.8, 3, 'string', 0]);
    assert.ok(next.every((one: { problem: string }) => /^p\d+$/.test(one.problem)));
    assert.deepEqual(
      laws[0].backtests.map(({ from }: { from: number }) => from),
      [4, 40, 100],
    );
  });

  test('verdicts that are missing: said, and exit code 3; a problem without any is left out', async (t) => {
    const folder = scratch(t);
    const rows = ['a,10,1,2', 'b,9,4,0', 'c,0,0,12'];
    writeFileSync(join(folder, 'c.csv'), `problem,n,c,missing\n${rows.join('\n')}\n`);
    const { code, stdout } = await assay(['scaling', 'c.csv'], folder);
    assert.equal(code, 3);
    assert.match(stdout, /2 problems with 9 candidates or more/);
    assert.match(stdout, /without a judged candidate, left out: 1\n/);
    assert.match(stdout, /without a verdict, which count in nothing: 14\n/);
  });

  test('wrong usage says what to give', async (t) => {
    const folder = counts(t, ['one', 4]);
    for (const [args, message] of [
      [['counts.csv', '--from', '400'], /--from 400 leaves nothing to predict: .+ only 400 candidates/],
      [['counts.csv', '--from', '2'], /whole number of 3 or more/],
      [['counts.csv', '--target', '1.5'], /share between 0 and 1/],
      [['counts.csv', '--target', '0.5,,'], /share between 0 and 1/],
      [['counts.csv', '--budget', '-1'], /whole number of 0 or more/],
      [['counts.csv', '--family'], /two tables or more/],
      [['absent.csv'], /absent\.csv/],
    ] as const) {
      const { code, stdout, stderr } = await assay(['scaling', ...args], folder);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
    }
  });
});
