/** Many processes on one store, some of which die: what is wanted is judged once, stored once and never lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import type { SharedWork, Store, VerdictRow, Want, Work } from '../store.ts';
import { judgement, problem, settings, verdict } from '../testing/contract.ts';
import { Cluster, freshDatabase, noPostgres } from '../testing/postgres.ts';
import { openPostgresStore } from './store.ts';

type Shared = Store & { shared: SharedWork };
const runs = ['run-1', 'run-2'];
const candidates = 300;
/** Texts repeat themselves: many candidates want the same work. */
const distinct = 120;
const keyOf = (candidate: number) => `key-${candidate % distinct}`;
const workOf = (key: string): Work => ({ key, verifier: 'oracle', digest: 'd', text: key });
/** What is said of a key is the same whoever judges it; some are ERRORs. */
const saidOf = (key: string) => verdict(Number(key.slice(4)) % 10 === 0 ? 'ERROR' : 'CORRECT');

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A process that enqueues its share of the candidates, judges what is its own, and may die on the way. */
class Member {
  readonly store: Shared;
  readonly #problems: number[];
  readonly #random: () => number;
  readonly #lives: number;
  #held = new Map<string, Want[]>();
  dead = false;

  constructor(store: Shared, problems: number[], random: () => number, mayDie: boolean) {
    this.store = store;
    this.#problems = problems;
    this.#random = random;
    this.#lives = mayDie ? 2 + Math.floor(random() * 12) : Number.POSITIVE_INFINITY;
  }

  async work(
    share: readonly (readonly [problem: number, candidate: number])[],
    done: () => Promise<boolean>,
  ) {
    const { shared } = this.store;
    for (const id of runs) await this.store.claimRun(id);
    let at = 0;
    for (let step = 0; ; step++) {
      if (step > this.#lives) {
        this.dead = true;
        return;
      }
      await shared.beat();
      if (at < share.length) {
        const some = share.slice(at, at + 20);
        at += 20;
        await this.#enqueue(some.map(([p, candidate]) => this.#want(p, candidate)));
      } else if (this.#held.size === 0) {
        for (const { key, wants } of await shared.take(['oracle'], 40)) this.#held.set(key, wants);
        if (this.#held.size === 0 && (await done())) break;
        if (this.#held.size === 0) await setImmediate();
      }
      if (this.#random() < 0.7) await this.#judge();
    }
    for (const id of runs) await this.store.setRunState(id, 'COMPLETE');
    await shared.leave();
  }

  #want(p: number, candidate: number): Want {
    return { problem: this.#problems[p] ?? 0, verifier: 0, candidate, tokens: 1, key: keyOf(candidate) };
  }

  async #enqueue(wants: Want[]): Promise<void> {
    const keys = [...new Set(wants.map(({ key }) => key))];
    const places = await this.store.shared.enqueue(keys.map(workOf), wants);
    for (const want of wants) {
      if (places.get(want.key) !== 'mine') continue;
      this.#held.set(want.key, [...(this.#held.get(want.key) ?? []), want]);
    }
  }

  async #judge(): Promise<void> {
    const rows: VerdictRow[] = [];
    for (const [key, wants] of this.#held) {
      if (this.#random() < 0.3) continue;
      const of = { ...judgement(key, saidOf(key)), work: key };
      for (const [i, { key: _, ...want }] of wants.entries()) {
        const { problem: at, verifier, candidate, tokens } = want;
        rows.push({
          problem: at,
          verifier,
          candidate,
          tokens,
          source: i === 0 ? 'JUDGED' : 'SHARED',
          judgement: of,
        });
      }
      this.#held.delete(key);
    }
    await this.store.commit(rows);
  }
}

async function play(url: string, seed: number, disturb: () => Promise<void>): Promise<void> {
  const random = randomOf(seed);
  const sql = new pg.Pool({ connectionString: url, max: 2 });
  sql.on('error', () => {});
  const number = async (query: string) =>
    Number((await sql.query(`SELECT COUNT(*) AS n FROM ${query}`)).rows[0].n);
  const open = async () => (await openPostgresStore(url, { leaseMs: 400, connections: 3 })) as Shared;
  const first = await open();
  const problems: number[] = [];
  for (const id of runs) {
    await first.openRun({ ...settings, id });
    problems.push(await first.putProblem(id, problem('p'), 'd'));
  }
  await first.shared.putContent('d', Buffer.from('problem'));
  const all = problems.flatMap((_, p) => Array.from({ length: candidates }, (_, i) => [p, i] as const));
  const members = await Promise.all(
    Array.from(
      { length: 5 },
      async (_, i) => new Member(i === 0 ? first : await open(), problems, random, i > 1),
    ),
  );
  // Every candidate is submitted to two of them: what one that dies had not yet enqueued comes from another.
  const living = members.slice(0, 2);
  const shares = members.map((_, m) =>
    all.filter((_, i) => (m < 2 ? i % 2 === m : i % 3 === m - 2)).toSorted(() => random() - 0.5),
  );
  const done = async () => (await number('want')) === 0 && (await number('verdict')) === all.length;
  let playing = true;
  const watch = async () => {
    while (playing) {
      const lost = 'want WHERE NOT EXISTS (SELECT FROM work WHERE work.key = want.key)';
      const both =
        'want JOIN verdict USING (problem, verifier, candidate) JOIN judgement j ON j.id = judgement WHERE j.status <> 4';
      // The server may be away.
      assert.equal(await number(lost).catch(() => 0), 0, 'every want has its work');
      assert.equal(await number(both).catch(() => 0), 0, 'nothing is wanted that is judged');
      await setImmediate();
    }
  };
  const watching = watch();
  try {
    await Promise.all([disturb(), ...members.map((member, m) => member.work(shares[m] ?? [], done))]);
  } finally {
    playing = false;
    await watching;
  }
  assert.ok(
    members.some(({ dead }) => dead),
    'some have died',
  );
  const view = living[0]?.store as Shared;
  for (const [p, id] of runs.entries()) {
    // A claim of a dead one holds until its lease is over; whoever lives goes on to beat.
    while ((await view.getRun(id))?.state !== 'COMPLETE') await view.shared.beat();
    const rows = await Array.fromAsync(view.verdicts(id));
    assert.deepEqual(
      rows.map(({ candidate }) => candidate),
      Array.from({ length: candidates }, (_, i) => i),
    );
    for (const { candidate, judgement: of } of rows) {
      assert.equal(of?.key, keyOf(candidate));
      assert.equal(
        of?.verdict.status,
        saidOf(keyOf(candidate)).status,
        `${id} ${candidate} of ${problems[p]}`,
      );
    }
  }
  const judged = await number('judgement WHERE status <> 4');
  assert.equal(
    judged,
    new Set(all.map(([, i]) => keyOf(i)).filter((key) => saidOf(key).status !== 'ERROR')).size,
  );
  assert.equal(await number('work'), 0);
  await Promise.all(members.map(({ store }) => store.close()));
  await sql.end();
}

test('processes die, and others do what they had to do', { skip: noPostgres }, async () => {
  for (const seed of [1, 2, 3]) await play(await freshDatabase(), seed, async () => {});
});

test('and the server is killed meanwhile', { skip: noPostgres }, async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.close());
  await play(await cluster.createDatabase(), 4, async () => {
    for (let i = 0; i < 2; i++) await cluster.restart();
  });
});
