import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from './builtin.ts';

test('what the environment says on verdicts, of the verifiers that are used', () => {
  const env = {
    ASSAY_REWARD_MODEL: 'm',
    ASSAY_REWARD_BACKEND: 'onnx',
    ASSAY_REWARD_TIMEOUT_MS: '1',
    ASSAY_REWARD_START_MS: '1',
    ASSAY_REWARD_BATCH: '2',
    ASSAY_REWARD_API_KEY: 'k',
    PATH: '/bin',
  };
  assert.deepEqual(settingsOf(['math', 'reward'], env), {
    ASSAY_REWARD_MODEL: 'm',
    ASSAY_REWARD_BACKEND: 'onnx',
  });
  assert.deepEqual(settingsOf(['math', 'mine'], env), {});
});
