import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type AskOptions, ask } from './ask.ts';

const module = join(import.meta.dirname, '../testing/odd-child.ts');
const odd = (gold: string, options: AskOptions = {}) =>
  ask({ gold, answer: '', policy: undefined }, { module, deadlineMs: 10_000, ...options });

describe('ask: an answer in time, whatever happens to the process', { concurrency: 3 }, () => {
  test('a loop is ended at the deadline', async () => {
    const start = performance.now();
    const told = await odd('loop', { deadlineMs: 200 });
    assert.deepEqual(told, { reason: 'verifier_timeout', message: 'no verdict within 200 ms' });
    assert.ok(performance.now() - start < 8_000);
  });

  test('a process that dies, for want of memory or otherwise', async () => {
    for (const gold of ['die', 'eat']) {
      const told = await odd(gold, { memoryMb: 32 });
      assert.equal('reason' in told && told.reason, 'verifier_crash', gold);
    }
  });

  test('one that does not start', async () => {
    const told = await odd('', { module: `${module}.none` });
    assert.deepEqual(told, {
      reason: 'verifier_crash',
      message: 'the process that judges does not start: see assay doctor',
    });
  });

  test('a fault of the verifier is no verdict; an error of the user keeps its code', async () => {
    assert.deepEqual(await odd('fail'), { reason: 'verifier_failure', message: 'out of wits' });
    await assert.rejects(odd('policy'), { code: 'bad_policy', message: 'none\n  use one' });
  });
});
