/** Small tokenizers, and what Python's `tokenizers` makes of texts with them; by golden.py. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenizerJson } from '../text.ts';

export const families = ['llama3', 'qwen', 'gpt2', 'llama2', 'mistral', 'bert', 'unigram'] as const;

export type Family = (typeof families)[number];

export interface Golden {
  readonly tokenizer: TokenizerJson;
  readonly texts: readonly string[];
  /** Of each text, special tokens not recognised. */
  readonly ids: readonly (readonly number[])[];
  /** Of the conversation below, special tokens recognised. */
  readonly conversation: readonly number[] | null;
}

export const prompt = 'What is 2 + 3?';
export const response = "We're told x = 4.\n\nThe answer is 5.";

/** A line with the tokenizer, then one for each text: `[text, ids]`. */
export function golden(family: Family): Golden {
  const [head, ...rows] = readFileSync(join(import.meta.dirname, `${family}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...head, texts: rows.map(([text]) => text), ids: rows.map(([, ids]) => ids) };
}

/** A model's folder. Files by name: text as it is, anything else as JSON. */
export function modelFolder(tokenizer: unknown, files: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tokens-'));
  for (const [name, content] of Object.entries({ 'tokenizer.json': tokenizer, ...files })) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}
