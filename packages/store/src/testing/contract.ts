/** What every store must do: the same tests for each implementation. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError, type Part, type Verdict, type VerdictStatus } from '@assay/contract';
import type { Judgement, RunSettings, Store, StoredProblem, VerdictRow } from '../store.ts';

export const settings: RunSettings = {
  id: 'run-1',
  verifiers: ['oracle', 'second'],
  earlyStop: false,
  maxAttempts: 0,
  labels: { source: 'test' },
};

export function problem(id: string): Omit<StoredProblem, 'handle' | 'digest'> {
  return { id, dataset: 'set', promptTokens: 7 };
}

export function verdict(status: VerdictStatus, more: Partial<Verdict> = {}): Verdict {
  const reason = status === 'INCORRECT' ? 'wrong_answer' : status === 'ERROR' ? 'verifier_failure' : '';
  return {
    index: 0,
    status,
    reason,
    message: '',
    answer: '',
    answerClass: '',
    parts: [],
    times: { queueUs: 1, serviceUs: 10, cpuUs: 0 },
    retryable: false,
    ...more,
  };
}

export function judgement(key: string, said: Verdict): Judgement {
  return { key, verdict: said, replica: 'r:1', attempts: 1 };
}

export function row(
  at: number,
  candidate: number,
  of: Judgement | undefined,
  more: Partial<VerdictRow> = {},
): VerdictRow {
  return { problem: at, verifier: 0, candidate, tokens: 3, source: 'JUDGED', judgement: of, ...more };
}

/** A test's result, of a program that ran unless `more` says otherwise. */
export function part(name: string, status: VerdictStatus, more: Partial<Part> = {}): Part {
  const reason = status === 'INCORRECT' ? 'wrong_answer' : '';
  const run = { exitCode: 0, signal: 0, memoryBytes: 0, outputBytes: 2, truncated: false, output: null };
  return { name, status, reason, message: '', times: null, example: false, run, ...more };
}

const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;

