import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from './build.ts';
import { selectorResults } from './selector-thread.ts';
import { figuresOf, type ScoreTable } from './selectors.ts';
import { renderReport, renderSelection } from './terminal.ts';
import { type Said, stored } from './testing/stored.ts';

const C: Said = { status: 'CORRECT', answer: '4' };
const I: Said = { status: 'INCORRECT', answer: '5' };
const J: Said = { status: 'INCORRECT', answer: '6' };
const E: Said = { status: 'ERROR' };
const s = (score: number): Said => ({ status: 'SCORED', score });

async function report(problems: Said[][][], more: { earlyStop?: boolean } = {}) {
  const built = await buildReport(await stored(problems, more), 'run');
  return { results: built.results, selectors: built.results.selectors, text: renderReport(built) };
}

/** Estimates of one method by k. */
function rates(
  { curves }: Awaited<ReturnType<typeof report>>['selectors'][number],
  method: string,
): Record<number, number> {
  const points = curves?.curves.find((curve) => curve.method === method)?.points ?? [];
  return Object.fromEntries(points.map(({ k, estimate }) => [k, Math.round(estimate * 1e9) / 1e9]));
}

describe('selectors of a run', () => {
  test('best-of-N and votes, counted by hand', async () => {
    const { selectors, text } = await report([
      [
        [C, I, I, J],
        [s(0.9), s(0.2), s(0.1), s(-3)],
      ],
      [
        [C, I, I, I],
        [s(0.1), s(0.5), s(0.3), s(0.2)],
      ],
    ]);
    const [selector] = selectors;
    assert.ok(selector);
    assert.deepEqual(
      [selector.name, selector.candidates, selector.problems, selector.missing, selector.classesBy],
      ['verifier-1', 8, 2, 0, 'verifier-0'],
    );
    // The first problem's right one is the best of all, the second's the worst: chosen where it is alone.
    assert.deepEqual(rates(selector, 'best-of-n'), { 1: 0.25, 2: 0.25, 3: 0.375, 4: 0.5 });
    assert.deepEqual(
      selector.curves?.coverage.map(({ k, estimate }) => [k, estimate]),
      [
        [1, 0.25],
        [2, 0.5],
        [3, 0.75],
        [4, 1],
      ],
    );
    // Weights of the first problem: e^0.9 > e^0.2 + e^0.1.
    assert.equal(rates(selector, 'weighted-softmax')[4], 0.5);
    // Of four ranks the right one has 4, the two others 3 + 2.
    assert.equal(rates(selector, 'weighted-rank')[4], 0);
    // 3.9 against 3.2 + 3.1.
    assert.equal(rates(selector, 'weighted-min-shift')[4], 0);
    assert.equal(
      selector.curves?.curves.some(({ method }) => method === 'weighted-raw'),
      false,
      'a score is negative',
    );
    assert.ok(Math.abs((selector.quality?.auc.withinProblem?.estimate ?? 0) - 0.5) < 1e-12);
    assert.match(text, /\nSelection by verifier-1\n {2}k +coverage +best-of-N +95 % interval +gap closed/);
    assert.match(text, /\n {2}4 +100\.00 % +50\.00 % +\[.*\] +33\.3 % +0\.00 % +50\.00 %\n/);
    assert.match(text, /best-of-N may go on to rise/);
    assert.match(text, /\n {2}calibration error: 0\.\d{3} with scores taken for log odds/);
    assert.match(text, /\n {2}scores from 0\.900 on \(greatest F1\): precision 100\.00 %, recall 50\.00 %\n/);
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('raw weights where no score is negative; a verifier that decides selects by 1 and 0', async () => {
    const right: Said = { status: 'CORRECT' };
    const wrong: Said = { status: 'INCORRECT' };
    const { selectors, text } = await report([
      [
        [C, I, I, I],
        [right, right, wrong, wrong],
      ],
    ]);
    const [selector] = selectors;
    assert.ok(selector);
    assert.equal(selector.quality?.decides, true);
    assert.match(text, /\n {2}accepted candidates: precision 50\.00 %, recall 100\.00 %\n/);
    assert.ok(!text.includes('calibration'));
    assert.equal(rates(selector, 'best-of-n')[4], 0.5);
    // One vote of weight 1 each for 4 and for 5.
    assert.equal(rates(selector, 'weighted-raw')[4], 0.5);
    assert.equal(rates(selector, 'majority')[4], 0);
  });

  test('what lacks a verdict is left out, counted and told', async () => {
    const { selectors, text } = await report([
      [
        [C, I, E, I, J],
        [s(2), s(1), s(9), E, s(0)],
      ],
      [
        [C, I, C, I, I],
        [s(2), s(1), s(0), s(3), s(0)],
      ],
      [[E], [s(1)]],
    ]);
    const [selector] = selectors;
    assert.deepEqual([selector?.candidates, selector?.missing, selector?.problems], [8, 3, 2]);
    assert.deepEqual(selector?.curves?.ks, [1, 2, 3]);
    assert.match(text, /note: Left out, .*verifier-1 is missing: 3 of 11 candidates/);
    assert.match(text, /note: No candidate is left of 1 problems/);
    assert.match(text, /note: Problems have 3 to 5 candidates with both verdicts: curves end at k = 3/);
  });

  test('answer classes are those of the first verifier that names any', async () => {
    const [right, wrong]: Said[] = [{ status: 'CORRECT' }, { status: 'INCORRECT' }];
    const named = (answerClass: string, score: number): Said => ({ status: 'SCORED', score, answerClass });
    const { selectors } = await report([
      [
        [right as Said, wrong as Said, right as Said],
        [s(1), s(2), s(3)],
        [named('x', 1), named('y', 1), named('x', 1)],
      ],
    ]);
    assert.deepEqual(
      selectors.map((selector) => [selector.classesBy, rates(selector, 'majority')[3]]),
      [
        ['verifier-2', 1],
        ['verifier-2', 1],
      ],
    );
    const { selectors: none, text } = await report([
      [
        [right as Said, wrong as Said],
        [s(1), s(2)],
      ],
    ]);
    assert.deepEqual(
      none[0]?.curves?.curves.map(({ method }) => method),
      ['best-of-n'],
    );
    assert.match(text, /note: No candidate has an answer class/);
  });

  test('no figures of a run that stops early, without decisions, with one verifier', async () => {
    const early = await report(
      [
        [
          [C, I],
          [s(1), s(0)],
        ],
      ],
      { earlyStop: true },
    );
    assert.equal(early.selectors[0]?.curves, null);
    assert.match(early.text, /Selection by verifier-1\n {2}note: The run stops at the first success/);
    const scored = await report([
      [
        [s(1), s(2)],
        [s(1), s(0)],
        [s(0), s(1)],
      ],
    ]);
    assert.deepEqual(
      scored.selectors.map(({ curves, quality }) => [curves, quality]),
      [
        [null, null],
        [null, null],
      ],
    );
    assert.deepEqual(scored.results.ensembles, []);
    const alone = await report([[[C, I]]]);
    assert.deepEqual([alone.selectors, alone.results.ensembles], [[], []]);
  });

  test('equal verdicts give equal results', async () => {
    const candidates = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? C : i % 3 === 1 ? I : J));
    const scores = candidates.map((_, i) => s((i * 7919) % 61));
    const others = candidates.map((_, i) => s(-((i * 31) % 17)));
    const problems = [0, 1, 2, 3].map((shift) => [
      candidates,
      [...scores.slice(shift), ...scores.slice(0, shift)],
      others,
    ]);
    const [one, two] = [await report(problems), await report(problems)];
    assert.deepEqual(one.results, two.results);
    assert.equal(one.results.ensembles.length, 3);
  });
});

