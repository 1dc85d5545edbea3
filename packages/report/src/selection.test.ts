import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from './build.ts';
import { renderReport } from './terminal.ts';
import { type Said, stored } from './testing/stored.ts';

/** A program that behaves as `answerClass` says. */
const program = (answerClass: string, examples: boolean[], right: boolean): Said => ({
  status: right ? 'CORRECT' : 'INCORRECT',
  answerClass,
  examples,
  tests: [right],
});
const right = program('x', [true, true], true);
const lucky = program('y', [true, true], false);
const wrong = program('z', [true, false], false);
const broken: Said = { status: 'INCORRECT', reason: 'compile_error' };

async function reportOn(problems: Said[][], more: { earlyStop?: boolean } = {}) {
  const store = await stored(
    problems.map((candidates) => [candidates]),
    more,
  );
  const report = await buildReport(store, 'run');
  const verifier = report.results.verifiers[0];
  assert.ok(verifier);
  return { verifier, selection: verifier.selection, text: renderReport(report) };
}

const times = (n: number, said: Said) => new Array<Said>(n).fill(said);
const estimates = (selection: Awaited<ReturnType<typeof reportOn>>['selection']) =>
  selection?.submissions.map(({ n, points }) => [
    n,
    ...points.map(({ k, estimate }) => `${k}:${estimate.toFixed(6)}`),
  ]);

describe('selection', () => {
  test('by example tests and classes: what is wrong and frequent is filtered out', async () => {
    const { verifier, selection, text } = await reportOn([
      [...times(3, right), ...times(2, lucky), ...times(6, wrong), broken],
      [...times(1, right), ...times(4, lucky), ...times(7, broken)],
      times(12, wrong),
    ]);
    assert.deepEqual(selection?.filter, { problems: 3, nonePassed: 1, candidates: 36, passed: 10 });
    assert.equal(selection?.cluster, true);
    assert.deepEqual(
      selection?.submissions.map(({ n, filter, cluster, noneKept }) => [n, filter, cluster, noneKept]),
      [
        [1, true, true, 'fail'],
        [10, true, true, 'fail'],
      ],
    );
    const [one, ten] = selection?.submissions ?? [];
    assert.deepEqual(
      one?.points.map(({ k }) => k),
      verifier.majority?.points.map(({ k }) => k),
    );
    assert.equal(one?.points.at(-1)?.estimate, 1 / 3);
    assert.deepEqual(
      ten?.points.map(({ k, estimate }) => [k, estimate]),
      [
        // At most five pass: all are submitted, so that it is coverage.
        [10, verifier.coverage?.table.points.find(({ k }) => k === 10)?.judged?.estimate],
        [12, 2 / 3],
      ],
    );
    // Unfiltered, the first problem's vote is for what fails an example.
    assert.equal(verifier.majority?.points.at(-1)?.estimate, 0);
    assert.match(text, /\n {2}k +1@k +95 % interval +10@k +95 % interval\n {2}1 +\d+\.\d\d % +\[/);
    assert.match(text, /\n {2}12 +33\.33 % +\[.*\] +66\.67 % +\[.*\]\n {2}n@k: n submissions from k/);
    assert.match(
      text,
      /that pass the examples, one of each largest answer class\n {2}examples: 10 \(27\.78 %\) of 36 judged candidates pass, none in 1 of 3 problems with examples\n/,
    );
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('no classes: at random among what passes', async () => {
    const plain = (said: Said): Said => ({ ...said, answerClass: '' });
    const { selection, text } = await reportOn([[right, lucky, lucky, wrong, broken].map(plain)]);
    assert.equal(selection?.cluster, false);
    // k = 2: the right one is in 2 of 5 subsets, and submitted there unless a lucky one is with it, half of 2 of 4.
    assert.deepEqual(estimates(selection), [[1, '1:0.200000', '2:0.300000', `5:${(1 / 3).toFixed(6)}`]]);
    assert.match(text, /that pass the examples, at random\n/);
  });

  test('no example tests: classes alone, and a problem without example tests keeps every candidate', async () => {
    const hidden = (said: Said): Said => ({ ...said, examples: [] });
    const plain = await reportOn([[right, right, lucky, broken].map(hidden)]);
    assert.equal(plain.selection?.filter, null);
    assert.equal(plain.selection?.submissions[0]?.filter, false);
    assert.equal(plain.selection?.submissions[0]?.points.at(-1)?.estimate, 1);
    assert.doesNotMatch(plain.text, /examples:/);
    assert.match(plain.text, /submissions from k candidates, one of each/);
    const both = await reportOn([[right, right, lucky, broken].map(hidden), [right, wrong, wrong, wrong]]);
    assert.deepEqual(both.selection?.filter, { problems: 1, nonePassed: 0, candidates: 4, passed: 1 });
    assert.equal(both.selection?.submissions[0]?.points.at(-1)?.estimate, 1);
    assert.match(
      both.text,
      /examples: 1 \(25\.00 %\) of 4 judged candidates pass, none in 0 of 1 problem with/,
    );
  });

  test('missing verdicts take no part', async () => {
    const missing: Said = { status: 'ERROR', examples: [true], answerClass: 'x' };
    const { selection } = await reportOn([[right, lucky, missing, missing], [missing]]);
    assert.deepEqual(selection?.filter, { problems: 1, nonePassed: 0, candidates: 2, passed: 2 });
    assert.deepEqual(estimates(selection), [[1, '1:0.500000', '2:0.500000']]);
  });

  test('none of other verifiers, of runs that stop early, of programs without examples and classes', async () => {
    const answer: Said = { status: 'CORRECT', answer: '4' };
    assert.equal((await reportOn([[answer, answer]])).selection, null);
    assert.equal((await reportOn([[right, lucky]], { earlyStop: true })).selection, null);
    const bare: Said = { status: 'INCORRECT', tests: [false] };
    const { selection, text } = await reportOn([[bare, { ...bare, status: 'CORRECT' }]]);
    assert.equal(selection, null);
    assert.doesNotMatch(text, /n@k/);
  });

  test('equal verdicts give equal results', async () => {
    const problems = [[...times(30, right), ...times(34, lucky), ...times(5, program('v', [true], false))]];
    const { selection } = await reportOn(problems);
    assert.deepEqual(selection, (await reportOn(problems)).selection);
    assert.deepEqual(
      selection?.submissions[1]?.points.map(({ k, method }) => [k, method]),
      [
        [10, 'exact'],
        [20, 'resampled'],
        [50, 'resampled'],
        [69, 'exact'],
      ],
    );
  });
});
