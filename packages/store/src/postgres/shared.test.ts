import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AssayError, mostPriority } from '@assay/contract';
import pg from 'pg';
import type { SharedWork, Store, VerdictRow, Want, Work } from '../store.ts';
import { judgement, problem, row, settings, verdict } from '../testing/contract.ts';
import { freshDatabase, noPostgres } from '../testing/postgres.ts';
import { openPostgresStore } from './store.ts';
import { suspectAfter } from './work.ts';

/** Processes that share one store; each test has a new one. */
class Fleet {
  readonly stores: (Store & { shared: SharedWork })[] = [];
  readonly sql: pg.Client;
  readonly url: string;

  private constructor(url: string) {
    this.url = url;
    this.sql = new pg.Client(url);
  }

  static async start(t: TestContext, size: number): Promise<Fleet> {
    const fleet = new Fleet(await freshDatabase());
    t.after(() => fleet.end());
    await fleet.sql.connect();
    for (let i = 0; i < size; i++) await fleet.join();
    await fleet.stores[0]?.openRun(settings);
    for (const digest of ['d', 'e'])
      await fleet.stores[0]?.shared.putContent(digest, Buffer.from(`of ${digest}`));
    return fleet;
  }

  async join(): Promise<Store & { shared: SharedWork }> {
    const store = (await openPostgresStore(this.url)) as Store & { shared: SharedWork };
    await store.shared.beat();
    this.stores.push(store);
    return store;
  }

  /** As if it had been silent for the time of its lease. */
  async silence(store: Store): Promise<void> {
    const numbers = await this.sql.query('SELECT id FROM process WHERE id > 0 ORDER BY id');
    const { id } = numbers.rows[this.stores.indexOf(store as never)];
    await this.sql.query("UPDATE process SET until = clock_timestamp() - interval '1 ms' WHERE id = $1", [
      id,
    ]);
  }

  async count(query: string): Promise<number> {
    return Number((await this.sql.query(`SELECT COUNT(*) AS n FROM ${query}`)).rows[0].n);
  }

  /** Wants without work: never. */
  lost(): Promise<number> {
    return this.count('want WHERE NOT EXISTS (SELECT FROM work WHERE work.key = want.key)');
  }

  async end(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.close()));
    await this.sql.end();
  }
}

const work = (key: string, more: Partial<Work> = {}): Work => ({
  key,
  verifier: 'oracle',
  digest: 'd',
  text: `text of ${key}`,
  ...more,
});
const want = (at: number, candidate: number, key: string): Want => ({
  problem: at,
  verifier: 0,
  candidate,
  tokens: 3,
  key,
});
/** A verdict that settles work. */
const settling = (at: number, candidate: number, key: string, said = verdict('CORRECT')): VerdictRow =>
  row(at, candidate, { ...judgement(key, said), work: key });
const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;
const at = async (store: Store, candidate: number, handle: number) =>
  (await store.findVerdicts(handle, 0, [candidate])).get(candidate);