describe('ensembles', () => {
  /** Two selectors that each tell half of what makes a candidate right. */
  const halves = (noise: number): ScoreTable[] =>
    Array.from({ length: 8 }, (_, p) => {
      const all = Array.from({ length: 32 }, (_, i) => [((i * 7 + p) % 8) / 8, ((i * 5 + 3 * p) % 32) / 32]);
      return {
        correct: all.map(([a = 0, b = 0]) => (a + b > 1.2 ? 1 : 0)),
        scores: [0, 1, 2].map((v) => all.map((each, i) => each[v] ?? noise * ((i * 13) % 32))),
      };
    });

  test('each is a selector with the same figures, and better than its parts', async () => {
    const tables = { selectors: ['a', 'b', 'noise'], classesBy: null, problems: halves(1) };
    const { selectors, ensembles } = await selectorResults(tables, 0.95);
    assert.deepEqual(
      ensembles.map(({ name, candidates, weights }) => [name, candidates, weights.length]),
      [
        ['rank average', 256, 3],
        ['weighted, with labels', 256, 3],
        ['weighted, without labels', 256, 3],
      ],
    );
    const auc = (one: (typeof selectors)[number] | undefined) => one?.quality?.auc.pooled?.estimate ?? 0;
    const parts = Math.max(...selectors.map(auc));
    assert.ok(auc(ensembles[1]) > parts, `${auc(ensembles[1])} against ${parts}`);
    assert.ok((ensembles[1]?.folds ?? 0) > 1);
    const text = renderSelection({ level: 0.95, selectors, ensembles });
    assert.match(text, /^Selection by a\n/);
    assert.match(text, /\nSelectors and their ensembles\n +k +best-of-N/);
    assert.match(text, /\n {2}weighted, with labels: a \d/);
    for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('where scores or labels are missing, or all alike', async () => {
    const none = Number.NaN;
    const problems = [
      {
        correct: [1, 0, -1, 0],
        scores: [
          [1, 2, 3, none],
          [none, 1, 1, none],
        ],
      },
      { correct: [-1], scores: [[1], [1]] },
      {
        correct: [1, 1],
        scores: [
          [3, 1],
          [2, none],
        ],
      },
    ];
    const of = (part: ScoreTable[]) =>
      selectorResults({ selectors: ['a', 'b'], classesBy: null, problems: part }, 0.95);
    const { selectors, ensembles } = await of(problems);
    assert.deepEqual(
      [...selectors, ...ensembles].map(({ candidates, missing }) => [candidates, missing]),
      [
        [4, 3],
        [2, 5],
        [4, 3],
        [4, 3],
        [4, 3],
      ],
    );
    // Nobody scores a right one and a wrong one.
    const alike = await of(problems.slice(2));
    assert.deepEqual(
      alike.ensembles.map(({ curves }) => curves?.curves[0]?.points[0]?.estimate),
      [1, 1, 1],
    );
    assert.ok(alike.ensembles[1]?.why);
    const { ensembles: empty } = await of(problems.slice(1, 2));
    assert.deepEqual(empty, []);
  });

  test('a constant selector has no part in one', async () => {
    const { ensembles } = await selectorResults(
      { selectors: ['a', 'b', 'flat'], classesBy: null, problems: halves(0) },
      0.95,
    );
    assert.deepEqual(ensembles[1]?.dropped, [{ name: 'flat', reason: 'constant' }]);
  });

  test('what selectors share is the same as by themselves', () => {
    const problems = halves(1).map(({ correct, scores: [a = [], b = [], c = []] }) => ({
      correct,
      classes: Array.from(correct, (right, i) => (right === 1 ? 0 : 1 + (i % 3))),
      scores: [a, Array.from(b, (score, i) => (i < 5 ? Number.NaN : score)), c],
    }));
    const tables = { selectors: ['a', 'with gaps', 'c'], classesBy: 'table', problems };
    const tasks = [0, 1, 2, 3, 4, 5];
    const alone = tasks.flatMap((task) => figuresOf(tables, 0.95, [task]));
    assert.deepEqual(figuresOf(tables, 0.95, tasks), alone);
    const votes = alone.map(({ curves }) => curves?.curves.find(({ method }) => method === 'majority'));
    assert.deepEqual(votes[2], votes[0]);
    assert.notDeepEqual(votes[1], votes[0]);
  });

  test('many are computed in a thread: the same figures', async () => {
    const problems = Array.from({ length: 40 }, () => halves(1)).flat();
    const tables = { selectors: ['a', 'b', 'noise'], classesBy: null, problems };
    const { selectors, ensembles } = await selectorResults(tables, 0.95);
    assert.deepEqual([...selectors, ...ensembles], figuresOf(tables, 0.95, [0, 1, 2, 3, 4, 5]));
    const short = { ...(problems[0] as ScoreTable), classes: [1] };
    await assert.rejects(selectorResults({ ...tables, problems: [...problems, short] }, 0.95), RangeError);
  });

  test('names of others cannot control the terminal', async () => {
    const problems = halves(1).map((table) => ({ ...table, classes: table.correct }));
    const tables = { selectors: ['a\u001b[2J', 'b\n', 'c'], classesBy: 'd\u202e', problems };
    const text = renderSelection({ level: 0.9, ...(await selectorResults(tables, 0.9)) });
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
    assert.match(text, /by answer classes of d, weighted/);
    assert.match(text, /90 % interval/);
  });
});
