import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelShape, modelShapes } from './model-shapes.ts';

/** Of config.json: what decides on the number of parameters. */
interface Config {
  vocab: number;
  heads: number;
  /** Key-value heads; as many as heads if not given. */
  kv?: number;
  /** Of a head; width / heads if not given. */
  head?: number;
  mlp: number;
  /** Input and output share one table. */
  tied?: boolean;
  /** GPT-NeoX: two matrices in an MLP, biases, LayerNorm. */
  neox?: boolean;
  /** Of queries, keys and values. */
  bias?: boolean;
  /** Norms of a layer besides the usual two: of width, and of a head. */
  norms?: number;
  headNorms?: number;
  /** Experts, and how many of them a token is routed to. */
  experts?: [all: number, used: number];
}

const neox = (heads: number, width: number, vocab = 50_304): Config => ({
  ...{ vocab, heads, mlp: 4 * width, neox: true, bias: true },
});
const llama = { vocab: 128_256, kv: 8, heads: 64, mlp: 28_672 };
const gemma = { vocab: 256_000, head: 256, tied: true };
const gemma2 = { ...gemma, norms: 2 };
const qwen = { vocab: 152_064, bias: true };
const smallQwen = { ...qwen, vocab: 151_936, tied: true };
const qwen3 = { vocab: 151_936, kv: 8, head: 128, headNorms: 2 };
const phi3 = { vocab: 32_064, heads: 32, mlp: 8192 };

const configs: Record<string, Config> = {
  'Pythia-14M': neox(4, 128),
  'Pythia-31M': neox(8, 256),
  'Pythia-70M': neox(8, 512),
  'Pythia-160M': neox(12, 768),
  'Pythia-410M': neox(16, 1024),
  'Pythia-1B': neox(8, 2048),
  'Pythia-1.4B': neox(16, 2048),
  'Pythia-2.8B': neox(32, 2560),
  'Pythia-6.9B': neox(32, 4096, 50_432),
  'Pythia-12B': neox(40, 5120, 50_688),
  'Llama-3-8B': { ...llama, heads: 32, mlp: 14_336 },
  'Llama-3-70B': llama,
  'Llama-3.1-8B': { ...llama, heads: 32, mlp: 14_336 },
  'Llama-3.1-70B': llama,
  'Llama-3.1-405B': { ...llama, heads: 128, mlp: 53_248 },
  'Llama-3.2-1B': { ...llama, heads: 32, head: 64, mlp: 8192, tied: true },
  'Llama-3.2-3B': { ...llama, heads: 24, mlp: 8192, tied: true },
  'Llama-3.3-70B': llama,
  'Gemma-2B': { ...gemma, heads: 8, kv: 1, mlp: 16_384 },
  'Gemma-7B': { ...gemma, heads: 16, mlp: 24_576 },
  'Gemma-2-2B': { ...gemma2, heads: 8, kv: 4, mlp: 9216 },
  'Gemma-2-9B': { ...gemma2, heads: 16, kv: 8, mlp: 14_336 },
  'Gemma-2-27B': { ...gemma2, heads: 32, kv: 16, head: 128, mlp: 36_864 },
  'Qwen2.5-0.5B': { ...smallQwen, heads: 14, kv: 2, mlp: 4864 },
  'Qwen2.5-1.5B': { ...smallQwen, heads: 12, kv: 2, mlp: 8960 },
  'Qwen2.5-3B': { ...smallQwen, heads: 16, kv: 2, mlp: 11_008 },
  'Qwen2.5-7B': { ...qwen, heads: 28, kv: 4, mlp: 18_944 },
  'Qwen2.5-14B': { ...qwen, heads: 40, kv: 8, mlp: 13_824 },
  'Qwen2.5-32B': { ...qwen, heads: 40, kv: 8, mlp: 27_648 },
  'Qwen2.5-72B': { ...qwen, heads: 64, kv: 8, mlp: 29_568 },
  'Qwen3-0.6B': { ...qwen3, heads: 16, mlp: 3072, tied: true },
  'Qwen3-1.7B': { ...qwen3, heads: 16, mlp: 6144, tied: true },
  'Qwen3-4B': { ...qwen3, heads: 32, mlp: 9728, tied: true },
  'Qwen3-8B': { ...qwen3, heads: 32, mlp: 12_288 },
  'Qwen3-14B': { ...qwen3, heads: 40, mlp: 17_408 },
  'Qwen3-32B': { ...qwen3, heads: 64, mlp: 25_600 },
  'Qwen3-30B-A3B': { ...qwen3, heads: 32, kv: 4, mlp: 768, experts: [128, 8] },
  'Qwen3-235B-A22B': { ...qwen3, heads: 64, kv: 4, mlp: 1536, experts: [128, 8] },
  'Mistral-7B': { vocab: 32_000, heads: 32, kv: 8, mlp: 14_336 },
  'Mixtral-8x7B': { vocab: 32_000, heads: 32, kv: 8, mlp: 14_336, experts: [8, 2] },
  'Mixtral-8x22B': { vocab: 32_768, heads: 48, kv: 8, mlp: 16_384, experts: [8, 2] },
  'Phi-3-mini': phi3,
  'Phi-3.5-mini': phi3,
  'Phi-4': { vocab: 100_352, heads: 40, kv: 10, mlp: 17_920 },
  'Phi-4-mini': { vocab: 200_064, heads: 24, kv: 8, mlp: 8192, tied: true },
};

