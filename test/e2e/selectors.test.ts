/** A run with an oracle and two verifiers that score: what the report says of selection is what counting gives. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSqliteStore } from '@assay/store';
import { serveVerifier, type VerifierDefinition } from '@assay/verifier-kit';
import { assay, reportOf, resultsOf } from '../support/assay.ts';
import { sampleProblems, writeSamples } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

interface Candidate {
  correct: boolean;
  answer: string;
  scores: [number, number];
}

const lastWord = (text: string) => text.split(' ').at(-1) ?? '';

/** A number from 0 to 1 that a text always has. */
function noise(text: string, salt: number): number {
  let state = salt;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return (state % 1_009) / 1_009;
}

/** Better than chance: right answers are the long ones. Negative, too. */
const sharp = (text: string) => 2 * noise(text, 5) + (lastWord(text).length > 1 ? 0.5 : -0.5);
const blunt = (text: string) => Math.round(4 * noise(text, 9));

const oracle: Omit<VerifierDefinition, 'name'> = {
  version: '1',
  kinds: ['math_answer'],
  async verify({ mathAnswer }, { text }) {
    const answer = lastWord(text);
    return answer === mathAnswer?.gold
      ? { status: 'CORRECT', answer, answerClass: answer }
      : { status: 'INCORRECT', reason: 'wrong_answer', answer, answerClass: answer };
  },
};

const scorer = (score: (text: string) => number): Omit<VerifierDefinition, 'name'> => ({
  version: '1',
  kinds: ['math_answer'],
  decides: false,
  async verify(_, { text }) {
    return { status: 'SCORED', score: score(text) };
  },
});

async function serve(t: TestContext, name: string, definition: Omit<VerifierDefinition, 'name'>) {
  const running = await serveVerifier({ name, ...definition }, { logLevel: 'fatal' });
  t.after(() => running.close());
  return ['--verifier-address', running.address];
}

test('an oracle and two selectors', { timeout: 120_000 }, async (t) => {
  const dir = tempDir(t);
  const problems = sampleProblems({ problems: 12, candidates: 40 });
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const addresses = [
    ...(await serve(t, 'judge', oracle)),
    ...(await serve(t, 'sharp', scorer(sharp))),
    ...(await serve(t, 'blunt', scorer(blunt))),
  ];
  const store = join(dir, 'store.db');
  const rest = [...addresses, '--store', store, '--json', '--quiet'];
  const ended = await assay(t, ['run', samples, '--verifier', 'judge', '--selector', 'sharp,blunt', ...rest]);
  assert.equal(ended.code, 0, ended.stderr);
  const { run, results } = reportOf(ended);
  assert.deepEqual(run.verifiers, ['judge', 'sharp', 'blunt']);

  const tables = problems.map(({ gold, samples: texts }): Candidate[] =>
    texts.map((text) => ({
      correct: lastWord(text) === gold,
      answer: lastWord(text),
      scores: [sharp(text), blunt(text)],
    })),
  );
  assert.deepEqual(
    results.selectors.map(({ name, candidates, missing }) => [name, candidates, missing]),
    [
      ['sharp', 480, 0],
      ['blunt', 480, 0],
    ],
  );
  for (const [i, { curves }] of results.selectors.entries()) {
    assert.ok(curves);
    const at = (method: string, k: number) =>
      curves.curves.find((curve) => curve.method === method)?.points.find((point) => point.k === k)?.estimate;
    const chosen = (all: Candidate[]) => {
      const best = Math.max(...all.map(({ scores }) => scores[i] as number));
      return mean(all.filter(({ scores }) => scores[i] === best).map(({ correct }) => Number(correct)));
    };
    near(at('best-of-n', 40), mean(tables.map(chosen)));
    near(at('best-of-n', 1), mean(tables.flat().map(({ correct }) => Number(correct))));
    near(at('best-of-n', 2), mean(tables.map((all) => mean(pairs(all).map(chosen)))));
    const weights = (all: Candidate[]) => all.map(({ scores }) => Math.exp(scores[i] as number));
    near(at('weighted-softmax', 40), mean(tables.map((all) => vote(all, weights(all)))));
    near(
      at('majority', 40),
      mean(
        tables.map((all) =>
          vote(
            all,
            all.map(() => 1),
          ),
        ),
      ),
    );
  }
  const { ensembles } = results;
  assert.deepEqual(
    ensembles.map(({ name, candidates }) => [name, candidates]),
    [
      ['rank average', 480],
      ['weighted, with labels', 480],
      ['weighted, without labels', 480],
    ],
  );

  // The same run, named the other way, and read from the store.
  const other = await assay(t, [
    ...['run', samples, '--verifier', 'blunt,sharp', '--oracle', 'judge', '--selector', 'sharp'],
    ...[...rest, '--run', 'other'],
  ]);
  assert.deepEqual(reportOf(other).run.verifiers, ['judge', 'blunt', 'sharp']);
  const again = await assay(t, ['run', samples, '--verifier', 'judge,sharp', '--verifier', 'blunt', ...rest]);
  assert.equal(reportOf(again).run.id, run.id);
  assert.deepEqual(resultsOf(again), results);
  assert.deepEqual(resultsOf(await assay(t, ['report', run.id, '--store', store, '--json'])), results);
  const opened = openSqliteStore(store);
  const count = (await Array.fromAsync(opened.candidateScores(run.id))).length;
  await opened.close();
  assert.equal(count, 12);

  // The same figures without any verifier, from a table.
  const table = join(dir, 'table.jsonl');
  const rows = tables.map((all, p) => ({
    problem: `p${p}`,
    correct: all.map(({ correct }) => correct),
    classes: all.map(({ answer }) => answer),
    scores: { sharp: all.map(({ scores }) => scores[0]), blunt: all.map(({ scores }) => scores[1]) },
  }));
  writeFileSync(table, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const selected = JSON.parse((await assay(t, ['select', table, '--json'])).stdout);
  const named = (list: typeof ensembles) => list.map((one) => ({ ...one, classesBy: 'the table' }));
  assert.deepEqual(selected.selectors, named(results.selectors as typeof ensembles));
  assert.deepEqual(selected.ensembles, named(ensembles));
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pairs<T>(all: readonly T[]): T[][] {
  return all.flatMap((one, i) => all.slice(i + 1).map((other) => [one, other]));
}

/** Success of the class with most weight. */
function vote(all: readonly Candidate[], weights: readonly number[]): number {
  const classes = new Map<string, { weight: number; correct: boolean }>();
  for (const [i, { answer, correct }] of all.entries()) {
    const own = classes.get(answer) ?? { weight: 0, correct };
    own.weight += weights[i] as number;
    classes.set(answer, own);
  }
  const most = Math.max(...[...classes.values()].map(({ weight }) => weight));
  const top = [...classes.values()].filter(({ weight }) => weight > most - 1e-9);
  return mean(top.map(({ correct }) => Number(correct)));
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual}, counted ${expected}`);
}
