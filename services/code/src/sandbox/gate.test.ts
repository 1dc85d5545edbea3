import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Gate } from './gate.ts';

/** Works that end when they are told to. */
function works(gate: Gate) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, alone = false) =>
    gate.pass(alone, async () => {
      log.push(`+${name}`);
      await new Promise<void>((end) => ends.set(name, end));
      log.push(`-${name}`);
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    for (let i = 0; i < 5; i++) await turn();
  };
  return { log, start, end };
}

test('works go side by side; one that is alone waits for them, and those behind it wait for it', async () => {
  const { log, start, end } = works(new Gate());
  const all = [start('a'), start('b'), start('alone', true), start('c'), start('d')];
  await turn();
  assert.deepEqual(log, ['+a', '+b']);
  await end('a');
  assert.deepEqual(log.slice(2), ['-a']);
  await end('b');
  assert.deepEqual(log.slice(3), ['-b', '+alone']);
  await end('alone');
  assert.deepEqual(log.slice(5), ['-alone', '+c', '+d']);
  await end('c');
  await end('d');
  await Promise.all(all);
});

test('two that are alone take turns, and a failure opens the gate again', async () => {
  const gate = new Gate();
  const { log, start, end } = works(gate);
  const first = start('a', true);
  const failing = gate.pass(true, () => Promise.reject(new Error('no')));
  const last = start('b');
  failing.catch(() => {});
  await end('a');
  await assert.rejects(failing, /no/);
  assert.deepEqual(log, ['+a', '-a', '+b']);
  await end('b');
  await Promise.all([first, last]);
});
