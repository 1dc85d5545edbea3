import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Paced, Turns } from './paced.ts';

/** A making that ends when it is told to, and how often it was begun. */
function maker() {
  const made: PromiseWithResolvers<string>[] = [];
  const make = () => {
    const next = Promise.withResolvers<string>();
    made.push(next);
    return next.promise;
  };
  return { made, make };
}

/** Lets everything happen that waits for nothing. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands until it is moved. */
function clock(t: TestContext) {
  let now = 1_000;
  t.mock.method(performance, 'now', () => now);
  return (ms: number) => {
    now += ms;
  };
}

test('many ask, and it is made once; again only for another version and after its pause', async (t) => {
  const pass = clock(t);
  const { made, make } = maker();
  const paced = new Paced(make, { leastMs: 100, pauses: 9 });
  const answers = Promise.all(['1', '1', '2', '3'].map((version) => paced.get(version)));
  await settle();
  assert.equal(made.length, 1);
  pass(50);
  made[0]?.resolve('first');
  assert.deepEqual(await answers, ['first', 'first', 'first', 'first']);

  pass(10_000);
  assert.equal(await paced.get('1'), 'first', 'the same version is not made again');
  assert.equal(made.length, 1);
  const second = paced.get('2');
  await settle();
  pass(200);
  made[1]?.resolve('second');
  assert.equal(await second, 'second');
  pass(1_799);
  assert.equal(await paced.get('3'), 'second', 'its pause is nine times what it took');
  pass(1);
  assert.equal(paced.peek('3'), 'second', 'who only peeks has what there is');
  await settle();
  assert.equal(made.length, 3, 'and sets off a new one');
  assert.equal(await paced.get('4'), 'second', 'nobody waits while there is an old one');
});

test('a failure is told, and not tried again at once', async (t) => {
  const pass = clock(t);
  const { made, make } = maker();
  const paced = new Paced(make, { leastMs: 100, pauses: 9 });
  assert.equal(paced.peek('1'), undefined);
  await settle();
  made[0]?.reject(new Error('no room'));
  await settle();
  await assert.rejects(paced.get('1'), /no room/);
  assert.equal(made.length, 1);
  pass(100);
  const again = paced.get('1');
  await settle();
  made[1]?.resolve('there');
  assert.equal(await again, 'there');
});

test('of those that share turns one is made at a time, also after a failure', async () => {
  const turns = new Turns();
  const { made, make } = maker();
  const [one, two] = [1, 2].map(() => new Paced(make, { leastMs: 0, pauses: 0 }, turns).get('1'));
  await settle();
  assert.equal(made.length, 1);
  made[0]?.reject(new Error('broken'));
  await assert.rejects(one as Promise<string>, /broken/);
  await settle();
  made[1]?.resolve('whole');
  assert.equal(await two, 'whole');
});
