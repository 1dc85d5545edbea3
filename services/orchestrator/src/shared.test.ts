/** Against an in-memory fake of a shared store; the real one: shared-store.test.ts, test/e2e/shared.test.ts. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AssayError } from '@assay/contract';
import type { SharedWork, Store, VerdictRow, Want, Work } from '@assay/store';
import { Sharing } from './shared.ts';

/** Notes what is called, and does what it is told. */
class FakeShared implements SharedWork {
  leaseMs = 30;
  calls: string[] = [];
  /** Thrown by the next call of this name. */
  faults = new Map<string, Error>();
  waiting: Want[] = [];
  /** Whether somebody has that work. */
  held = false;
  gate: Promise<void> = Promise.resolve();

  async #call<T>(name: string, detail: string, value: T): Promise<T> {
    this.calls.push(detail === '' ? name : `${name} ${detail}`);
    const fault = this.faults.get(name);
    this.faults.delete(name);
    if (fault !== undefined) throw fault;
    return value;
  }

  beat = () => this.#call('beat', '', undefined);
  leave = () => this.#call('leave', '', undefined);
  putContent = (digest: string) => this.#call('putContent', digest, undefined);
  take = () => this.#call('take', '', []);
  content = (digest: string) => this.#call('content', digest, new Uint8Array());
  release = (keys: readonly string[], failed = false) =>
    this.#call(failed ? 'release failed' : 'release', keys.join(), undefined);
  unwant = () => this.#call('unwant', '', undefined);
  async unsettled() {
    await this.#call('unsettled', '', undefined);
    return this.waiting.map((each) => ({ ...each, held: this.held }));
  }
  unowned = async () => new Map<string, number>();
  async enqueue(work: readonly Work[]) {
    const keys = work.map(({ key }) => key);
    const answer = this.#call('enqueue', keys.join(), new Map(keys.map((key) => [key, 'mine' as const])));
    await this.gate;
    return answer;
  }
}

const problem = { digest: 'd', message: { id: 'p' }, bytes: 1 };
const work = (key: string): Work => ({ key, verifier: 'v', digest: 'd', text: key });
const want = (candidate: number): Want => ({
  problem: 1,
  verifier: 0,
  candidate,
  tokens: 0,
  key: `${candidate}`,
});

let sharing: Sharing | undefined;
afterEach(() => sharing?.close());

