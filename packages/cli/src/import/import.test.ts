import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Report } from '@assay/report';
import { assay, scratch } from '../testing/cli.ts';

const counts =
  'model,problem,n,c,missing,prompt_tokens,tokens\nbig,p1,10,4,2,20,121\nbig,p2,10,0,0,30,100\nsmall,p1,8,1,0,20,90\n';
const scores = [
  { problem: 'p1', correct: true, class: '42', scores: { a: 0.5, b: 2 } },
  { problem: 'p1', correct: false, class: '41', scores: { a: 0.7, b: null } },
  { problem: 'p2', correct: null, class: '7', scores: { a: 0.1, b: -1 } },
  { problem: 'p2', correct: false, class: null, scores: { a: 0, b: 0 } },
];

async function reportOn(id: string, folder: string): Promise<Report> {
  const { stdout, stderr } = await assay(['report', id, '--json'], folder);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Report;
}

describe('assay import', { concurrency: 3 }, () => {
  test('counts: a run for each model, with its successes, missing verdicts and tokens', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'counts.csv'), counts);
    const { code, stdout } = await assay(['import', 'counts.csv'], folder);
    assert.deepEqual([code, stdout], [0, 'big: 22 verdicts\nsmall: 8 verdicts\n']);
    const { run, results } = await reportOn('big', folder);
    assert.deepEqual([run.state, run.labels], ['COMPLETE', { imported: 'counts.csv', model: 'big' }]);
    const [table] = results.verifiers;
    assert.deepEqual([table?.correct, table?.incorrect, table?.error], [4, 16, 2]);
    assert.deepEqual(
      table?.perProblem.map(({ id, correct, candidates }) => [id, correct, candidates]),
      [
        ['p1', 4, 12],
        ['p2', 0, 10],
      ],
    );
    const back = await assay(['export', 'big', '--what', 'counts'], folder);
    assert.match(back.stdout, /p1,.*10,4,2,20,121/);
  });

  test('scores: what assay select says of the table, the report says of the run', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 's.jsonl'), scores.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { stdout } = await assay(['import', 's.jsonl', '--run', 'mine'], folder);
    assert.equal(stdout, 'mine: 12 verdicts\n');
    const { run, results } = await reportOn('mine', folder);
    assert.deepEqual(run.verifiers, ['table', 'a', 'b']);
    const selected = JSON.parse((await assay(['select', 's.jsonl', '--json'], folder)).stdout);
    const figures = ({ name, curves, quality }: Report['results']['selectors'][number]) => [
      name,
      curves,
      quality,
    ];
    assert.deepEqual(results.selectors.map(figures), selected.selectors.map(figures));
    assert.deepEqual(results.verifiers[0]?.perProblem[0]?.largest.map(({ answer }) => answer).sort(), [
      '41',
      '42',
    ]);
  });

  test('an id that is taken, one for several runs, and input that is read once are told', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'counts.csv'), counts);
    const told = async (...args: string[]) => {
      const { code, stderr } = await assay(['import', ...args], folder);
      return [code, stderr.split('\n')[0]];
    };
    assert.deepEqual(await told('counts.csv', '--run', 'x'), [
      2,
      'error [usage]: --run names one run, and there are 2: big, small.',
    ]);
    assert.deepEqual(await told('-'), [2, 'error [usage]: What comes from standard input can be read once.']);
    assert.equal((await assay(['import', 'counts.csv'], folder)).code, 0);
    assert.deepEqual(await told('counts.csv'), [2, 'error [usage]: There is a run big already.']);
    assert.equal((await assay(['import', 'counts.csv', '--fresh'], folder)).code, 0);
  });
});
