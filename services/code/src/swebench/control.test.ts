import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt } from './attempt.ts';
import { environmentWorks } from './control.ts';
import { alone, worthRepeating } from './flaky.ts';
import { compare, type Graded, type Ungraded } from './grade.ts';
import { instanceOf } from './testing/example.ts';

const ungraded = (kind: Ungraded['kind']): Attempt => ({
  outcome: 'ran',
  result: { graded: false, why: '', kind },
  appliedBy: undefined,
  outOfMemory: false,
  cutBytes: 0,
  label: undefined,
});

test('an environment works where tests are seen to run without the patch', async () => {
  const works = (image: string, attempt: Attempt) =>
    environmentWorks(image, instanceOf({}), async () => attempt);
  assert.equal(await works('silent', ungraded('silent')), false);
  assert.equal(await works('marker', ungraded('marker')), false);
  assert.equal(await works('log', ungraded('log')), true);
  assert.equal(await works('hang', { outcome: 'time_limit' }), true);
  assert.equal(await works('silent', { outcome: 'time_limit' }), false, 'it is found out once');
  await assert.rejects(works('lost', { outcome: 'lost', why: 'x' }));
  assert.equal(await works('lost', ungraded('log')), true, 'what could not be found out is tried again');
});

test('what is worth repeating', () => {
  const result = (fail: string, pass: string): Graded => {
    const statuses = new Map([
      ['f', fail],
      ['p', pass],
    ]);
    return {
      graded: true,
      statuses,
      ...compare(statuses, { failToPass: ['f'], passToPass: ['p'], evalType: '' }),
    };
  };
  const [known, unknown] = [instanceOf({ flaky: true }), instanceOf({})];
  assert.equal(worthRepeating(unknown, result('PASSED', 'FAILED')), true);
  assert.equal(worthRepeating(unknown, result('FAILED', 'FAILED')), false);
  assert.equal(worthRepeating(known, result('FAILED', 'PASSED')), true);
  assert.equal(worthRepeating(known, result('PASSED', 'PASSED')), false);
});

test('one at a time, whatever the others do', async () => {
  let running = 0;
  const order: number[] = [];
  const runs = [1, 2, 3].map((number) =>
    alone(async () => {
      running += 1;
      assert.equal(running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      order.push(number);
      if (number === 2) throw new Error('two');
    }),
  );
  const settled = await Promise.allSettled(runs);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(order, [1, 2, 3]);
});
