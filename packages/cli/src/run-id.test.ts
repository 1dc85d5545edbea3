import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveRunId, type RunIdentity } from './run-id.ts';

const identity: RunIdentity = { samples: ['data/gsm8k.jsonl.gz', 'more.jsonl'], verifiers: ['math'] };

describe('the id of a run', () => {
  test('names the first file and is a valid id', () => {
    assert.match(deriveRunId(identity), /^gsm8k-[0-9a-f]{8}$/);
    assert.match(deriveRunId({ ...identity, samples: ['ünï çode (1).parquet'] }), /^_n_ode_1_-[0-9a-f]{8}$/);
    assert.match(deriveRunId({ ...identity, samples: [`${'x'.repeat(300)}.yaml`] }), /^x{64}-[0-9a-f]{8}$/);
    assert.match(deriveRunId({ ...identity, samples: ['/'] }), /^run-[0-9a-f]{8}$/);
  });

  test('is the same for the same command, however its paths are written', () => {
    const samples = [`${process.cwd()}/data/gsm8k.jsonl.gz`, './data/../more.jsonl'];
    assert.equal(deriveRunId({ ...identity, samples }), deriveRunId(identity));
    assert.equal(deriveRunId({ ...identity, earlyStop: false }), deriveRunId(identity));
  });

  test('differs by everything that changes what is judged', () => {
    const others: Partial<RunIdentity>[] = [
      {},
      { samples: ['data/gsm8k.jsonl.gz'] },
      { samples: ['other/gsm8k.jsonl.gz', 'more.jsonl'] },
      { verifiers: ['math', 'mine'] },
      { verifiers: ['mine', 'math'] },
      { problems: ['p.jsonl'] },
      { format: 'jsonl' },
      { dataset: 'd' },
      { policy: 'qwen' },
      { limit: 10 },
      { earlyStop: true },
      { maxAttempts: 10 },
      { env: { ASSAY_REWARD_MODEL: 'a' } },
      { env: { ASSAY_REWARD_MODEL: 'b' } },
    ];
    const ids = others.map((other) => deriveRunId({ ...identity, ...other }));
    assert.equal(new Set(ids).size, others.length);
  });

  test('is new each time for standard input, which is another one each time', () => {
    const stdin = { ...identity, samples: ['-'] };
    assert.match(deriveRunId(stdin), /^stdin-[0-9a-f]{8}$/);
    assert.notEqual(deriveRunId(stdin), deriveRunId(stdin));
  });
});