describe('work that several processes share', { skip: noPostgres }, () => {
  test('one process judges, and all who want it have the verdict in the same transaction', async (t) => {
    const { stores, ...fleet } = await Fleet.start(t, 2).then((f) =>
      Object.assign(f, { lostNow: () => f.lost() }),
    );
    const [one, two] = stores as [Fleet['stores'][0], Fleet['stores'][0]];
    await two.openRun({ ...settings, id: 'run-2' });
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const q = await two.putProblem('run-2', problem('q'), 'd');
    const first = await one.shared.enqueue([work('a'), work('b')], [want(p, 0, 'a'), want(p, 1, 'b')]);
    assert.deepEqual(
      first,
      new Map([
        ['a', 'mine'],
        ['b', 'mine'],
      ]),
    );
    const second = await two.shared.enqueue([work('a')], [want(q, 7, 'a')]);
    assert.deepEqual(second, new Map([['a', 'elsewhere']]));
    assert.deepEqual(await two.shared.unsettled([want(q, 7, 'a')]), [{ ...want(q, 7, 'a'), held: true }]);
    const refused = await two.commit([settling(q, 7, 'a', verdict('INCORRECT'))]);
    assert.deepEqual(
      refused.map(({ candidate }) => candidate),
      [7],
    );
    assert.equal(await at(two, 7, q), undefined);
    assert.deepEqual(await one.commit([settling(p, 0, 'a')]), []);
    assert.deepEqual(await two.shared.unsettled([want(q, 7, 'a')]), []);
    const [own, shared] = [await at(one, 0, p), await at(two, 7, q)];
    assert.deepEqual([own?.source, shared?.source, shared?.tokens], ['JUDGED', 'SHARED', 3]);
    assert.equal(own?.judgement?.id, shared?.judgement?.id);
    assert.equal(await fleet.lostNow.call(null), 0);
    assert.deepEqual(await two.shared.enqueue([work('a')], [want(q, 8, 'a')]), new Map([['a', 'judged']]));
    assert.deepEqual(await two.shared.unsettled([want(q, 8, 'a')]), []);
  });

  test('what a silent process held is taken once, with all that it takes to judge it', async (t) => {
    const fleet = await Fleet.start(t, 3);
    const [one, two, three] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const keys = ['a', 'b', 'c', 'd'];
    await one.shared.enqueue(
      keys.map((key) => work(key, key === 'd' ? { verifier: 'second', digest: 'e' } : {})),
      keys.map((key, i) => want(p, i, key)),
    );
    assert.deepEqual(await two.shared.take(['oracle', 'second'], 10), []);
    assert.deepEqual(await two.shared.unowned(), new Map());
    await fleet.silence(one);
    assert.deepEqual(Object.fromEntries(await two.shared.unowned()), { oracle: 3, second: 1 });
    const [left, right] = await Promise.all([
      two.shared.take(['oracle'], 2),
      three.shared.take(['oracle'], 2),
    ]);
    const rest = await two.shared.take(['oracle'], 10);
    const taken = [...left, ...right, ...rest];
    assert.deepEqual(taken.map(({ key }) => key).sort(), ['a', 'b', 'c']);
    const a = taken.find(({ key }) => key === 'a');
    assert.deepEqual(a, {
      ...work('a'),
      ...{ priority: 0, taken: 1, suspect: false },
      wants: [{ ...want(p, 0, 'a'), run: 'run-1' }],
    });
    const [d] = await three.shared.take(['second'], 10);
    assert.equal(Buffer.from(await three.shared.content(d?.digest ?? '')).toString(), 'of e');
    await assert.rejects(three.shared.content('none'), code('content_unknown'));
    // It wakes, and what it judged meanwhile is not stored.
    await one.shared.beat();
    assert.equal((await one.commit([settling(p, 0, 'a')])).length, 1);
    const owner = left.some(({ key }) => key === 'a') || rest.some(({ key }) => key === 'a') ? two : three;
    assert.deepEqual(await owner.commit([settling(p, 0, 'a')]), []);
    assert.equal(await fleet.lost(), 0);
  });

  test('an ERROR settles, too; the work can be enqueued again', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    await one.shared.enqueue([work('a')], [want(p, 0, 'a')]);
    await two.shared.enqueue([work('a')], [want(p, 1, 'a')]);
    await one.commit([settling(p, 0, 'a', verdict('ERROR'))]);
    assert.equal((await at(two, 1, p))?.judgement?.verdict.status, 'ERROR');
    assert.deepEqual(await two.shared.enqueue([work('a')], [want(p, 1, 'a')]), new Map([['a', 'mine']]));
  });

  test('work that is released goes to others where they want it, and away where nobody does', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    await one.shared.enqueue([work('a'), work('b')], [want(p, 0, 'a'), want(p, 1, 'b')]);
    await two.shared.enqueue([work('a')], [want(p, 2, 'a')]);
    await one.shared.unwant([want(p, 0, 'a'), want(p, 1, 'b')]);
    await one.shared.release(['a', 'b', 'none']);
    assert.equal(await fleet.count('work'), 1);
    const [taken] = await two.shared.take(['oracle'], 10);
    assert.deepEqual(taken?.wants, [{ ...want(p, 2, 'a'), run: 'run-1' }]);
    await two.shared.leave();
    assert.equal((await one.shared.take(['oracle'], 10)).length, 1);
  });

  test('a run is COMPLETE once all was submitted, nobody alive has a claim, and nothing is wanted', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const state = async () => (await one.getRun('run-1'))?.state;
    const p = await one.putProblem('run-1', problem('p'), 'd');
    await one.claimRun('run-1');
    await two.claimRun('run-1');
    await one.setRunState('run-1', 'COMPLETE');
    await one.releaseRun('run-1');
    assert.equal(await state(), 'OPEN');
    await two.shared.enqueue([work('a')], [want(p, 0, 'a')]);
    await fleet.silence(two);
    await one.shared.beat();
    assert.equal(await state(), 'OPEN');
    await one.shared.take(['oracle'], 1);
    await one.commit([settling(p, 0, 'a')]);
    await one.shared.beat();
    assert.equal(await state(), 'COMPLETE');
    await one.setRunState('run-1', 'OPEN');
    await one.shared.beat();
    assert.equal(await state(), 'OPEN');
  });

  test('a verdict of what the problem was before is not stored', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Store & { shared: SharedWork }, Store & { shared: SharedWork }];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    await one.shared.enqueue([work('old')], [want(p, 0, 'old')]);
    assert.equal(await two.putProblem('run-1', problem('p'), 'e'), p);
    await two.shared.enqueue([work('new', { digest: 'e' })], [want(p, 0, 'new')]);
    assert.deepEqual(await two.commit([settling(p, 0, 'new')]), []);
    assert.equal((await one.commit([settling(p, 0, 'old', verdict('INCORRECT'))])).length, 1);
    assert.equal((await at(one, 0, p))?.judgement?.verdict.status, 'CORRECT');
    assert.equal(await fleet.count('work'), 0);
  });

  test('what is stored already settles the work of another key', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Store & { shared: SharedWork }, Store & { shared: SharedWork }];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const known = judgement('new', verdict('CORRECT'));
    await one.commit([row(p, 0, known)]);
    await one.shared.enqueue([work('old')], [want(p, 1, 'old')]);
    await two.shared.enqueue([work('old')], [want(p, 2, 'old')]);
    assert.deepEqual(await one.commit([row(p, 1, { ...known, work: 'old' }, { source: 'SHARED' })]), []);
    assert.equal((await at(two, 2, p))?.judgement?.key, 'new');
    assert.deepEqual([await fleet.count('work'), await fleet.count('want')], [0, 0]);
  });

  test('a run that is cancelled does not become COMPLETE by what others still say', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Store & { shared: SharedWork }, Store & { shared: SharedWork }];
    await two.claimRun('run-1');
    await one.setRunState('run-1', 'CANCELLED');
    await two.setRunState('run-1', 'COMPLETE');
    await two.releaseRun('run-1');
    assert.equal((await one.getRun('run-1'))?.state, 'CANCELLED');
    await one.setRunState('run-1', 'OPEN');
    await one.setRunState('run-1', 'COMPLETE');
    assert.equal((await one.getRun('run-1'))?.state, 'COMPLETE');
  });

  test('nobody wants anything of a run that is cancelled', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Store & { shared: SharedWork }, Store & { shared: SharedWork }];
    await one.openRun({ ...settings, id: 'run-2' });
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const q = await one.putProblem('run-2', problem('p'), 'd');
    await one.shared.enqueue([work('a'), work('b')], [want(p, 0, 'a'), want(p, 1, 'b'), want(q, 0, 'b')]);
    await two.setRunState('run-1', 'CANCELLED');
    assert.equal(await fleet.count(`want WHERE problem = ${p}`), 0);
    await fleet.silence(one);
    const taken = await two.shared.take(['oracle'], 10);
    assert.deepEqual(
      taken.map(({ key, wants }) => [key, wants.map(({ run }) => run)]),
      [['b', ['run-2']]],
    );
  });

  test('work of a problem whose content is not there is refused', async (t) => {
    const fleet = await Fleet.start(t, 1);
    const [one] = fleet.stores as [Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    await assert.rejects(
      one.shared.enqueue([work('a', { digest: 'other' })], [want(p, 0, 'a')]),
      code('content_unknown'),
    );
    assert.equal(await fleet.count('want'), 0);
  });

  test('enqueuing that is refused settles nothing, however slow the rest of it is', async (t) => {
    const fleet = await Fleet.start(t, 1);
    const [one] = fleet.stores as [Fleet['stores'][0]];
    await one.openRun({ ...settings, id: 'run-2' });
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const q = await one.putProblem('run-2', problem('q'), 'd');
    // Judged under another key, and still wanted under this one.
    await one.commit([row(p, 0, judgement('a', verdict('CORRECT')))]);
    await fleet.sql.query(
      "INSERT INTO work (owner, key, verifier, digest, text) VALUES (0, 'a', 'oracle', 'd', '')",
    );
    await fleet.sql.query(
      'INSERT INTO want (problem, candidate, tokens, verifier, key) VALUES ($1, 1, 1, 0, $2)',
      [p, 'a'],
    );
    await one.deleteRun('run-2');
    const holder = new pg.Client(fleet.url);
    await holder.connect();
    t.after(() => holder.end());
    await holder.query("BEGIN; SELECT FROM work WHERE key = 'a' FOR UPDATE");
    const refused = assert.rejects(one.shared.enqueue([work('a')], [want(q, 0, 'a')]), code('store_refused'));
    const waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    for (let tries = 0; tries < 2_000 && (await fleet.count(waiting)) === 0; tries++);
    await holder.query('COMMIT');
    await refused;
    // Behind whatever goes out on the same connection.
    for (let i = 0; i < 5; i++) await one.listRuns();
    assert.deepEqual(
      [await fleet.count('work'), await fleet.count('want'), await fleet.count('verdict')],
      [1, 1, 1],
    );
  });

  test('no work is more urgent than a run may be, whatever was said or stored', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const endless = work('a', { priority: Number.POSITIVE_INFINITY });
    await one.shared.enqueue([endless, work('b', { priority: -1 })], [want(p, 0, 'a'), want(p, 1, 'b')]);
    await fleet.sql.query("UPDATE work SET priority = 'Infinity' WHERE key = 'b'");
    await two.shared.enqueue([work('b', { priority: 5 })], [want(p, 2, 'b')]);
    await fleet.silence(one);
    const taken = await two.shared.take(['oracle'], 10);
    assert.deepEqual(
      taken.map(({ priority }) => priority),
      [mostPriority, mostPriority],
    );
  });

  test('what is taken over is the most urgent first, and of no more bytes than there is room for', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const urgency = { a: -1, b: 7, c: 0, d: 7, e: 3 };
    const all = Object.entries(urgency).map(([key, priority]) => work(key, { priority }));
    await one.shared.enqueue(
      all,
      all.map(({ key }, i) => want(p, i, key)),
    );
    // A more urgent run wants it, too.
    await two.shared.enqueue([work('c', { priority: 5 })], [want(p, 7, 'c')]);
    await fleet.silence(one);
    const take = async (limit: number, bytes?: number) =>
      (await two.shared.take(['oracle'], limit, bytes)).map(({ key }) => key).sort();
    assert.deepEqual(await take(2), ['b', 'd']);
    // The problem has 4 bytes and each text 9; one is taken however little room there is.
    assert.deepEqual(await take(10, 1), ['c']);
    assert.deepEqual(await take(10, 22), ['a', 'e']);
    assert.deepEqual(await take(10), []);
  });

  test('work whose holders die is taken over alone, and told how often; what was given back does not count', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const keys = ['a', 'b', 'c'];
    const [works, wants] = [keys.map((key) => work(key)), keys.map((key, i) => want(p, i, key))];
    await one.shared.enqueue(works, wants);
    let [holder, other] = [one, two];
    for (let deaths = 1; deaths <= suspectAfter; deaths++) {
      await fleet.silence(holder);
      await other.shared.beat();
      // By whichever way it comes to the other one.
      if (deaths % 2 === 1) {
        const taken = await other.shared.take(['oracle'], 10);
        assert.deepEqual(new Set(taken.map((each) => each.taken)), new Set([deaths]));
      } else await other.shared.enqueue(works, wants);
      assert.equal(await fleet.count(`work WHERE taken = ${deaths}`), 3);
      [holder, other] = [other, holder];
    }
    await fleet.silence(holder);
    await other.shared.beat();
    const places = await other.shared.enqueue(works, wants);
    assert.deepEqual(new Set(places.values()), new Set(['elsewhere']));
    const [suspect, ...more] = await other.shared.take(['oracle'], 10);
    assert.deepEqual([suspect?.taken, suspect?.suspect, more], [suspectAfter + 1, true, []]);
    assert.deepEqual(await other.shared.take(['oracle'], 10), []);
    await other.shared.release([suspect?.key ?? ''], true);
    await other.shared.enqueue([work('fine')], [want(p, 9, 'fine')]);
    await other.shared.leave();
    const third = await fleet.join();
    const after = await third.shared.take(['oracle'], 10);
    assert.deepEqual(after.map(({ key, taken }) => key === 'fine' && taken).sort(), [0, false]);
    assert.equal(await fleet.count(`work WHERE taken = ${suspectAfter + 2}`), 1);
  });

  test('a run that is deleted leaves nothing, and takes nothing from others', async (t) => {
    const fleet = await Fleet.start(t, 2);
    const [one, two] = fleet.stores as [Fleet['stores'][0], Fleet['stores'][0]];
    await two.openRun({ ...settings, id: 'run-2' });
    const p = await one.putProblem('run-1', problem('p'), 'd');
    const e = await one.putProblem('run-1', problem('e'), 'e');
    const q = await two.putProblem('run-2', problem('q'), 'd');
    await one.claimRun('run-1');
    await one.shared.enqueue(
      [work('own'), work('both'), work('last', { digest: 'e' })],
      [want(p, 0, 'own'), want(p, 1, 'both'), want(e, 0, 'last')],
    );
    await two.shared.enqueue([work('both')], [want(q, 0, 'both')]);
    await one.deleteRun('run-1');
    assert.deepEqual([await fleet.count('work'), await fleet.count('want')], [1, 1]);
    assert.deepEqual([await fleet.count('claim'), await fleet.count('content')], [0, 1]);
    // What this process held for the other run is still its own.
    assert.deepEqual(await one.commit([settling(q, 0, 'both')]), []);
    await assert.rejects(one.commit([settling(p, 0, 'own')]), code('store_refused'));
  });
});
