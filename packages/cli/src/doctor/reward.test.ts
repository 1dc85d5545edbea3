import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../paths.ts';
import { reward } from './reward.ts';

test('a model that can be used is told with its revision and engine', async () => {
  const env = { ASSAY_REWARD_MODEL: join(repository, 'examples/reward') };
  const { ok, detail } = await reward(undefined, env);
  assert.ok(ok, detail);
  assert.match(detail, /^reward, revision [0-9a-f]{12}, by onnxruntime \d/);
});

test('none, or one that cannot be reached: how to mend it', async () => {
  for (const env of [
    {},
    { ASSAY_REWARD_MODEL: '/nonexistent' },
    { ASSAY_REWARD_BACKEND: 'tei', ASSAY_REWARD_URL: 'http://127.0.0.1:1' },
  ]) {
    const { ok, detail, mend } = await reward(undefined, env);
    assert.ok(!ok);
    assert.match(detail, /ASSAY_REWARD_|127\.0\.0\.1:1|nonexistent/);
    assert.ok(mend);
  }
});

test('a fault of our own is no finding', async () => {
  await assert.rejects(
    reward(() => Promise.reject(new Error('bug'))),
    /bug/,
  );
});
