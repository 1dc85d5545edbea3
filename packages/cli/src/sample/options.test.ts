import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { bodyOf, modelOf, type SampleOptions, seedOf, serverOf } from './options.ts';
import { SamplingProgress } from './progress.ts';

const options = (given: Partial<SampleOptions>) => ({ timeout: 5, ...given }) as SampleOptions;
const usage = (words: RegExp) => (error: unknown) =>
  error instanceof AssayError && error.code === 'usage' && words.test(error.message);

describe('where the model is', () => {
  test('--url with --model, or a URL as the model', () => {
    const by = (given: Partial<SampleOptions>) => [serverOf(options(given), {}).url, modelOf(options(given))];
    assert.deepEqual(by({ url: 'http://a/v1', model: 'llama' }), ['http://a/v1', 'llama']);
    assert.deepEqual(by({ model: 'http://a:8000' }), ['http://a:8000', undefined]);
    assert.deepEqual(by({ dryRun: true }), ['http://localhost/v1', undefined]);
    assert.throws(() => by({ model: 'llama' }), usage(/where the model is served/));
    assert.throws(() => by({ model: 'http://a', url: 'http://b' }), usage(/both are URLs/));
  });

  test('the key of OPENAI_API_KEY goes over https or to this machine; one that is named goes anywhere', () => {
    const env = { OPENAI_API_KEY: 'general', MINE: 'named' };
    const key = (url: string, apiKeyEnv?: string) =>
      serverOf(options({ url, ...(apiKeyEnv !== undefined && { apiKeyEnv }) }), env).apiKey;
    for (const url of [
      'https://api.example.com/v1',
      'http://localhost:8000',
      'http://127.0.0.1:1',
      'http://[::1]:1',
    ]) {
      assert.equal(key(url), 'general', url);
    }
    for (const url of [
      'http://10.0.0.7:8000/v1',
      'http://localhost.example.com',
      'http://127.0.0.1.example.com',
    ]) {
      assert.equal(key(url), undefined, url);
      assert.equal(key(url, 'MINE'), 'named', url);
    }
    assert.throws(() => key('http://localhost', 'NONE'), usage(/NONE is not set/));
    assert.equal(serverOf(options({ url: 'http://localhost' }), { OPENAI_API_KEY: '' }).apiKey, undefined);
  });
});

test('further fields and seeds are read, or refused', () => {
  assert.deepEqual(bodyOf('{"top_k": 0, "max_tokens": null}'), { top_k: 0, max_tokens: null });
  for (const wrong of ['', '[]', 'null', '{"n": 2}', '{"stream": true}', '{"messages": []}']) {
    assert.throws(() => bodyOf(wrong), wrong);
  }
  assert.deepEqual(['none', '0', '17'].map(seedOf), ['none', 0, 17]);
  for (const wrong of ['', '-1', '1.5', '1e400']) assert.throws(() => seedOf(wrong), wrong);
});

test('progress has the rates of the last seconds', () => {
  const progress = new SamplingProgress();
  const counts = { all: 1000, retries: 0 };
  assert.equal(progress.line({ ...counts, done: 0, tokens: 0 }, 0), '0 of 1,000 samples · 0/s · 0 tokens/s');
  assert.equal(
    progress.line({ ...counts, done: 100, tokens: 5_000, retries: 2 }, 10_000),
    '100 of 1,000 samples · 10/s · 500 tokens/s · 2 tries failed · 1:30 left',
  );
  const judged = { ...counts, done: 500, tokens: 9_000, verdicts: 400, solved: 3 };
  assert.equal(
    progress.line(judged, 20_000),
    '500 of 1,000 samples · 40/s · 400 tokens/s · 400 verdicts · 3 solved · 0:13 left',
  );
});