function start(rows: Map<number, VerdictRow> = new Map()) {
  const shared = new FakeShared();
  const store = { findVerdicts: async () => rows } as unknown as Store;
  sharing = new Sharing(store, shared);
  return { shared, sharing };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('the content goes first and once; what comes during a write goes with the next', async () => {
  const { shared, sharing: own } = start();
  const gate = Promise.withResolvers<void>();
  shared.gate = gate.promise;
  const first = own.enqueue(problem, [work('a')], []);
  await until(() => shared.calls.length === 2);
  const rest = ['b', 'c'].map((key) => own.enqueue(problem, [work(key)], []));
  gate.resolve();
  const places = [await first, ...(await Promise.all(rest))];
  assert.deepEqual(shared.calls, ['putContent d', 'enqueue a', 'enqueue b,c']);
  assert.deepEqual(
    places.map((each, i) => each.get('abc'[i] ?? '')),
    ['mine', 'mine', 'mine'],
  );
});

test('a content that was forgotten is put again', async () => {
  const { shared, sharing: own } = start();
  shared.faults.set('enqueue', new AssayError('content_unknown', 'no content'));
  assert.equal((await own.enqueue(problem, [work('a')], [])).get('a'), 'mine');
  assert.deepEqual(shared.calls, ['putContent d', 'enqueue a', 'putContent d', 'enqueue a']);
});

test('after a failure everything is given back before the next heartbeat, until that succeeds', async () => {
  const { shared, sharing: own } = start();
  await own.start();
  shared.faults.set('enqueue', new AssayError('store_write', 'gone'));
  await assert.rejects(own.enqueue(problem, [work('a')], []), /gone/);
  shared.calls = [];
  shared.faults.set('leave', new Error('still gone'));
  await until(() => shared.calls.length >= 4);
  assert.deepEqual(shared.calls.slice(0, 4), ['leave', 'leave', 'beat', 'beat']);
});

test('one caller’s fault does not fail those whose work went with theirs', async () => {
  const { shared, sharing: own } = start();
  const gate = Promise.withResolvers<void>();
  shared.gate = gate.promise;
  const first = own.enqueue(problem, [work('a')], []);
  await until(() => shared.calls.length === 2);
  const rest = ['b', 'c'].map((key) => own.enqueue(problem, [work(key)], []));
  shared.faults.set('enqueue', new AssayError('store_write', 'a problem is gone'));
  gate.resolve();
  await first;
  const places = await Promise.all(rest);
  assert.deepEqual(
    places.map((each, i) => each.get('bc'[i] ?? '')),
    ['mine', 'mine'],
  );
});

test('a verdict of another process is told once, when it is there; the old one is not it', async () => {
  const row = (candidate: number, id: number): VerdictRow => ({
    ...{ problem: 1, verifier: 0, candidate, tokens: 0, source: 'SHARED' },
    judgement: { id } as VerdictRow['judgement'],
  });
  const { shared, sharing: own } = start(new Map([0, 1, 2].map((i) => [i, row(i, i)])));
  shared.waiting = [want(0)];
  const told: [number, number | undefined][] = [];
  for (const i of [0, 1, 2, 3, 4]) {
    own.wait({
      want: want(i),
      // Of 2 the store has what it had before; of 3 it has nothing.
      before: i === 2 ? row(2, 2) : undefined,
      wanted: () => i !== 4,
      patienceMs: Number.POSITIVE_INFINITY,
      settle: (now) => told.push([i, now?.judgement?.id]),
    });
  }
  await until(() => told.length === 4);
  assert.deepEqual(told.sort(), [
    [1, 1],
    [2, undefined],
    [3, undefined],
    [4, undefined],
  ]);
  shared.waiting = [];
  await until(() => told.length === 5);
  assert.deepEqual(told.at(-1), [0, 0]);
});

test('who waits for what is nobody’s is told so, and what is there by then comes first', async () => {
  const row = { judgement: { id: 1 } } as VerdictRow;
  const { shared, sharing: own } = start(new Map([[1, row]]));
  shared.waiting = [want(0)];
  shared.held = true;
  const told: unknown[] = [];
  for (const i of [0, 1]) {
    own.wait({
      want: want(i),
      before: undefined,
      wanted: () => true,
      patienceMs: 0,
      settle: (now) => told.push(now),
    });
  }
  const asked = () => shared.calls.filter((call) => call === 'unsettled').length;
  await until(() => asked() > 2);
  assert.deepEqual(told, [row]);
  shared.held = false;
  await until(() => told.length === 2);
  assert.deepEqual(told, [row, undefined]);
});

test('a process is started once the others can see it', async () => {
  const { shared, sharing: own } = start();
  shared.faults.set('beat', new AssayError('store_write', 'away'));
  await assert.rejects(own.start(), /away/);
  // It goes on trying by itself.
  await until(() => shared.calls.length >= 2);
  await own.start();
});

test('closing leaves, and nothing is said after that', async () => {
  const { shared, sharing: own } = start();
  await own.start();
  own.release(['a', 'b']);
  own.release(['c'], true);
  own.release(['b']);
  await own.close();
  own.release(['d']);
  const { calls } = shared;
  assert.deepEqual(
    calls.filter((call) => call !== 'beat'),
    ['release a,b', 'release failed c', 'leave'],
  );
  assert.equal(calls.at(-1), 'leave');
  const said = calls.length;
  // Longer than between two heartbeats.
  await new Promise((resolve) => setTimeout(resolve, 2 * shared.leaseMs));
  assert.equal(calls.length, said);
});
