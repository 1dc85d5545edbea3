/** The options of `assay sample`. */
import type { ServerOptions } from '@assay/sampler';
import { InvalidArgumentError } from 'commander';
import { usageError } from '../exit.ts';

export interface SampleOptions {
  /** Its name at the server, or the server's URL. */
  model?: string;
  url?: string;
  apiKeyEnv?: string;
  /** Samples of each problem. */
  n: number;
  out?: string;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed: number | 'none';
  stop?: string[];
  api: 'completions' | 'chat' | 'auto';
  form?: string;
  fewShot: string;
  shots?: number;
  body: Record<string, unknown>;
  concurrency: number;
  batch: number;
  countTokens?: boolean;
  rate?: number;
  /** Seconds. */
  timeout: number;
  retries: number;
  dryRun?: boolean;
  /** What judges; see RunOptions. */
  verifier?: string[];
  earlyStop?: boolean;
  verifierAddress?: string[];
  replicas: number;
  slots?: number;
  store: string;
  run?: string;
  report?: string;
  level: number;
  json?: boolean;
  quiet?: boolean;
}

/** A dry run asks nobody. */
const nowhere = 'http://localhost/v1';

const defaultKey = 'OPENAI_API_KEY';

/** Where the server is. `--model URL` says it, too. Error: `usage`. */
function urlOf({ model, url }: SampleOptions): string {
  const isUrl = model !== undefined && /^https?:\/\//.test(model);
  if (isUrl && url !== undefined) throw usageError('--model and --url both are URLs.', 'Give one of them.');
  const found = isUrl ? model : url;
  if (found !== undefined) return found;
  throw usageError('Nothing says where the model is served.', 'Add --url http://HOST:PORT/v1.');
}

/** Undefined where the server is to be asked for it. */
export function modelOf({ model }: SampleOptions): string | undefined {
  return model === undefined || /^https?:\/\//.test(model) ? undefined : model;
}

/**
 * The server with its key. That of OPENAI_API_KEY is sent over https and to this machine only: whoever wants it sent
 * elsewhere names it. Error: `usage`.
 */
export function serverOf(options: SampleOptions, env: NodeJS.ProcessEnv): ServerOptions {
  const url = options.dryRun ? (options.url ?? nowhere) : urlOf(options);
  const named = options.apiKeyEnv;
  const key = env[named ?? defaultKey];
  if (named !== undefined && !key) {
    throw usageError(`${named} is not set.`, 'Put the key into it, or leave out --api-key-env.');
  }
  const parsed = URL.parse(url);
  const isSafe =
    parsed?.protocol === 'https:' || /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(parsed?.hostname ?? '');
  const apiKey = key && (named !== undefined || isSafe) ? key : undefined;
  const answerMs = 1000 * options.timeout;
  return { url, apiKey, waits: { answerMs, idleMs: Math.min(answerMs, 60_000) } };
}

export function numberFrom(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() !== '' && number >= least && number <= most) return number;
    throw new InvalidArgumentError(
      most === Number.POSITIVE_INFINITY
        ? `Give a number from ${least} on.`
        : `Give a number from ${least} to ${most}.`,
    );
  };
}

/** Fields that the command gives itself. */
const own = [
  'model',
  'prompt',
  'messages',
  'n',
  'seed',
  'stream',
  'temperature',
  'top_p',
  'stop',
  'logprobs',
];

/** Further fields of a request. */
export function bodyOf(value: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(value);
  } catch {
    body = undefined;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidArgumentError('Give an object in JSON, such as {"top_k": 0}.');
  }
  const taken = Object.keys(body).find((name) => own.includes(name));
  if (taken !== undefined)
    throw new InvalidArgumentError(`${taken} is given by an option of its own, or not at all.`);
  return body as Record<string, unknown>;
}

export function seedOf(value: string): number | 'none' {
  if (value === 'none') return value;
  const seed = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError('Give a whole number, or none.');
}
