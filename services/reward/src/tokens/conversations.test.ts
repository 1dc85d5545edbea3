/** Both encoders, this one and the worker's, make the same ids of a conversation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { BackendError, type Item } from '../types.ts';
import { openEncoder, type TokenEncoder } from './index.ts';
import { type Family, golden, modelFolder } from './testing/golden.ts';

/** By testing/conversations.py. */
interface Setup {
  family: Family;
  template?: string;
  /** A template of the model's own, and its `bos_token` and the like. */
  own?: string;
  special?: Record<string, string>;
  /** More tokens. */
  added?: object[];
  maxTokens?: number;
  truncation?: 'refuse' | 'response';
  stepTag?: string;
  /** Number of a conversation; its error, or ids, length of the prompt, tokens cut off, steps. */
  made: [conversation: number, string | unknown[]][];
}

const lines = readFileSync(join(import.meta.dirname, 'testing/conversations.jsonl'), 'utf8')
  .trimEnd()
  .split('\n');
const [conversations, ...setups] = lines.map((line) => JSON.parse(line)) as [
  { messages: [role: string, content: string][]; response: string }[],
  ...Setup[],
];

function encoderOf({ family, own, special, added = [], truncation = 'refuse', ...options }: Setup) {
  const { tokenizer } = golden(family);
  const folder = modelFolder(
    { ...tokenizer, added_tokens: [...tokenizer.added_tokens, ...added] },
    { ...(own !== undefined && { 'chat_template.jinja': own }), 'tokenizer_config.json': special ?? {} },
  );
  return openEncoder({ folder, truncation, ...options });
}

function encoded(encoder: TokenEncoder, item: Item, steps: boolean): string | unknown[] {
  try {
    const made = steps ? encoder.encodeSteps(item) : encoder.encode(item);
    const { ids, promptLength, truncated } = made;
    return [ids, promptLength, truncated, ...('steps' in made ? [made.steps] : [])];
  } catch (error) {
    if (error instanceof BackendError) return error.fault;
    throw error;
  }
}

suite('conversations are those of the worker', () => {
  for (const [at, setup] of setups.entries()) {
    const { family, template = 'own', stepTag, maxTokens, truncation = 'refuse', made } = setup;
    const limits = maxTokens === undefined ? '' : `, ${maxTokens} tokens, ${truncation}`;
    const steps = stepTag === undefined ? '' : `, steps by ${stepTag}`;
    test(`${at + 1}: ${family}, ${template}${steps}${limits}`, async () => {
      const encoder = await encoderOf(setup);
      for (const [number, wanted] of made) {
        const { messages, response } = conversations[number] as (typeof conversations)[number];
        const item = {
          messages: messages.map(([role, content]) => ({ role, content })),
          promptKey: JSON.stringify(messages),
          response,
        };
        assert.deepEqual(encoded(encoder, item, stepTag !== undefined), wanted, JSON.stringify(item));
      }
    });
  }
});
