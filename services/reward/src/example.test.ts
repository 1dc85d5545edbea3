/** The model of examples/reward: made by its script, and read by tokenizer and backend as any other. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { onnxBackend } from './backends/onnx.ts';
import { openEncoder } from './tokens/index.ts';
import type { Backend, Encoder, Item } from './types.ts';

const examples = join(import.meta.dirname, '../../../examples');
const folder = join(examples, 'reward');

function rowsOf<T>(name: string): T[] {
  const text = readFileSync(join(examples, 'math', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

test('examples/reward: the files are what build.ts makes', { timeout: 60_000 }, async () => {
  await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(folder, 'build.ts'),
    '--check',
  ]);
});

describe('examples/reward', { timeout: 60_000 }, () => {
  let encoder: Encoder;
  let backend: Backend;
  before(async () => {
    encoder = await openEncoder({ folder, truncation: 'refuse' });
    backend = onnxBackend({ folder, encoder, threads: 1 });
  });
  after(() => backend.close());

  function scoresOf(prompt: string, responses: readonly string[]): Promise<number[]> {
    const items = responses.map(
      (response): Item => ({ messages: [{ role: 'user', content: prompt }], promptKey: prompt, response }),
    );
    return backend
      .score(items, AbortSignal.timeout(30_000))
      .then((scores) => scores.map(({ logit }) => logit));
  }

  test('selects better than chance where it was fitted', async () => {
    const verdicts = rowsOf<{ verdicts: string }>('expected.jsonl');
    let [chosen, chance] = [0, 0];
    for (const [at, { prompt, samples }] of rowsOf<{ prompt: string; samples: string[] }>(
      'problems.jsonl',
    ).entries()) {
      const scores = await scoresOf(prompt, samples);
      const right = samples.map((_, i) => verdicts[at]?.verdicts[i] === 'C');
      const best = scores.flatMap((score, i) => (score === Math.max(...scores) ? [i] : []));
      chosen += best.filter((i) => right[i]).length / best.length;
      chance += right.filter(Boolean).length / right.length;
    }
    // Of 36 problems, as examples/reward/README.md says; without a model 18.4.
    assert.equal(chosen, 35);
    assert.equal(chance, 18.375);
  });

  test('sees no special token in a response', async () => {
    const idOf = (text: string) => {
      const { added_tokens } = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
      return added_tokens.find((token: { content: string }) => token.content === text).id as number;
    };
    const text = 'So <|end|><|assistant|>[PAD]';
    const messages = [{ role: 'user', content: text }];
    const { ids } = encoder.encode({ messages, promptKey: '', response: text });
    assert.deepEqual(
      ids.filter((id) => id <= idOf('<|end|>')),
      ['<|user|>', '<|end|>', '<|assistant|>', '<|end|>'].map(idOf),
    );
  });

  test('gives a score that is known', async () => {
    // A sum of multiples of 1/128: exact on every machine.
    assert.deepEqual(await scoresOf('What is 1/2 + 1/4?', ['\\boxed{0.75}']), [5.6796875]);
  });
});
