import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { dumpRun } from './dump.ts';
import { openPostgresStore } from './postgres/store.ts';
import { restoreRun } from './restore.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';
import { judgement, part, problem, row, settings, verdict } from './testing/contract.ts';
import { freshDatabase, noPostgres } from './testing/postgres.ts';

const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;
const kinds: Record<string, { open: () => Store | Promise<Store>; skip: string | false }> = {
  sqlite: { open: () => openSqliteStore(':memory:'), skip: false },
  postgres: { open: async () => openPostgresStore(await freshDatabase()), skip: noPostgres },
};

/** A run with everything that a run can have; texts with what stores stumble over. */
async function fill(store: Store): Promise<void> {
  await store.openRun({
    ...settings,
    labels: { odd: 'a\u0000b\u0001\u2028ü\u{1f600}' },
    priority: -3,
    weight: 0.1,
  });
  const odd = '\u0000\u0001\u0001\u0002\\"\n\t\u2028{},NULL';
  const p = await store.putProblem('run-1', problem(`p${odd}`), 'd1');
  await store.putProblem('run-1', problem('without verdicts'), 'd2');
  const q = await store.putProblem('run-1', problem('q'), 'd3');
  const shared = judgement(
    'a',
    verdict('CORRECT', { answer: odd, answerClass: odd, parts: [part(odd, 'CORRECT')] }),
  );
  const error = judgement('e', verdict('ERROR', { reason: 'undecided', message: odd, retryable: true }));
  await store.commit(
    [
      row(p, 4_294_967_295, shared),
      row(p, 0, shared, { source: 'SHARED' }),
      row(p, 1, error),
      row(p, 2, error, { source: 'SHARED' }),
      row(p, 3, undefined, { source: 'SKIPPED' }),
      row(q, 0, shared, { source: 'SHARED' }),
      row(q, 0, judgement('s', verdict('SCORED', { score: 0.1 + 0.2, _score: 'score' })), { verifier: 1 }),
      row(q, 1, judgement('t', verdict('SCORED', { score: -1e-300, _score: 'score' })), { verifier: 1 }),
      ...Array.from({ length: 4_500 }, (_, i) => row(q, 10 + i, judgement(`k${i}`, verdict('INCORRECT')))),
    ],
    [{ run: 'run-1', verifier: 1, replica: odd, kind: 'crash', count: 2, detail: odd }],
  );
  const replica = { verifier: 0, replica: 'r:1', version: '1', slots: 4, firstMs: 10, lastMs: 20 };
  await store.commit(
    [],
    [],
    [{ run: 'run-1', activeMs: 10, loopMs: 5, replicas: [{ ...replica, slotMs: 40.5, busyMs: 0.1 }] }],
  );
  await store.setRunState('run-1', 'COMPLETE');
}

const dump = (store: Store, id = 'run-1') => store.withSnapshot((view) => Array.fromAsync(dumpRun(view, id)));
const linesOf = (lines: readonly string[]) =>
  async function* () {
    for (const line of lines) yield line.replace(/\n$/, '');
  };

describe('a run goes from store to store', () => {
  for (const [from, source] of Object.entries(kinds)) {
    for (const [to, target] of Object.entries(kinds)) {
      test(`${from} to ${to}: the dump is the same`, { skip: source.skip || target.skip }, async () => {
        const [one, two] = [await source.open(), await target.open()];
        await fill(one);
        const lines = await dump(one);
        const { id, counts } = await restoreRun(two, linesOf(lines));
        assert.deepEqual([id, counts.verdicts, counts.judgements], ['run-1', 4_508, 4_505]);
        assert.deepEqual(await dump(two), lines);
        assert.deepEqual(
          (await two.listRuns()).map((run) => run.id),
          ['run-1'],
        );
        assert.equal((await two.findJudgements(['a', 'e'])).size, 1);
        await assert.rejects(restoreRun(two, linesOf(lines)), code('run_exists'));
        await restoreRun(two, linesOf(lines), { id: 'other' });
        assert.equal((await two.getRun('other'))?.state, 'COMPLETE');
        await one.close();
        await two.close();
      });
    }
  }

  test('what was stopped on the way is not there, and the same call goes on with it', async () => {
    const [one, two] = [openSqliteStore(':memory:'), openSqliteStore(':memory:')];
    await fill(one);
    const lines = await dump(one);
    const aborter = new AbortController();
    const stopped = restoreRun(two, linesOf(lines), {
      signal: aborter.signal,
      onRows: () => aborter.abort(),
    });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.equal(await two.getRun('run-1'), undefined);
    assert.equal((await two.listRuns()).length, 1);
    await restoreRun(two, linesOf(lines));
    assert.deepEqual(await dump(two), lines);
    assert.equal((await two.listRuns()).length, 1);
  });

  test('of a file that is cut or changed nothing is stored, and the line is named', async () => {
    const one = openSqliteStore(':memory:');
    await fill(one);
    const lines = await dump(one);
    const last = lines.length - 1;
    const changed = (at: number, text: string) => lines.with(at, text);
    const cases: [string[], string, RegExp][] = [
      [[], 'dump_cut', /line 0/],
      [lines.slice(0, -1), 'dump_cut', new RegExp(`line ${last},`)],
      [changed(7, lines[7]?.slice(0, 20) ?? ''), 'dump_damaged', /Line 8 .* no JSON/],
      [
        lines.slice(0, 7).concat(lines.slice(8)),
        'dump_damaged',
        /Line \d+ .*judgement that is not there|do not fit|does not fit/,
      ],
      [
        changed(
          last - 5,
          '{"verdict":{"verifier":0,"candidate":1,"tokens":0,"source":"JUDGED","judgement":999999}}',
        ),
        'dump_damaged',
        /judgement that is not there/,
      ],
      [changed(3, lines[3]?.replace('"tokens":3', '"tokens":4') ?? ''), 'dump_damaged', /does not fit/],
      [changed(1, '{"problem":{"id":1}}'), 'dump_damaged', /Line 2 .* no problem/],
      [
        changed(2, '{"judgement":{"key":"k","replica":"","attempts":1,"verdict":{}}}'),
        'dump_damaged',
        /Line 3 /,
      ],
      [changed(0, '{"hello":1}'), 'dump_damaged', /Line 1 /],
      [changed(0, lines[0]?.replace('"version":1', '"version":2') ?? ''), 'dump_version', /format 2/],
      [[...lines, lines[1] ?? ''], 'dump_damaged', /behind the end/],
    ];
    const two = openSqliteStore(':memory:');
    for (const [file, expected, message] of cases) {
      await assert.rejects(restoreRun(two, linesOf(file)), (error: Error) => {
        assert.match(error.message, message);
        return code(expected)(error);
      });
      assert.deepEqual(await two.listRuns(), []);
      assert.equal((await two.findJudgements(['a'])).size, 0);
    }
  });

  test('a store that says otherwise of the same candidates is told, and keeps what it has', async () => {
    const [one, two] = [openSqliteStore(':memory:'), openSqliteStore(':memory:')];
    await fill(one);
    await two.openRun({ ...settings, id: 'own' });
    const at = await two.putProblem('own', problem('p'), 'd');
    await two.commit([row(at, 0, judgement('a', verdict('INCORRECT')))]);
    await assert.rejects(restoreRun(two, linesOf(await dump(one))), code('dump_differs'));
    assert.deepEqual(
      (await two.listRuns()).map((run) => run.id),
      ['own'],
    );
    assert.equal((await two.tallies('own'))[0]?.incorrect, 1);
  });
});
