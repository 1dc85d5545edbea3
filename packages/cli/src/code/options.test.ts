import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOf, secondsOf } from './options.ts';

test('memoryOf: bytes, and units of powers of 1024', () => {
  const mb = 2 ** 20;
  for (const [text, bytes] of [
    ['256M', 256 * mb],
    ['1G', 1024 * mb],
    ['1.5g', 1536 * mb],
    ['64MiB', 64 * mb],
    ['2048k', 2 * mb],
    ['256MB', 256 * mb],
    ['268435456', 256 * mb],
  ] as const) {
    assert.equal(memoryOf(text), bytes, text);
  }
  for (const text of ['', '256', '0', '1K', '-1G', '1T', 'M', '1e9', '256 M', 'Infinity', '9e999G']) {
    assert.throws(() => memoryOf(text), { code: 'commander.invalidArgument' }, text);
  }
});

test('secondsOf: more than nothing', () => {
  assert.deepEqual(['2', '0.5', '.25'].map(secondsOf), [2, 0.5, 0.25]);
  for (const text of ['0', '0.0', '', '-1', '2s', 'Infinity', '1e3', '0x2']) {
    assert.throws(() => secondsOf(text), { code: 'commander.invalidArgument' }, text);
  }
});
