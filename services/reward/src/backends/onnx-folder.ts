/** What a folder says of the sequence classifier in it, as Hugging Face lays such folders out. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf } from '@assay/contract';
import { BackendError } from '../types.ts';

export interface ModelFolder {
  /** Path of the .onnx file. */
  readonly file: string;
  /** Name of the folder. */
  readonly model: string;
  readonly maxTokens: number | undefined;
  /** Fills rows up; undefined: none is known. */
  readonly padId: number | undefined;
}

interface ModelConfig {
  readonly pad_token_id?: number | null;
  readonly max_position_embeddings?: number;
  readonly num_labels?: number;
  readonly id2label?: object;
}

interface TokenizerConfig {
  readonly model_max_length?: number;
  readonly pad_token?: string | { readonly content: string } | null;
}

interface Tokenizer {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
}

/** Where exporters put the model. */
const usualFiles = ['model.onnx', 'onnx/model.onnx'];

/** Lengths from here on stand for "no limit" (transformers writes 1e30). */
const endless = 1e9;

/** Reads the folder; throws BackendError `misuse` where it holds no classifier with one label. */
export async function readModelFolder(folder: string, file?: string): Promise<ModelFolder> {
  const [config, tokenizerConfig, tokenizer] = await Promise.all([
    readJson<ModelConfig>(join(folder, 'config.json'), {}),
    readJson<TokenizerConfig>(join(folder, 'tokenizer_config.json'), {}),
    readJson<Tokenizer>(join(folder, 'tokenizer.json')),
  ]);
  const labels = config.num_labels ?? Object.keys(config.id2label ?? { one: '' }).length;
  if (labels !== 1) throw labelFault(join(folder, 'config.json'), labels);

  const limits = [tokenizerConfig.model_max_length, config.max_position_embeddings].filter(
    (limit) => typeof limit === 'number' && limit > 0 && limit < endless,
  );
  const { pad_token } = tokenizerConfig;
  const padText = typeof pad_token === 'string' ? pad_token : pad_token?.content;
  // The graph of a decoder finds the last token by comparing with the model's own pad_token_id: that one goes first.
  const padId = config.pad_token_id ?? tokenizer.added_tokens?.find(({ content }) => content === padText)?.id;
  return {
    file: await modelFile(folder, file),
    model: basename(resolve(folder)),
    maxTokens: limits.length === 0 ? undefined : Math.min(...(limits as number[])),
    padId,
  };
}

export function labelFault(where: string, labels: number): BackendError {
  return new BackendError(
    'misuse',
    `${where}: the model has ${labels} labels, and a score is one number. Give a reward model that was exported with num_labels 1`,
  );
}

async function modelFile(folder: string, file: string | undefined): Promise<string> {
  const names = file === undefined ? usualFiles : [file];
  for (const name of names) {
    const path = join(folder, name);
    if (await isFile(path)) return path;
  }
  throw new BackendError(
    'misuse',
    `${folder}: no ${names.join(' or ')}. Export the model: optimum-cli export onnx --task text-classification --model NAME ${folder}`,
  );
}

/**
 * First 12 hex digits of the SHA-256 of the model's file; where its weights lie in files beside it (`model.onnx_data`,
 * `model.onnx.data`), of these after it, in the order of their names.
 */
export async function revisionOf(file: string): Promise<string> {
  const name = basename(file);
  const data = (await readdir(dirname(file)))
    .filter((other) => other.startsWith(`${name}_data`) || other.startsWith(`${name}.data`))
    .sort();
  const hash = createHash('sha256');
  for (const each of [name, ...data]) {
    for await (const bytes of createReadStream(join(dirname(file), each))) hash.update(bytes);
  }
  return hash.digest('hex').slice(0, 12);
}

/** A regular file: others (a pipe, a device) may be read without end. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function readJson<T>(path: string, absent?: T): Promise<T> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) throw new Error('it is no JSON object');
    return value as T;
  } catch (cause) {
    if (absent !== undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    const mend =
      'Give the folder of a model, with its tokenizer.json and configuration as they were published';
    throw new BackendError('misuse', `${path}: ${messageOf(cause)}. ${mend}`, { cause });
  }
}
