import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reports } from './reports.ts';

test('of a run one report is made at a time, and who asks meanwhile shares the next', async () => {
  const made: string[] = [];
  const atWork = new Map<string, number>();
  let gate = Promise.withResolvers<void>();
  const reports = new Reports(async (run, level) => {
    const now = (atWork.get(run) ?? 0) + 1;
    atWork.set(run, now);
    assert.equal(now, 1);
    const number = made.push(`${run} ${level}`);
    await gate.promise;
    atWork.set(run, 0);
    if (level === 0.5) throw new Error('no such level');
    return `${run} ${level} ${number}`;
  });
  const first = reports.of('a', undefined);
  await new Promise(setImmediate);
  const later = [reports.of('a', undefined), reports.of('a', undefined), reports.of('a', 0.9)];
  const other = reports.of('b', undefined);
  const failing = reports.of('a', 0.5);
  await new Promise(setImmediate);
  assert.deepEqual(made, ['a undefined', 'b undefined'], 'another run does not wait');
  gate.resolve();
  assert.equal(await first, 'a undefined 1');
  assert.equal(await other, 'b undefined 2');
  assert.deepEqual(await Promise.all(later), ['a undefined 3', 'a undefined 3', 'a 0.9 4']);
  await assert.rejects(failing, /no such level/);
  // One that failed keeps nobody from the next.
  gate = Promise.withResolvers();
  gate.resolve();
  assert.equal(await reports.of('a', undefined), 'a undefined 6');
});