function parametersOf(config: Config, layers: number, width: number): number {
  const { vocab, heads, kv = heads, head = width / heads, mlp, experts: [all, used] = [0, 1] } = config;
  const { tied = false, neox: twoMatrices = false, bias = false, norms = 0, headNorms = 0 } = config;
  const projected = head * (heads + 2 * kv);
  const attention = width * projected + head * heads * width + (bias ? projected : 0);
  const feedForward = used * (twoMatrices ? 2 : 3) * width * mlp + all * width;
  const biases = twoMatrices ? width + mlp + width : 0;
  const perNorm = twoMatrices ? 2 * width : width;
  const layer = attention + feedForward + biases + (2 + norms) * perNorm + headNorms * head;
  return layers * layer + (tied ? 1 : 2) * vocab * width + perNorm;
}

describe('shapes of models', () => {
  for (const { name, parameters, layers, width } of modelShapes) {
    const config = configs[name];
    if (config === undefined) continue;
    test(`${name} has the parameters that its configuration adds up to`, () => {
      assert.equal(parameters, parametersOf(config, layers, width));
    });
  }

  test('Phi-1.5 and Phi-2, as GPT-NeoX with one norm a layer and a bias for each token', () => {
    for (const [name, vocab] of [['Phi-1.5', 51_200] as const, ['Phi-2', 51_200] as const]) {
      const { parameters, layers, width } = modelShapes.find((each) => each.name === name) ?? assert.fail();
      const plain = parametersOf(neox(32, width, vocab), layers, width);
      assert.equal(parameters, plain - layers * 2 * width + vocab, name);
    }
  });

  // Multi-head latent attention: ranks 512 of keys and values, and of queries 1536 or none; 64 rotary dimensions.
  const deepseek: [string, heads: number, rank: number, dense: number, experts: number, mlp: number][] = [
    ['DeepSeek-Coder-V2-Lite', 16, 0, 10_944, 64, 1408],
    ['DeepSeek-Coder-V2', 128, 1536, 12_288, 160, 1536],
  ];
  for (const [name, heads, rank, dense, experts, mlp] of deepseek) {
    test(`${name}: the published active parameters, with the output's table and 6 + 2 experts`, () => {
      const { parameters, layers, width } = modelShapes.find((each) => each.name === name) ?? assert.fail();
      const queries = rank === 0 ? width * heads * 192 : width * rank + rank * heads * 192;
      const attention = queries + width * 576 + 512 * heads * 256 + heads * 128 * width;
      const routed = 8 * 3 * width * mlp + experts * width;
      const active = layers * attention + 3 * width * dense + (layers - 1) * routed + 102_400 * width;
      assert.ok(Math.abs(active / parameters - 1) < 0.025, `${active}`);
    });
  }

  test('every shape is covered by one of these tests', () => {
    const others = modelShapes.filter(({ name }) => configs[name] === undefined).map(({ name }) => name);
    assert.deepEqual(others, ['DeepSeek-Coder-V2-Lite', 'DeepSeek-Coder-V2', 'Phi-1.5', 'Phi-2']);
    for (const { source } of modelShapes) assert.match(source, /^config\.json of [\w.-]+\/[\w.-]+/);
  });

  const names: [name: string, shape: string | undefined][] = [
    ['meta-llama/Meta-Llama-3-8B-Instruct', 'Llama-3-8B'],
    ['meta-llama/Llama-3.1-70B-Instruct', 'Llama-3.1-70B'],
    ['llama3:8b', 'Llama-3-8B'],
    ['llama3.1:8b-instruct-q4_K_M', 'Llama-3.1-8B'],
    ['Pythia 12B', 'Pythia-12B'],
    ['EleutherAI/pythia-70m-deduped', 'Pythia-70M'],
    ['google/gemma-2b-it', 'Gemma-2B'],
    ['gemma2:2b', 'Gemma-2-2B'],
    ['deepseek-ai/DeepSeek-Coder-V2-Instruct-0724', 'DeepSeek-Coder-V2'],
    ['deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct', 'DeepSeek-Coder-V2-Lite'],
    ['Qwen/Qwen2.5-Math-7B-Instruct', 'Qwen2.5-7B'],
    ['Qwen/Qwen2.5-Coder-32B-Instruct-AWQ', 'Qwen2.5-32B'],
    ['Qwen/Qwen3-30B-A3B-Thinking-2507', 'Qwen3-30B-A3B'],
    ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 'Qwen2.5-7B'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'Mixtral-8x7B'],
    ['mistralai/Mistral-7B-Instruct-v0.3', 'Mistral-7B'],
    ['microsoft/phi-1_5', 'Phi-1.5'],
    ['microsoft/Phi-3-mini-128k-instruct', 'Phi-3-mini'],
    ['microsoft/Phi-4-multimodal-instruct', undefined],
    ['meta-llama/Llama-3.2-11B-Vision-Instruct', undefined],
    ['Qwen/Qwen2.5-VL-7B-Instruct', undefined],
    ['gpt-4o', undefined],
    ['', undefined],
    ['__proto__', undefined],
    [`Llama-3-8B${'-it'.repeat(1e6)}`, undefined],
  ];
  for (const [name, shape] of names) {
    test(`${name.slice(0, 60) || 'no name'}: ${shape ?? 'none'}`, () => {
      assert.equal(modelShape(name)?.name, shape);
    });
  }

  test('each is found by its own name and by that of its repository', () => {
    for (const shape of modelShapes) {
      assert.equal(modelShape(shape.name), shape);
      const repository = shape.source.match(/\/([\w.-]+)/)?.[1] ?? '';
      assert.equal(modelShape(repository), shape);
    }
  });
});
