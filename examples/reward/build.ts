// Writes a reward model that is small enough to be read: model.onnx, tokenizer.json, tokenizer_config.json, config.json.
// A score is the sum of one weight for each token. The weights are fitted to the samples of ../math: for each pair of a
// correct and an incorrect sample of one problem, the correct one is to have the higher score (Bradley-Terry).
// With --check it only says, by the exit code too, whether the files are these.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { onnxModel } from '../../services/reward/src/backends/testing/onnx-model.ts';

const folder = import.meta.dirname;
const maxTokens = 8192;

interface Problem {
  readonly prompt: string;
  readonly samples: readonly string[];
}

function readRows<T>(name: string): T[] {
  const text = readFileSync(join(folder, '../math', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const problems = readRows<Problem>('problems.jsonl');
const verdicts = readRows<{ verdicts: string }>('expected.jsonl');

/** Letters together, digits together, everything else by itself. */
const words = '[A-Za-z]+|[0-9]+|[^A-Za-z0-9]';
const special = ['[PAD]', '[UNK]', '<|system|>', '<|user|>', '<|assistant|>', '<|end|>'];

/** Printable ASCII characters, alone and within a word, so that every word of them has tokens; then whole words. */
function vocabularyOf(texts: readonly string[]): string[] {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).concat('\n');
  const inside = ascii.filter((char) => /[A-Za-z0-9]/.test(char)).map((char) => `##${char}`);
  const found = texts.flatMap((text) => text.match(new RegExp(words, 'g')) ?? []);
  const whole = new Set(found.filter((word) => /^[A-Za-z0-9]{2,16}$/.test(word)));
  return [...special, ...ascii, ...inside, ...[...whole].sort()];
}

const vocabulary = vocabularyOf(problems.flatMap(({ prompt, samples }) => [prompt, ...samples]));

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: special.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: 'Split', pattern: { Regex: words }, behavior: 'Isolated', invert: false },
  post_processor: null,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
  },
};

const tokenizerConfig = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  model_max_length: maxTokens,
  clean_up_tokenization_spaces: false,
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  chat_template:
    "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content + '<|end|>' }}{% endfor %}",
};

const config = {
  model_type: 'sum-of-tokens',
  id2label: { 0: 'reward' },
  vocab_size: vocabulary.length,
  pad_token_id: 0,
};

/** How often each token is in a sample. What the prompt adds is the same for all of its samples. */
function countsOf(
  text: string,
  { encode }: { encode(text: string): readonly number[] },
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of encode(text)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Differences of counts, of a correct sample less an incorrect one. */
function pairs(): [id: number, difference: number][][] {
  const reader = new Tokenizer(tokenizer, tokenizerConfig);
  const encode = (text: string) => reader.encode(text, { add_special_tokens: false }).ids;
  return problems.flatMap(({ samples }, at) => {
    const counts = samples.map((text) => countsOf(text, { encode }));
    const marked = (mark: string) => counts.filter((_, i) => verdicts[at]?.verdicts[i] === mark);
    return marked('C').flatMap((good) =>
      marked('I').map((bad) =>
        [...new Set([...good.keys(), ...bad.keys()])]
          .map((id) => [id, (good.get(id) ?? 0) - (bad.get(id) ?? 0)] as [number, number])
          .filter(([, difference]) => difference !== 0),
      ),
    );
  });
}

/**
 * Logistic regression on the pairs, with a penalty on squares: steps down the gradient, each weight's by the size that
 * its gradients had (AdaGrad), as some samples have thousands of one token. Rounded, so that no machine's last bit shows.
 */
function fit(data: readonly [number, number][][]): Float32Array {
  const [steps, rate, penalty] = [400, 0.1, 1e-3];
  const weights = new Float64Array(vocabulary.length);
  const squares = new Float64Array(vocabulary.length).fill(1e-12);
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map((weight) => penalty * weight);
    for (const pair of data) {
      const margin = pair.reduce((sum, [id, difference]) => sum + difference * (weights[id] as number), 0);
      const push = 1 / (1 + Math.exp(margin)) / data.length;
      for (const [id, difference] of pair) (gradient[id] as number) -= push * difference;
    }
    gradient.forEach((slope, id) => {
      (squares[id] as number) += slope * slope;
      (weights[id] as number) -= (rate * slope) / Math.sqrt(squares[id] as number);
    });
  }
  return Float32Array.from(weights, (weight) => Math.round(weight * 128) / 128);
}

const model = onnxModel({
  inputs: [
    ['input_ids', 'int64', ['batch', 'tokens']],
    ['attention_mask', 'int64', ['batch', 'tokens']],
  ],
  outputs: [['logits', 'float', ['batch', 1]]],
  constants: {
    weights: { shape: [vocabulary.length], data: fit(pairs()) },
    tokens: { shape: [1], data: BigInt64Array.of(1n) },
  },
  nodes: [
    { op: 'Gather', inputs: ['weights', 'input_ids'], outputs: ['each'] },
    { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], ints: { to: 1 } },
    { op: 'Mul', inputs: ['each', 'mask'], outputs: ['read'] },
    { op: 'ReduceSum', inputs: ['read', 'tokens'], outputs: ['logits'], ints: { keepdims: 1 } },
  ],
});

const json = (value: object) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
const files = {
  'model.onnx': model,
  'tokenizer.json': json(tokenizer),
  'tokenizer_config.json': json(tokenizerConfig),
  'config.json': json(config),
};
for (const [name, bytes] of Object.entries(files)) {
  const path = join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(path, bytes);
  else if (!readFileSync(path).equals(bytes)) {
    console.error(`${name} is not what build.ts makes: run ./assay node examples/reward/build.ts`);
    process.exitCode = 1;
  }
}
