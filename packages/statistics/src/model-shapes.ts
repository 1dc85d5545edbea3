/** Shapes of well-known models. */
import type { ModelShape } from './cost.ts';

type Row = readonly [name: string, parameters: number, layers: number, width: number, repository: string];

/** Not all of theirs: without the table that tokens are looked up in. */
const activated = ', activated parameters of its README';

/**
 * Parameters are all that a checkpoint holds, embeddings included, as follows from the model's configuration (a test adds
 * them up); of a mixture of experts those of the experts that a token is routed to, all else included.
 */
const rows: readonly Row[] = [
  ['Pythia-14M', 14_067_712, 6, 128, 'EleutherAI/pythia-14m'],
  ['Pythia-31M', 30_494_720, 6, 256, 'EleutherAI/pythia-31m'],
  ['Pythia-70M', 70_426_624, 6, 512, 'EleutherAI/pythia-70m'],
  ['Pythia-160M', 162_322_944, 12, 768, 'EleutherAI/pythia-160m'],
  ['Pythia-410M', 405_334_016, 24, 1024, 'EleutherAI/pythia-410m'],
  ['Pythia-1B', 1_011_781_632, 16, 2048, 'EleutherAI/pythia-1b'],
  ['Pythia-1.4B', 1_414_647_808, 24, 2048, 'EleutherAI/pythia-1.4b'],
  ['Pythia-2.8B', 2_775_208_960, 32, 2560, 'EleutherAI/pythia-2.8b'],
  ['Pythia-6.9B', 6_857_302_016, 32, 4096, 'EleutherAI/pythia-6.9b'],
  ['Pythia-12B', 11_846_072_320, 36, 5120, 'EleutherAI/pythia-12b'],
  ['Llama-3-8B', 8_030_261_248, 32, 4096, 'meta-llama/Meta-Llama-3-8B'],
  ['Llama-3-70B', 70_553_706_496, 80, 8192, 'meta-llama/Meta-Llama-3-70B'],
  ['Llama-3.1-8B', 8_030_261_248, 32, 4096, 'meta-llama/Llama-3.1-8B'],
  ['Llama-3.1-70B', 70_553_706_496, 80, 8192, 'meta-llama/Llama-3.1-70B'],
  ['Llama-3.1-405B', 405_853_388_800, 126, 16_384, 'meta-llama/Llama-3.1-405B'],
  ['Llama-3.2-1B', 1_235_814_400, 16, 2048, 'meta-llama/Llama-3.2-1B'],
  ['Llama-3.2-3B', 3_212_749_824, 28, 3072, 'meta-llama/Llama-3.2-3B'],
  ['Llama-3.3-70B', 70_553_706_496, 80, 8192, 'meta-llama/Llama-3.3-70B-Instruct'],
  ['Gemma-2B', 2_506_172_416, 18, 2048, 'google/gemma-2b'],
  ['Gemma-7B', 8_537_680_896, 28, 3072, 'google/gemma-7b'],
  ['Gemma-2-2B', 2_614_341_888, 26, 2304, 'google/gemma-2-2b'],
  ['Gemma-2-9B', 9_241_705_984, 42, 3584, 'google/gemma-2-9b'],
  ['Gemma-2-27B', 27_227_128_320, 46, 4608, 'google/gemma-2-27b'],
  ['DeepSeek-Coder-V2-Lite', 2.4e9, 27, 2048, `deepseek-ai/DeepSeek-Coder-V2-Lite-Base${activated}`],
  ['DeepSeek-Coder-V2', 21e9, 60, 5120, `deepseek-ai/DeepSeek-Coder-V2-Base${activated}`],
  ['Qwen2.5-0.5B', 494_032_768, 24, 896, 'Qwen/Qwen2.5-0.5B'],
  ['Qwen2.5-1.5B', 1_543_714_304, 28, 1536, 'Qwen/Qwen2.5-1.5B'],
  ['Qwen2.5-3B', 3_085_938_688, 36, 2048, 'Qwen/Qwen2.5-3B'],
  ['Qwen2.5-7B', 7_615_616_512, 28, 3584, 'Qwen/Qwen2.5-7B'],
  ['Qwen2.5-14B', 14_770_033_664, 48, 5120, 'Qwen/Qwen2.5-14B'],
  ['Qwen2.5-32B', 32_763_876_352, 64, 5120, 'Qwen/Qwen2.5-32B'],
  ['Qwen2.5-72B', 72_706_203_648, 80, 8192, 'Qwen/Qwen2.5-72B'],
  ['Qwen3-0.6B', 596_049_920, 28, 1024, 'Qwen/Qwen3-0.6B'],
  ['Qwen3-1.7B', 1_720_574_976, 28, 2048, 'Qwen/Qwen3-1.7B'],
  ['Qwen3-4B', 4_022_468_096, 36, 2560, 'Qwen/Qwen3-4B'],
  ['Qwen3-8B', 8_190_735_360, 36, 4096, 'Qwen/Qwen3-8B'],
  ['Qwen3-14B', 14_768_307_200, 40, 5120, 'Qwen/Qwen3-14B'],
  ['Qwen3-32B', 32_762_123_264, 64, 5120, 'Qwen/Qwen3-32B'],
  ['Qwen3-30B-A3B', 3_353_032_704, 48, 2048, 'Qwen/Qwen3-30B-A3B'],
  ['Qwen3-235B-A22B', 22_190_763_520, 94, 4096, 'Qwen/Qwen3-235B-A22B'],
  ['Mistral-7B', 7_241_732_096, 32, 4096, 'mistralai/Mistral-7B-v0.1'],
  ['Mixtral-8x7B', 12_879_925_248, 32, 4096, 'mistralai/Mixtral-8x7B-v0.1'],
  ['Mixtral-8x22B', 39_161_468_928, 56, 6144, 'mistralai/Mixtral-8x22B-v0.1'],
  ['Phi-1.5', 1_418_270_720, 24, 2048, 'microsoft/phi-1_5'],
  ['Phi-2', 2_779_683_840, 32, 2560, 'microsoft/phi-2'],
  ['Phi-3-mini', 3_821_079_552, 32, 3072, 'microsoft/Phi-3-mini-4k-instruct'],
  ['Phi-3.5-mini', 3_821_079_552, 32, 3072, 'microsoft/Phi-3.5-mini-instruct'],
  ['Phi-4', 14_659_507_200, 40, 5120, 'microsoft/phi-4'],
  ['Phi-4-mini', 3_836_021_760, 32, 3072, 'microsoft/Phi-4-mini-instruct'],
];

