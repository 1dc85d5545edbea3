import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, problemCodec } from '@assay/contract';
import { ProblemCache } from './problems.ts';

function known(digest: string, size: number) {
  const problem: Problem = { id: '', dataset: '', prompt: 'x'.repeat(size), promptTokens: 0 };
  return { problem, digest, fault: undefined };
}

test('the cache forgets what was unused for longest, by bytes', () => {
  const bytes = problemCodec.serialize(known('', 1000).problem).length;
  const cache = new ProblemCache(3 * bytes);
  for (const digest of ['a', 'b', 'c']) cache.add(known(digest, 1000));
  assert.ok(cache.get('a'));
  cache.add(known('d', 1000));
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].filter((digest) => cache.get(digest) !== undefined),
    ['a', 'c', 'd'],
  );
  cache.add(known('large', 2500));
  assert.deepEqual(
    ['a', 'c', 'd', 'large'].filter((digest) => cache.get(digest) !== undefined),
    ['large'],
  );
  cache.add(known('too large', 5000));
  assert.equal(cache.get('too large'), undefined);
  assert.ok(cache.get('large'));
});
