import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from './build.ts';
import { problemOf, renderProblem } from './problem.ts';
import { renderReport } from './terminal.ts';
import { type Said, stored } from './testing/stored.ts';

const right: Said = { status: 'CORRECT', answer: '4', answerClass: 'num:4' };
const wrong = (answer: string): Said => ({ status: 'INCORRECT', answer, answerClass: `num:${answer}` });
const none: Said = { status: 'INCORRECT', reason: 'no_answer' };
const bad: Said = { status: 'ERROR', reason: 'bad_problem', message: 'the reference has no answer' };

async function reportOn(problems: Said[][], more: { earlyStop?: boolean } = {}) {
  const report = await buildReport(
    await stored(
      problems.map((candidates) => [candidates]),
      more,
    ),
    'run',
  );
  return { report, perProblem: report.results.verifiers[0]?.perProblem ?? [], text: renderReport(report) };
}

describe('answer classes and the vote', () => {
  test('the vote of all candidates: right, wrong, tied, absent', async () => {
    const { perProblem, text } = await reportOn([
      [right, right, wrong('5'), none],
      [wrong('5'), wrong('5'), wrong('5'), right],
      [wrong('5'), wrong('5'), wrong('6'), wrong('6')],
      [right, right, wrong('6'), wrong('6')],
      [none, none, none, none],
    ]);
    assert.deepEqual(
      perProblem.map(({ vote }) => vote),
      [
        { tied: 1, success: 1 },
        { tied: 1, success: 0 },
        { tied: 2, success: 0 },
        { tied: 2, success: 0.5 },
        null,
      ],
    );
    assert.deepEqual(
      perProblem.map(({ abstaining }) => abstaining),
      [1, 0, 0, 0, 4],
    );
    assert.match(
      text,
      /vote of all candidates: right in 1 of 4 problems, a matter of chance in 1, wrong in 2 \(1 of them with a correct candidate\)/,
    );
    // Most agreed on first.
    assert.match(text, /\n {2}p1 +5 +3 \(75 %\) +4 +1 \(25 %\)\n {2}p2 +5 +2 \(50 %\) = +\(none\)\n {2}p3 /);
    assert.doesNotMatch(text, /\n {2}p0 /, 'the vote is right there');
  });

  test('a run that stops early has classes and no vote', async () => {
    const { perProblem, text } = await reportOn([[right, { status: 'SKIPPED' }]], { earlyStop: true });
    assert.deepEqual([perProblem[0]?.vote, perProblem[0]?.largest.length], [null, 1]);
    assert.doesNotMatch(text, /vote of all/);
  });

  test('one problem, class by class', async () => {
    const { report } = await reportOn([[right, right, wrong('5'), none], [bad]]);
    const problem = problemOf(report, 'p0');
    assert.equal(problem?.verifiers[0]?.largest[0]?.answerClass, 'num:4');
    const text = renderProblem(problem as NonNullable<typeof problem>);
    assert.match(
      text,
      /4 candidates, 4 judged: 2 correct, 1 without an answer, 2 answer classes\n {2}vote: right/,
    );
    assert.match(text, /\n {2}4 +num:4 +2 +50\.00 % +yes\n {2}5 +num:5 +1 +25\.00 % +no\n/);
    assert.equal(problemOf(report, 'p7'), undefined);
  });

  test('many classes: the largest are named, the others counted', async () => {
    const many = Array.from({ length: 30 }, (_, i) => wrong(String(100 + i)));
    const { report } = await reportOn([[...many, wrong('100'), right]]);
    const problem = problemOf(report, 'p0');
    assert.equal(problem?.verifiers[0]?.largest.length, 21, '20, and the correct one');
    const text = renderProblem(problem as NonNullable<typeof problem>);
    assert.match(text, /and 10 other classes with 10 votes/);
  });

  test('why verdicts are missing, problems that cannot be judged first', async () => {
    const undecided: Said = { status: 'ERROR', message: 'cannot tell' };
    const { report, perProblem, text } = await reportOn([
      [right, undecided, undecided, undecided],
      [bad, bad],
    ]);
    assert.deepEqual(perProblem[1]?.errors, [
      { reason: 'bad_problem', message: 'the reference has no answer', count: 2 },
    ]);
    assert.match(
      text,
      /bad_problem × 2 in problem p1: the reference has no answer\n {2}undecided × 3 in problem p0: cannot tell\n/,
    );
    const problem = problemOf(report, 'p1') as NonNullable<ReturnType<typeof problemOf>>;
    assert.match(renderProblem(problem), /missing: bad_problem × 2: the reference has no answer/);
    // p1 has no judged candidate: the vote is among those of p0.
    assert.equal(report.results.verifiers[0]?.majority?.points.at(-1)?.k, 1);
  });

  test('text of candidates cannot control the terminal', async () => {
    const { report, text } = await reportOn([
      [wrong('a\u001b[2J\nb\u202e'), wrong('a\u001b[2J\nb\u202e'), right],
    ]);
    const shown = text + renderProblem(problemOf(report, 'p0') as NonNullable<ReturnType<typeof problemOf>>);
    assert.match(shown, /a \[2J b /);
    assert.ok(!shown.includes('\u001b') && !shown.includes('\u202e'));
  });
});
