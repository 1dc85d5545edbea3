/** Reads a model's folder: its tokenizer and its template. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '@assay/contract';
import { BackendError } from '../types.ts';
import { createEncoder, type EncoderParts, type TokenEncoder, type Truncation } from './encoder.ts';
import { type Preset, presets } from './template.ts';
import type { TokenizerJson } from './text.ts';

export interface EncoderOptions {
  /** Folder of a model, with its `tokenizer.json`. */
  readonly folder: string;
  /** `llama3`, `chatml`, `plain`, or path of a Jinja file. @default the model's own, else `plain` */
  readonly template?: string | undefined;
  /** Most tokens of prompt and response. @default the tokenizer's `model_max_length`, else no limit */
  readonly maxTokens?: number | undefined;
  /** What becomes of longer ones: refused, or the response's end is cut off. */
  readonly truncation: Truncation;
  /** Text or id of the token after each step of a process reward model. */
  readonly stepTag?: string | number | undefined;
}

/** Opens the tokenizer of a model's folder. Throws BackendError `misuse`. */
export async function openEncoder(options: EncoderOptions): Promise<TokenEncoder> {
  const { folder, maxTokens, truncation, stepTag } = options;
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens > 0)) {
    throw new BackendError('misuse', `maxTokens is ${maxTokens}. It is a whole number from 1 on.`);
  }
  const [tokenizer, config, map] = await Promise.all([
    readJson(join(folder, 'tokenizer.json')),
    readJson(join(folder, 'tokenizer_config.json')),
    readJson(join(folder, 'special_tokens_map.json')),
  ]);
  if (tokenizer === undefined) {
    throw new BackendError(
      'misuse',
      `${join(folder, 'tokenizer.json')} is missing. ` +
        'Save it there: AutoTokenizer.from_pretrained(…).save_pretrained(…).',
    );
  }
  const longest = config?.model_max_length;
  return createEncoder({
    tokenizer: checked(tokenizer, folder),
    special: { ...specialTexts(map), ...specialTexts(config) },
    template: await templateOf(options.template, folder, config),
    maxTokens: maxTokens ?? (isLimit(longest) ? longest : Number.MAX_SAFE_INTEGER),
    truncation,
    stepTag,
  });
}

type Json = Readonly<Record<string, unknown>>;

/** Transformers writes 1e30 where it knows none. */
const isLimit = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BackendError('misuse', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

async function readJson(path: string): Promise<Json | undefined> {
  const text = await read(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch (cause) {
    throw new BackendError('misuse', `${path} is no JSON: ${messageOf(cause)}. Fetch it again.`, { cause });
  }
  throw new BackendError('misuse', `${path} is no JSON object. Fetch it again.`);
}

function isTokens(value: unknown): boolean {
  const isToken = (one: unknown) => {
    const { id, content } = (one ?? {}) as { id?: unknown; content?: unknown };
    return Number.isSafeInteger(id) && typeof content === 'string';
  };
  return Array.isArray(value) && value.every(isToken);
}

function checked(json: Json, folder: string): TokenizerJson {
  const { added_tokens = [], normalizer = null, pre_tokenizer = null, post_processor = null, model } = json;
  if (typeof model !== 'object' || model === null || !('vocab' in model) || !isTokens(added_tokens)) {
    throw new BackendError('misuse', `${join(folder, 'tokenizer.json')} holds no tokenizer. Fetch it again.`);
  }
  return { added_tokens, normalizer, pre_tokenizer, post_processor, model } as unknown as TokenizerJson;
}

function specialTexts(config: Json | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(config ?? {})) {
    const text = typeof value === 'object' && value !== null && 'content' in value ? value.content : value;
    if (name.endsWith('_token') && typeof text === 'string') texts[name] = text;
  }
  return texts;
}

async function templateOf(
  wanted: string | undefined,
  folder: string,
  config: Json | undefined,
): Promise<EncoderParts['template']> {
  const preset = (name: Preset) => ({ name, preset: name, source: presets[name] });
  if (wanted !== undefined && Object.hasOwn(presets, wanted)) return preset(wanted as Preset);
  if (wanted !== undefined) {
    const source = await read(wanted);
    if (source !== undefined) return { name: basename(wanted), preset: undefined, source };
    throw new BackendError(
      'misuse',
      `There is no template ${wanted}. Choose ${Object.keys(presets).join(', ')}, or name a Jinja file.`,
    );
  }
  const own = (await read(join(folder, 'chat_template.jinja'))) ?? ownTemplate(config?.chat_template);
  return own === undefined ? preset('plain') : { name: 'own', preset: undefined, source: own };
}

/** Some models have several, by name. */
function ownTemplate(value: unknown): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : undefined;
  return value.find(({ name }) => name === 'default')?.template;
}