export const modelShapes: readonly ModelShape[] = rows.map(
  ([name, parameters, layers, width, repository]) => ({
    name,
    parameters,
    layers,
    width,
    source: `config.json of ${repository}`,
  }),
);

/** Models that have the shape of another. */
const also: Readonly<Record<string, string>> = {
  'QwQ-32B': 'Qwen2.5-32B',
  'DeepSeek-R1-Distill-Qwen-1.5B': 'Qwen2.5-1.5B',
  'DeepSeek-R1-Distill-Qwen-7B': 'Qwen2.5-7B',
  'DeepSeek-R1-Distill-Qwen-14B': 'Qwen2.5-14B',
  'DeepSeek-R1-Distill-Qwen-32B': 'Qwen2.5-32B',
  'DeepSeek-R1-Distill-Llama-8B': 'Llama-3.1-8B',
  'DeepSeek-R1-Distill-Llama-70B': 'Llama-3.3-70B',
  'Gemma-1.1-2B': 'Gemma-2B',
  'Gemma-1.1-7B': 'Gemma-7B',
};

/** What names say of tuning and of number formats, which leave the shape as it is. */
const tail =
  /-(instruct|chat|base|it|thinking|reasoning|plus|preview|deduped|hf|turbo|awq|gguf|gptq|fp-8|bf-16|fp-16|int-[48]|4k|128k|v-[01]\.\d|q-\d(-[k01])?(-[sml])?|\d{4})$/;

const byKey = new Map<string, ModelShape>(modelShapes.map((shape) => [keyOf(shape.name), shape]));
for (const [name, same] of Object.entries(also)) byKey.set(keyOf(name), byKey.get(keyOf(same)) as ModelShape);

/**
 * The shape of a model by any of its usual names: with or without its owner (`meta-llama/Meta-Llama-3-8B-Instruct`), how
 * it was tuned or quantised, and in any case (`llama3:8b`). Undefined: none is known, and nothing is guessed.
 */
export function modelShape(name: string): ModelShape | undefined {
  return name.length > longestName ? undefined : byKey.get(keyOf(name));
}

const longestName = 200;

function keyOf(name: string): string {
  let key = name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/[\s_:-]+/g, '-')
    // llama3-8b as llama-3-8b.
    .replace(/([a-z])(?=\d)/g, '$1-')
    .replace(/^meta-/, '')
    .replace(/^(qwen-2\.5)-(math|coder)-/, '$1-')
    .replace(/^phi-1-5/, 'phi-1.5');
  for (let shorter = key.replace(tail, ''); shorter !== key; shorter = key.replace(tail, '')) key = shorter;
  return key;
}
