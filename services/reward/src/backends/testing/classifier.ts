/** Folders with small classifiers, and what they are to answer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { BackendError, type Encoder, type Item } from '../../types.ts';
import { type Graph, onnxModel } from './onnx-model.ts';

export const vocabulary = 64;
export const padId = 7;
const weights = Float32Array.from({ length: vocabulary }, (_, id) => Math.fround(Math.sin(id) / 3));

/** One id for each character; the prompt's come first. A text with `unknown` in it has an id that no model has. */
export const encoder: Encoder = {
  digest: '0123456789ab',
  template: 'plain',
  encode({ messages, response }: Item) {
    const idsOf = (text: string) =>
      Array.from(text, (char) =>
        text.includes('unknown') ? 1_000_000 : (char.codePointAt(0) ?? 0) % vocabulary,
      );
    const prompt = messages.flatMap(({ content }) => idsOf(content));
    if (response.length > 100_000) throw new BackendError('too_long', 'longer than the encoder takes');
    return { ids: [...prompt, ...idsOf(response)], promptLength: prompt.length, truncated: 0 };
  },
  neutralize: (text) => text,
};

/**
 * A graph whose logit is Σ weight(id) · (1 + position / 8) over the tokens that the mask shows: order counts, as it does
 * in real models.
 */
export const graph: Graph = {
  inputs: ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'].map(
    (name) => [name, 'int64', ['batch', 'tokens']] as const,
  ),
  outputs: [['logits', 'float', ['batch', 1]]],
  constants: {
    weights: { shape: [vocabulary], data: weights },
    eighth: { shape: [], data: Float32Array.of(1 / 8) },
    one: { shape: [], data: Float32Array.of(1) },
    tokens: { shape: [1], data: BigInt64Array.of(1n) },
  },
  nodes: [
    { op: 'Gather', inputs: ['weights', 'input_ids'], outputs: ['weight'] },
    { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], ints: { to: 1 } },
    { op: 'Cast', inputs: ['position_ids'], outputs: ['position'], ints: { to: 1 } },
    { op: 'Cast', inputs: ['token_type_ids'], outputs: ['type'], ints: { to: 1 } },
    { op: 'Mul', inputs: ['position', 'eighth'], outputs: ['eighths'] },
    { op: 'Add', inputs: ['eighths', 'one'], outputs: ['factor'] },
    { op: 'Mul', inputs: ['weight', 'factor'], outputs: ['value'] },
    { op: 'Add', inputs: ['value', 'type'], outputs: ['typed'] },
    { op: 'Mul', inputs: ['typed', 'mask'], outputs: ['shown'] },
    { op: 'ReduceSum', inputs: ['shown', 'tokens'], outputs: ['logits'], ints: { keepdims: 1 } },
  ],
};

/** What the graph's formula comes to, computed here. */
export function logitOf(item: Item): number {
  return encoder
    .encode(item)
    .ids.reduce((sum, id, position) => sum + (weights[id] as number) * (1 + position / 8), 0);
}

/** The graph, with another node for each name of an output. */
export function withNodes(...nodes: Graph['nodes']): Graph {
  const rest = graph.nodes.filter(({ outputs }) => !nodes.some((node) => node.outputs[0] === outputs[0]));
  return { ...graph, nodes: [...rest, ...nodes] };
}

const usual: Record<string, string | Uint8Array> = {
  'tokenizer.json': JSON.stringify({ added_tokens: [{ id: padId, content: '[PAD]' }] }),
  'tokenizer_config.json': JSON.stringify({ pad_token: '[PAD]', model_max_length: 4096 }),
  'config.json': JSON.stringify({ id2label: { 0: 'LABEL_0' } }),
  'model.onnx': onnxModel(graph),
};

/** A folder with these files in place of the usual ones; undefined leaves one out. */
export function folderOf(
  t: TestContext,
  files: Record<string, string | Uint8Array | undefined> = {},
): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-onnx-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [name, content] of Object.entries({ ...usual, ...files })) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}
