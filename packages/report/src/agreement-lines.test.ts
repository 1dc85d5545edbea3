import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreementOf, wilsonInterval } from '@assay/statistics';
import { agreementSections, renderDisagreements, renderRechecks } from './agreement-lines.ts';
import { styler } from './format.ts';
import type { AgreementResults, RecheckResults, Report } from './report.ts';

const clear = '\u001b[2J';

const agreement: AgreementResults = {
  first: 'math',
  second: `other${clear}`,
  ...agreementOf([
    { correctCorrect: 900, correctIncorrect: 100, incorrectCorrect: 10, incorrectIncorrect: 990 },
    { correctCorrect: 10, correctIncorrect: 0, incorrectCorrect: 0, incorrectIncorrect: 1990 },
  ]),
  disagreements: [
    {
      problem: `p1${clear}`,
      candidate: 17,
      first: { status: 'INCORRECT', reason: 'wrong_answer', answer: `5${clear}`, message: '' },
      second: { status: 'CORRECT', reason: '', answer: '', message: `fine${clear}` },
    },
  ],
};

const recheck: RecheckResults = {
  name: 'code',
  rechecked: 400,
  changed: 2,
  missing: 3,
  share: { estimate: 2 / 400, interval: wilsonInterval(2, 400) },
  greatestDifference: 0.25,
  changes: [],
};

const report = (results: object) =>
  renderDisagreements({
    run: { id: 'r' },
    results: { agreements: [], rechecks: [], ...results },
  } as unknown as Report);

test('agreements: figures, errors by the first, candidates to read, no control characters', () => {
  const text = report({ agreements: [agreement] });
  assert.ok(!text.includes('\u001b'));
  assert.match(
    text,
    /of 4,000 candidates that both decide they agree on 97\.25 % \[.*\]; kappa 0\.\d{3} \[0\./,
  );
  assert.match(text, /INCORRECT by math: other \[2J accepts 10 of 2,990, 0\.33 %/);
  assert.match(text, /CORRECT by math: other \[2J rejects 100 of 1,010, 9\.90 %/);
  assert.match(text, /problem p1 \[2J, candidate 17\n {4}math {7}INCORRECT wrong_answer answer 5 \[2J\n/);
  assert.match(text, /CORRECT \(fine \[2J\)\n/);
});

test('rechecks: how many changed, what is missing, how far scores differ', () => {
  const text = renderRechecks('r', [recheck]);
  assert.match(
    text,
    /code: 2 of 400 verdicts changed, 0\.50 % \[0\.14 %, 1\.80 %\], scores differ by 0\.250 at most/,
  );
  assert.match(text, /3 more have a missing verdict \(ERROR\)/);
});

test('the report has the figures, and points to the candidates where there are any', () => {
  const lines = (results: Parameters<typeof agreementSections>[0]) =>
    agreementSections(results, styler({})).join('\n');
  assert.match(
    lines({ agreements: [agreement], rechecks: [recheck] }),
    /Agreement of math and other[\s\S]*Judged again[\s\S]*--disagreements/,
  );
  assert.doesNotMatch(lines({ agreements: [], rechecks: [recheck] }), /--disagreements/);
  assert.equal(lines({ agreements: [], rechecks: [] }), '');
});

test('nothing decided by both, one that always says the same, no second opinion', () => {
  const of = (...counts: number[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = counts;
    const table = { correctCorrect: a, correctIncorrect: b, incorrectCorrect: c, incorrectIncorrect: d };
    return report({ agreements: [{ ...agreement, ...agreementOf([table]) }] });
  };
  assert.match(of(), /No candidate has been decided by both/);
  assert.match(of(4, 1), /no kappa: one of them always says the same/);
  assert.match(report({}), /no second opinion/);
});
