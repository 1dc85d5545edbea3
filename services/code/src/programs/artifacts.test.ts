import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Artifacts } from './artifacts.ts';

const program = (bytes: number) => ({ files: [{ path: 'program', content: Buffer.alloc(bytes) }] });

test('what was used last stays, what was not goes when there is no room', () => {
  const artifacts = new Artifacts(3000);
  artifacts.set('a', program(1000));
  artifacts.set('b', program(1000));
  assert.ok(artifacts.get('a'));
  artifacts.set('c', program(1000));
  assert.equal(artifacts.get('b'), undefined);
  assert.ok(artifacts.get('a') && artifacts.get('c'));
  artifacts.set('a', { diagnostics: 'no' });
  artifacts.set('d', program(1000));
  assert.deepEqual(artifacts.get('a'), { diagnostics: 'no' });
  assert.ok(artifacts.get('c') && artifacts.get('d'));
  assert.deepEqual([artifacts.hits, artifacts.misses], [6, 1]);
});

test('one that has no room alone is not kept', () => {
  const artifacts = new Artifacts(1000);
  artifacts.set('a', program(2000));
  assert.equal(artifacts.get('a'), undefined);
});

test('a key tells its parts apart', () => {
  assert.notEqual(Artifacts.key('ab', 'c'), Artifacts.key('a', 'bc'));
  assert.notEqual(Artifacts.key('a\0b'), Artifacts.key('a', 'b'));
});