/** `open` gives an empty store. `skip`: why there is none. */
export function storeContract(
  name: string,
  open: () => Store | Promise<Store>,
  skip: string | false = false,
): void {
  const withStore = (title: string, body: (store: Store) => Promise<void>) =>
    test(title, { skip }, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

  describe(name, () => {
    withStore('a run opens again with equal settings and is refused with others', async (store) => {
      const created = await store.openRun(settings);
      assert.equal(created.state, 'OPEN');
      assert.deepEqual(await store.openRun({ ...settings, labels: {} }), created);
      await assert.rejects(store.openRun({ ...settings, verifiers: ['oracle'] }), code('run_exists'));
      await assert.rejects(store.openRun({ ...settings, earlyStop: true }), code('run_exists'));
      await assert.rejects(store.openRun({ ...settings, uncached: true }), code('run_exists'));
      assert.equal((await store.openRun({ ...settings, id: 'own', uncached: true })).uncached, true);
      await store.deleteRun('own');
      await store.setRunState('run-1', 'COMPLETE');
      assert.equal((await store.getRun('run-1'))?.state, 'COMPLETE');
      assert.deepEqual(
        (await store.listRuns()).map((run) => run.id),
        ['run-1'],
      );
      assert.equal(await store.getRun('other'), undefined);
      await assert.rejects(store.tallies('other'), code('run_unknown'));
    });

    withStore('a verdict comes back as it was stored', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const said = verdict('INCORRECT', {
        message: 'nul \0 and 😀',
        score: -0.25,
        _score: 'score',
        answer: '½',
        answerClass: 'num:1/2',
        parts: [part('t1', 'CORRECT', { example: true }), part('t2', 'INCORRECT')],
      });
      await store.commit([row(at, 4_294_967_295, judgement('k', said))]);
      const found = await store.findVerdicts(at, 0, [4_294_967_295, 3]);
      assert.equal(found.size, 1);
      assert.deepEqual(found.get(4_294_967_295)?.judgement?.verdict, said);
      assert.deepEqual((await store.findJudgements(['k', 'none'])).get('k')?.verdict, said);
    });

    withStore('one verdict a candidate: the later one stands', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      await store.commit([row(at, 0, judgement('a', verdict('ERROR', { retryable: true })))]);
      await store.commit([row(at, 0, judgement('a', verdict('CORRECT')))]);
      await store.commit([row(at, 0, judgement('a', verdict('CORRECT')))]);
      const [tally] = await store.tallies('run-1');
      assert.equal(tally?.correct, 1);
      assert.equal(tally?.error, 0);
    });

    withStore('equal keys share the judgement that was first, across problems and runs', async (store) => {
      await store.openRun(settings);
      await store.openRun({ ...settings, id: 'run-2' });
      const one = await store.putProblem('run-1', problem('p'), 'd');
      const two = await store.putProblem('run-2', problem('p'), 'd');
      assert.notEqual(one, two);
      await store.commit([row(one, 0, judgement('k', verdict('CORRECT')))]);
      await store.commit([row(two, 0, judgement('k', verdict('INCORRECT')), { source: 'SHARED' })]);
      assert.equal((await store.tallies('run-2'))[0]?.correct, 1);
    });

    withStore('ERRORs are evidence and never found as judgements', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      await store.commit([
        row(at, 0, judgement('k', verdict('ERROR'))),
        row(at, 1, judgement('k', verdict('ERROR'))),
      ]);
      assert.equal((await store.findJudgements(['k'])).size, 0);
      assert.equal((await store.tallies('run-1'))[0]?.error, 2);
      assert.equal((await store.findVerdicts(at, 0, [0])).get(0)?.judgement?.key, 'k');
    });

    withStore('tallies count by problem and verifier; classes and reasons too', async (store) => {
      await store.openRun(settings);
      const p = await store.putProblem('run-1', problem('p'), 'd1');
      const q = await store.putProblem('run-1', problem('q'), 'd2');
      const right = judgement('a', verdict('CORRECT', { answer: '0.5', answerClass: 'num:1/2' }));
      const wrong = judgement('b', verdict('INCORRECT', { answer: '3', answerClass: 'num:3' }));
      const none = judgement('c', verdict('INCORRECT', { reason: 'no_answer' }));
      await store.commit([
        row(p, 0, right),
        row(p, 1, right, { source: 'SHARED' }),
        row(p, 2, wrong),
        row(p, 3, none),
        row(p, 4, undefined, { source: 'SKIPPED' }),
        row(q, 0, judgement('s', verdict('SCORED', { score: 1.5, _score: 'score' })), { verifier: 1 }),
        row(q, 1, undefined, { source: 'SKIPPED', verifier: 1 }),
      ]);
      assert.deepEqual(await store.tallies('run-1'), [
        {
          problem: p,
          verifier: 0,
          correct: 2,
          incorrect: 2,
          scored: 0,
          error: 0,
          skipped: 1,
          judged: 3,
          tokens: 15,
          programs: 0,
        },
        {
          problem: q,
          verifier: 1,
          correct: 0,
          incorrect: 0,
          scored: 1,
          error: 0,
          skipped: 1,
          judged: 1,
          tokens: 6,
          programs: 0,
        },
      ]);
      assert.deepEqual(await Array.fromAsync(store.classTallies('run-1')), [
        { problem: p, verifier: 0, answerClass: '', answer: '', count: 1, correct: 0 },
        { problem: p, verifier: 0, answerClass: 'num:1/2', answer: '0.5', count: 2, correct: 2 },
        { problem: p, verifier: 0, answerClass: 'num:3', answer: '3', count: 1, correct: 0 },
      ]);
      assert.deepEqual(
        (await store.reasonTallies('run-1')).map(({ verifier, status, reason, count }) => [
          verifier,
          status,
          reason,
          count,
        ]),
        [
          [0, 'CORRECT', '', 2],
          [0, 'INCORRECT', 'no_answer', 1],
          [0, 'INCORRECT', 'wrong_answer', 1],
          [1, 'SCORED', '', 1],
        ],
      );
      assert.equal((await store.timeTallies('run-1'))[0]?.judgements, 3);
      assert.equal(await store.isSolved(p, 0), true);
      assert.equal(await store.isSolved(q, 0), false);
      assert.deepEqual(
        (await store.problems('run-1')).map((known) => known.id),
        ['p', 'q'],
      );
      const all = await Array.fromAsync(store.verdicts('run-1'));
      assert.deepEqual(
        all.map((r) => `${r.problemId}${r.verifier}${r.candidate}`),
        ['p00', 'p01', 'p02', 'p03', 'p04', 'q10', 'q11'],
      );
    });

    withStore('programs are counted by what the example tests say', async (store) => {
      await store.openRun(settings);
      const p = await store.putProblem('run-1', problem('p'), 'd1');
      const shown = (status: VerdictStatus) => part('e', status, { example: true });
      const said = (key: string, status: VerdictStatus, answerClass: string, parts: Part[]) =>
        judgement(key, verdict(status, { answerClass, parts }));
      const right = said('a', 'CORRECT', 'x', [shown('CORRECT'), part('h', 'CORRECT')]);
      await store.commit([
        row(p, 0, right),
        row(p, 1, right, { source: 'SHARED' }),
        row(p, 2, said('b', 'INCORRECT', 'x', [shown('CORRECT'), part('h', 'INCORRECT')])),
        row(p, 3, said('c', 'INCORRECT', 'y', [shown('CORRECT'), shown('INCORRECT')])),
        row(p, 4, said('d', 'INCORRECT', 'y', [part('h', 'INCORRECT')])),
        // Did not compile.
        row(p, 5, said('e', 'INCORRECT', '', [])),
        row(p, 6, said('f', 'INCORRECT', '', [part('step', 'INCORRECT', { run: null })])),
        row(p, 7, said('g', 'ERROR', 'x', [shown('ERROR')])),
        row(p, 8, undefined, { source: 'SKIPPED' }),
        row(p, 0, said('h', 'CORRECT', '', []), { verifier: 1 }),
      ]);
      const [first, second] = await store.tallies('run-1');
      assert.deepEqual([first?.programs, second?.programs], [6, 0]);
      const at = { problem: p, verifier: 0 };
      assert.deepEqual(await Array.fromAsync(store.programTallies('run-1')), [
        { ...at, answerClass: '', count: 2, correct: 0, tested: 0, passed: 0, passedCorrect: 0 },
        { ...at, answerClass: 'x', count: 3, correct: 2, tested: 3, passed: 3, passedCorrect: 2 },
        { ...at, answerClass: 'y', count: 2, correct: 0, tested: 1, passed: 0, passedCorrect: 0 },
        { ...at, verifier: 1, answerClass: '', count: 1, correct: 1, tested: 0, passed: 0, passedCorrect: 0 },
      ]);
    });

    withStore('ERRORs are counted by problem, verifier and reason, each with a message', async (store) => {
      await store.openRun(settings);
      const p = await store.putProblem('run-1', problem('p'), 'd1');
      const q = await store.putProblem('run-1', problem('q'), 'd2');
      const error = (reason: string, message: string) =>
        judgement('k', verdict('ERROR', { reason, message }));
      await store.commit([
        row(p, 0, error('undecided', 'why b')),
        row(p, 1, error('undecided', 'why a')),
        row(p, 2, error('bad_problem', 'no answer')),
        row(p, 3, judgement('r', verdict('CORRECT'))),
        row(q, 0, error('undecided', 'why c'), { verifier: 1 }),
      ]);
      assert.deepEqual(await Array.fromAsync(store.errorTallies('run-1')), [
        { problem: p, verifier: 0, reason: 'bad_problem', message: 'no answer', count: 1 },
        { problem: p, verifier: 0, reason: 'undecided', message: 'why a', count: 2 },
        { problem: q, verifier: 1, reason: 'undecided', message: 'why c', count: 1 },
      ]);
    });

    withStore('scores come side by side, candidate by candidate', async (store) => {
      await store.openRun(settings);
      const p = await store.putProblem('run-1', problem('p'), 'd1');
      await store.putProblem('run-1', problem('none'), 'd2');
      const q = await store.putProblem('run-1', problem('q'), 'd3');
      const scored = (key: string, score: number) =>
        judgement(key, verdict('SCORED', { score, _score: 'score' }));
      const right = judgement('a', verdict('CORRECT', { answerClass: 'x' }));
      await store.commit([
        // Later indices first, and some that the other verifier has not.
        row(p, 4_294_967_295, judgement('b', verdict('INCORRECT', { answerClass: 'y' }))),
        row(p, 7, right),
        row(p, 0, judgement('c', verdict('INCORRECT', { reason: 'no_answer' }))),
        row(p, 8, right, { source: 'SHARED' }),
        row(p, 9, undefined, { source: 'SKIPPED' }),
        row(p, 7, scored('s', -0.25), { verifier: 1 }),
        row(p, 3, scored('t', 0), { verifier: 1 }),
        row(p, 8, judgement('u', verdict('ERROR')), { verifier: 1 }),
        row(q, 1, judgement('v', verdict('CORRECT', { score: 2, _score: 'score', answerClass: 'y' }))),
      ]);
      const all = await Array.fromAsync(store.candidateScores('run-1'));
      const lists = all.map(({ problem: at, candidates, verifiers }) => ({
        at,
        candidates: [...candidates],
        verifiers: verifiers.map(({ statuses, scores, classes }) => [
          [...statuses],
          [...scores],
          [...classes],
        ]),
      }));
      const none = Number.NaN;
      assert.deepEqual(lists, [
        {
          at: p,
          candidates: [0, 3, 7, 8, 4_294_967_295],
          verifiers: [
            [
              [2, 0, 1, 1, 2],
              [none, none, none, none, none],
              [-1, -1, 0, 0, 1],
            ],
            [
              [0, 3, 3, 4, 0],
              [none, 0, -0.25, none, none],
              [-1, -1, -1, -1, -1],
            ],
          ],
        },
        {
          at: q,
          candidates: [1],
          verifiers: [
            [[1], [2], [0]],
            [[0], [none], [-1]],
          ],
        },
      ]);
      await assert.rejects(Array.fromAsync(store.candidateScores('other')), code('run_unknown'));
    });

    withStore('neither a skip nor the same judgement again changes a verdict', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const right = judgement('k', verdict('CORRECT'));
      await store.commit([row(at, 0, right)]);
      await store.commit([
        row(at, 0, right, { source: 'SHARED' }),
        row(at, 0, judgement('k', verdict('CORRECT')), { source: 'SHARED' }),
        row(at, 0, undefined, { source: 'SKIPPED' }),
      ]);
      const stored = (await store.findVerdicts(at, 0, [0])).get(0);
      assert.equal(stored?.source, 'JUDGED');
      assert.equal(stored?.judgement?.verdict.status, 'CORRECT');
    });

    withStore('a skipped candidate can be judged later', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      await store.commit([row(at, 0, undefined, { source: 'SKIPPED' })]);
      await store.commit([row(at, 0, judgement('k', verdict('INCORRECT')))]);
      assert.equal((await store.findVerdicts(at, 0, [0])).get(0)?.source, 'JUDGED');
    });

    withStore('a problem keeps its handle; verdicts of changed content are dropped', async (store) => {
      await store.openRun(settings);
      const first = await store.putProblem('run-1', problem('p'), 'd1');
      const other = await store.putProblem('run-1', problem('q'), 'd1');
      await store.commit([first, other].map((at) => row(at, 0, judgement(`k${at}`, verdict('CORRECT')))));
      assert.equal(await store.putProblem('run-1', problem('p'), 'd1'), first);
      assert.equal((await store.findVerdicts(first, 0, [0])).size, 1);
      assert.equal(await store.putProblem('run-1', problem('p'), 'd2'), first);
      await store.commit([row(first, 1, judgement('k2', verdict('CORRECT')))]);
      assert.deepEqual([...(await store.findVerdicts(first, 0, [0, 1])).keys()], [1]);
      assert.equal((await store.findVerdicts(other, 0, [0])).size, 1);
    });

    withStore('faults add up, the last detail stands', async (store) => {
      await store.openRun(settings);
      const fault = { run: 'run-1', verifier: 0, replica: 'r:1', kind: 'crash', count: 2, detail: 'one' };
      await store.commit([], [fault]);
      await store.commit([], [{ ...fault, count: 1, detail: 'two' }]);
      assert.deepEqual(await store.faults('run-1'), [{ ...fault, count: 3, detail: 'two' }]);
    });

    withStore(
      'load adds up, by replica and version; the first appearance and the last slots stand',
      async (store) => {
        await store.openRun(settings);
        assert.deepEqual(await store.load('run-1'), { run: 'run-1', activeMs: 0, loopMs: 0, replicas: [] });
        const replica = {
          verifier: 1,
          replica: 'r:1',
          version: '1',
          slots: 4,
          firstMs: 10,
          lastMs: 20,
          slotMs: 40.5,
          busyMs: 30.25,
        };
        const load = { run: 'run-1', activeMs: 10, loopMs: 5, replicas: [replica] };
        await store.commit([], [], [load]);
        const later = { ...replica, slots: 6, firstMs: 20, lastMs: 30 };
        const other = { ...replica, verifier: 0 };
        const newer = { ...replica, version: '2' };
        await store.commit([], [], [{ ...load, replicas: [newer, later, other] }]);
        assert.deepEqual(await store.load('run-1'), {
          run: 'run-1',
          activeMs: 20,
          loopMs: 10,
          replicas: [other, { ...later, firstMs: 10, slotMs: 81, busyMs: 60.5 }, newer],
        });
      },
    );

    withStore('a run that is deleted leaves nothing but the cache', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      await store.commit([row(at, 0, judgement('k', verdict('CORRECT')))]);
      await store.deleteRun('run-1');
      assert.equal(await store.getRun('run-1'), undefined);
      await store.openRun(settings);
      assert.deepEqual(await store.tallies('run-1'), []);
      assert.equal((await store.findJudgements(['k'])).size, 1);
    });

    withStore('texts come back as they were, and in the order of their bytes', async (store) => {
      const texts = [
        '',
        '\u0000',
        '\u0000\u0000',
        '\u0001',
        '\u0001\u0001',
        '\u0001\u0002',
        '\u0002',
        'Z',
        'a',
        'a\u0000',
      ];
      texts.push('a\u0001', '{"\\\\",NULL}', 'ä', '\uffff', '\u{1f600}');
      const odd = texts.join('|');
      await store.openRun({ ...settings, labels: { odd } });
      assert.equal((await store.getRun('run-1'))?.labels.odd, odd);
      const at = await store.putProblem('run-1', { ...problem(odd), dataset: odd }, odd);
      assert.equal(await store.putProblem('run-1', { ...problem(odd), dataset: odd }, odd), at);
      const said = (answerClass: string) =>
        verdict('CORRECT', { answerClass, answer: odd, message: odd, parts: [part(odd, 'CORRECT')] });
      await store.commit(
        texts.toReversed().map((text, i) => row(at, i, judgement(`k${text}`, said(text)))),
        [{ run: 'run-1', verifier: 0, replica: odd, kind: odd, count: 1, detail: odd }],
      );
      assert.deepEqual(
        (await Array.fromAsync(store.classTallies('run-1'))).map(({ answerClass }) => answerClass),
        texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      assert.deepEqual(await store.problems('run-1'), [
        { handle: at, id: odd, dataset: odd, promptTokens: 7, digest: odd },
      ]);
      const found = await store.findJudgements(texts.map((text) => `k${text}`));
      for (const text of texts) assert.deepEqual(found.get(`k${text}`)?.verdict, said(text));
      assert.equal((await store.faults('run-1'))[0]?.detail, odd);
    });

    withStore('numbers come back as they were', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const scores = [0, 1, -1.5, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, -1e-300, 123_456_789_012_345_680];
      const times = { queueUs: 4_294_967_295, serviceUs: 4_294_967_295, cpuUs: 4_294_967_295 };
      const said = (score: number) => verdict('SCORED', { score, _score: 'score', times });
      await store.commit(
        scores.map((score, i) => row(at, i, judgement(`k${i}`, said(score)), { tokens: 4_294_967_295 })),
      );
      const [columns] = await Array.fromAsync(store.candidateScores('run-1'));
      assert.deepEqual([...(columns?.verifiers[0]?.scores ?? [])], scores);
      assert.equal((await store.tallies('run-1'))[0]?.tokens, scores.length * 4_294_967_295);
      assert.equal((await store.timeTallies('run-1'))[0]?.serviceUs, scores.length * 4_294_967_295);
      const all = await Array.fromAsync(store.verdicts('run-1'));
      assert.deepEqual(
        all.map(({ judgement: of }) => of?.verdict.score),
        scores,
      );
    });

    withStore('one commit takes rows of one candidate as if they came one after the other', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const [a, b] = [judgement('a', verdict('CORRECT')), judgement('b', verdict('INCORRECT'))];
      await store.commit([
        row(at, 0, undefined, { source: 'SKIPPED' }),
        row(at, 0, a),
        row(at, 0, a, { source: 'SHARED' }),
        row(at, 0, undefined, { source: 'SKIPPED' }),
        row(at, 1, a, { source: 'SHARED' }),
        row(at, 1, b),
        row(at, 2, judgement('a', verdict('INCORRECT'))),
      ]);
      const found = await store.findVerdicts(at, 0, [0, 1, 2]);
      const of = (i: number) => `${found.get(i)?.source} ${found.get(i)?.judgement?.verdict.status}`;
      assert.deepEqual([of(0), of(1), of(2)], ['JUDGED CORRECT', 'JUDGED INCORRECT', 'JUDGED CORRECT']);
    });

    withStore('what is read in a snapshot is of one moment', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      await store.commit([row(at, 0, judgement('a', verdict('CORRECT')))]);
      const counted = await store.withSnapshot(async (view) => {
        const [before] = await view.tallies('run-1');
        const isFile = store.location !== ':memory:';
        if (isFile) await store.commit([row(at, 1, judgement('b', verdict('CORRECT')))]);
        const [after] = await view.tallies('run-1');
        return [before?.correct, after?.correct];
      });
      assert.deepEqual(counted, [1, 1]);
    });

    withStore('runs are listed in the order of their age, and unknown ones are refused', async (store) => {
      for (const id of ['b', 'a', 'c']) await store.openRun({ ...settings, id });
      await store.adoptRun('c', { id: 'first', state: 'CANCELLED', createdMs: 5, activeMs: 7, loopMs: null });
      assert.deepEqual(
        (await store.listRuns()).map(({ id }) => id),
        ['first', 'b', 'a'],
      );
      assert.equal((await store.getRun('first'))?.state, 'CANCELLED');
      const { activeMs, loopMs } = await store.load('first');
      assert.deepEqual([activeMs, loopMs], [7, null]);
      const original = { id: 'a', state: 'OPEN', createdMs: 5, activeMs: 0, loopMs: 0 } as const;
      await assert.rejects(store.adoptRun('b', original), code('run_exists'));
      for (const ask of [
        () => store.setRunState('none', 'OPEN'),
        () => store.deleteRun('none'),
        () => store.claimRun('none'),
        () => store.putProblem('none', problem('p'), 'd'),
        () => store.problems('none'),
        () => store.tallies('none'),
        () => store.faults('none'),
        () => store.load('none'),
        () => Array.fromAsync(store.verdicts('none')),
        () => Array.fromAsync(store.classTallies('none')),
      ]) {
        await assert.rejects(ask, code('run_unknown'));
      }
      await store.releaseRun('none');
      assert.equal(await store.getRun('none'), undefined);
    });

    withStore('a claim is kept, repeated and given back', async (store) => {
      await store.openRun(settings);
      await store.claimRun('run-1');
      await store.claimRun('run-1');
      await store.releaseRun('run-1');
      await store.releaseRun('run-1');
      await store.deleteRun('run-1');
    });

    withStore('verdicts of a run that was deleted meanwhile are refused, and only they', async (store) => {
      await store.openRun(settings);
      await store.openRun({ ...settings, id: 'other' });
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const other = await store.putProblem('other', problem('p'), 'd');
      await store.deleteRun('run-1');
      const late = await store.putProblem('other', problem('q'), 'd');
      const rows = [at, other, late].map((each) => row(each, 0, judgement(`${each}`, verdict('CORRECT'))));
      await assert.rejects(store.commit(rows), code('store_refused'));
      assert.equal((await store.findJudgements([at, other].map(String))).size, 0);
      await store.commit(rows.slice(1));
      for (const each of [other, late]) assert.equal((await store.findVerdicts(each, 0, [0])).size, 1);
    });

    withStore('times that no database could keep are stored as long ones', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const times = { queueUs: 2 ** 64, serviceUs: 5, cpuUs: 2 ** 63 };
      await store.commit([row(at, 0, judgement('k', verdict('CORRECT', { times })))]);
      const stored = (await store.findVerdicts(at, 0, [0])).get(0)?.judgement?.verdict.times;
      const most = Number.MAX_SAFE_INTEGER;
      assert.deepEqual(stored, { queueUs: most, serviceUs: 5, cpuUs: most });
    });

    withStore('pages of verdicts follow each other without gap', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const rows = (verifier: number) =>
        Array.from({ length: 1_500 }, (_, i) =>
          row(at, i, judgement(`${verifier}/${i}`, verdict('CORRECT')), { verifier }),
        );
      await store.commit([...rows(0), ...rows(1)]);
      const all = await Array.fromAsync(store.verdicts('run-1'));
      assert.deepEqual(
        all.map(({ verifier, candidate }) => verifier * 1_500 + candidate),
        Array.from({ length: 3_000 }, (_, i) => i),
      );
    });

    withStore('sparse candidates are found, and only they', async (store) => {
      await store.openRun(settings);
      const at = await store.putProblem('run-1', problem('p'), 'd');
      const asked = [5, 1_000_000, 4_000_000_000];
      await store.commit([...asked, 6].map((i) => row(at, i, judgement(`k${i}`, verdict('CORRECT')))));
      const found = await store.findVerdicts(at, 0, asked);
      assert.deepEqual(
        [...found.keys()].sort((a, b) => a - b),
        asked,
      );
    });
  });
}
