/**
 * What scores, as the environment says it.
 *
 * ASSAY_REWARD_BACKEND    onnx (in this process), worker (assay's own, on a GPU), vllm, sglang, llama, tei; default: onnx
 * ASSAY_REWARD_URL        where it runs: http://HOST:PORT, of the worker HOST:PORT
 * ASSAY_REWARD_MODEL      onnx: the model's folder; vllm and llama: the name that they serve it by, where they serve several
 * ASSAY_REWARD_TOKENIZER  folder of the model's tokenizer; default: ASSAY_REWARD_MODEL where that is one
 * ASSAY_REWARD_TEMPLATE   llama3, chatml, plain, or a file with a chat template; default: the tokenizer's own
 * ASSAY_REWARD_MAX_TOKENS most tokens of prompt and response; default: as the tokenizer says
 * ASSAY_REWARD_TRUNCATION refuse (a longer one gets no score) or response (its end is cut off); default: refuse
 * ASSAY_REWARD_PROCESS    vllm, of a process reward model: what becomes of its steps (last, min, product, mean) and, after
 *                         a colon, the token that ends a step: min:<extra_0>
 * ASSAY_REWARD_SCORES     llama: logits, or chances (of Qwen3-Reranker), which are turned into their logits; default: logits
 * ASSAY_REWARD_TRANSFORM  none or sigmoid; default: none, the logit itself
 * ASSAY_REWARD_NAME       name of the verifier; default: reward
 * ASSAY_REWARD_API_KEY    for servers that want one
 * ASSAY_REWARD_TIMEOUT_MS, _ATTEMPTS, _BATCH, _REQUESTS: of a request; defaults: 60000, 3, 64, 4
 * ASSAY_REWARD_START_MS   how long a server may take to start, or a model to load; default: 45000
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/contract';
import { llamaBackend } from './backends/llama.ts';
import { onnxBackend } from './backends/onnx.ts';
import { type Aggregate, aggregates } from './backends/process.ts';
import { sglangBackend } from './backends/sglang.ts';
import { teiBackend } from './backends/tei.ts';
import { vllmBackend } from './backends/vllm.ts';
import { workerBackend } from './backends/worker.ts';
import type { QueueOptions } from './queue.ts';
import type { Encoding, RewardOptions } from './service.ts';
import { openEncoder, type TokenEncoder, type Truncation } from './tokens/index.ts';
import { type Transform, transforms } from './transform.ts';
import { type Backend, BackendError, type Identity } from './types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const backends = ['onnx', 'worker', 'vllm', 'sglang', 'llama', 'tei'] as const;
type BackendName = (typeof backends)[number];

const servers = ['vllm', 'sglang', 'llama', 'tei'] as const;
/** These are sent token ids. */
const readers = ['onnx', 'vllm', 'sglang'] as const;

/** Every setting, with the backends that it means something to. */
const heeded = {
  BACKEND: backends,
  URL: ['worker', ...servers],
  // Where it is no name, it may be the tokenizer's folder.
  MODEL: backends,
  TOKENIZER: ['onnx', ...servers],
  TEMPLATE: readers,
  MAX_TOKENS: readers,
  TRUNCATION: readers,
  PROCESS: ['vllm'],
  SCORES: ['llama'],
  TRANSFORM: backends,
  NAME: backends,
  API_KEY: servers,
  TIMEOUT_MS: backends,
  ATTEMPTS: backends,
  BATCH: backends,
  REQUESTS: backends,
  START_MS: backends,
} as const satisfies Record<string, readonly BackendName[]>;
type Setting = keyof typeof heeded;

const prefix = 'ASSAY_REWARD_';

/** Milliseconds between two questions to a server that is about to start. */
const pauseMs = 500;

/**
 * Opens the backend that the environment names and asks it what it serves; `waits` for a server that is about to start.
 *
 * @throws AssayError `bad_flags`: a setting is missing or wrong; `no_backend`: it does not answer, or cannot be used
 */
export async function optionsFromEnv(env: Environment, { waits = true } = {}): Promise<RewardOptions> {
  const settings = settingsOf(env);
  try {
    const encoder = await encoderOf(settings);
    const backend = backendOf(settings, encoder);
    try {
      return {
        backend,
        identity: await identify(backend, settings.startMs, waits),
        encoding: encodingOf(settings, encoder),
        transform: settings.transform,
        name: settings.name,
        queue: settings.queue,
      };
    } catch (error) {
      await backend.close();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    // Its message says where: an address may have a password in it.
    throw new AssayError(
      error.fault === 'misuse' ? 'bad_flags' : 'no_backend',
      `The reward model (backend ${settings.backend}) cannot be used: ${error.message}`,
      {
        mend: `Check the ${prefix}* settings${settings.url === '' ? '' : ', and that the server runs'}.`,
        cause: error,
      },
    );
  }
}

/** A line for each name that looks like a setting and is none. */
export function unknownSettings(env: Environment): string[] {
  const known = Object.keys(heeded);
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name.slice(prefix.length)))
    .map((name) => {
      const far = known.map((one) => distance(name.slice(prefix.length).toUpperCase(), one));
      const nearest = known[far.indexOf(Math.min(...far))];
      return `${name} is no setting, and does nothing. The nearest one is ${prefix}${nearest}.`;
    });
}

interface Settings {
  readonly backend: BackendName;
  readonly url: string;
  readonly model: string;
  readonly tokenizer: string | undefined;
  readonly template: string | undefined;
  readonly maxTokens: number | undefined;
  readonly truncation: Truncation;
  readonly process: { readonly aggregate: Aggregate; readonly stepTag: string } | undefined;
  readonly scores: 'logits' | 'chances';
  readonly transform: Transform;
  readonly name: string;
  readonly apiKey: string | undefined;
  readonly queue: Partial<QueueOptions>;
  readonly startMs: number;
}

/** Throws AssayError `bad_flags`. */
function settingsOf(env: Environment): Settings {
  const given = (name: Setting) => env[prefix + name] || undefined;
  const fail = (name: Setting, what: string, mend: string): never => {
    throw new AssayError('bad_flags', `${prefix}${name} ${what}.`, { mend });
  };
  const wrong = (name: Setting, mend: string) => fail(name, `is ${JSON.stringify(given(name))}`, mend);
  const choice = <T extends string>(name: Setting, values: readonly T[], fallback: T): T => {
    const value = given(name) ?? fallback;
    return values.find((one) => one === value) ?? wrong(name, `Give one of ${values.join(', ')}.`);
  };
  const count = (name: Setting): number | undefined => {
    const value = given(name);
    if (value === undefined) return undefined;
    return /^0*[1-9]\d{0,8}$/.test(value) ? Number(value) : wrong(name, 'Give a whole number from 1.');
  };
  const backend = choice('BACKEND', backends, 'onnx');
  for (const [name, by] of Object.entries(heeded) as [Setting, readonly BackendName[]][]) {
    if (given(name) === undefined || by.includes(backend)) continue;
    const own = backend === 'worker' ? ": the worker's own flags decide" : '';
    const mend = `Leave it out${own}, or choose by ${prefix}BACKEND one that heeds it: ${by.join(', ')}.`;
    fail(name, `means nothing to the backend ${backend}`, mend);
  }
  const needs = (name: Setting, what: string) =>
    given(name) ??
    fail(
      name,
      'is missing',
      `Name ${what} of the backend ${backend}. ${prefix}BACKEND chooses another: ${backends.join(', ')}.`,
    );
  const url = backend === 'onnx' ? '' : needs('URL', 'the address');
  // It may hold a password, and is not shown.
  if (backend !== 'worker' && url !== '' && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    fail('URL', 'is no http or https address', 'Give http://HOST:PORT.');
  }
  const model = backend === 'onnx' ? needs('MODEL', "the model's folder") : (given('MODEL') ?? '');
  const own = backend === 'onnx' || (model !== '' && existsSync(join(model, 'tokenizer.json')));
  const names = Object.keys(aggregates) as Aggregate[];
  const [, aggregate, stepTag = ''] = /^([^:]*):(.+)$/s.exec(given('PROCESS') ?? '') ?? [];
  const process = names.flatMap((name) => (name === aggregate ? [{ aggregate: name, stepTag }] : []))[0];
  if (given('PROCESS') !== undefined && process === undefined) {
    wrong('PROCESS', `Give one of ${names.join(', ')}, a colon, and the token that ends a step.`);
  }
  const transform = choice('TRANSFORM', Object.keys(transforms) as Transform[], 'none');
  if (process !== undefined && transform !== 'none') {
    wrong('TRANSFORM', 'Leave it out: what a process reward model says is a chance, and no logit.');
  }
  const queue = {
    timeoutMs: count('TIMEOUT_MS'),
    attempts: count('ATTEMPTS'),
    batch: count('BATCH'),
    requests: count('REQUESTS'),
  };
  return {
    ...{ backend, url, model, process, transform },
    tokenizer: given('TOKENIZER') ?? (own ? model : undefined),
    template: given('TEMPLATE'),
    maxTokens: count('MAX_TOKENS'),
    truncation: choice('TRUNCATION', ['refuse', 'response'], 'refuse'),
    scores: choice('SCORES', ['logits', 'chances'], 'logits'),
    name: given('NAME') ?? 'reward',
    apiKey: given('API_KEY'),
    queue: Object.fromEntries(Object.entries(queue).filter(([, value]) => value !== undefined)),
    startMs: count('START_MS') ?? 45_000,
  };
}

const sentIds = (backend: BackendName): boolean => readers.some((one) => one === backend);

async function encoderOf(settings: Settings): Promise<TokenEncoder | undefined> {
  const { backend, tokenizer: folder, template, maxTokens, truncation, process } = settings;
  // It reads conversations, and does all of this itself.
  if (backend === 'worker') return undefined;
  if (folder !== undefined) {
    return openEncoder({ folder, template, maxTokens, truncation, stepTag: process?.stepTag });
  }
  if (!sentIds(backend)) return undefined;
  throw new AssayError('bad_flags', `The backend ${backend} is sent token ids, and there is no tokenizer.`, {
    mend: `Name the folder of the model's tokenizer (tokenizer.json, tokenizer_config.json): ${prefix}TOKENIZER.`,
  });
}

function backendOf(settings: Settings, encoder: TokenEncoder | undefined): Backend {
  const { backend, url, model, apiKey, process, scores } = settings;
  const server = { url, apiKey };
  const named = { ...server, ...(model !== '' && { model }) };
  switch (backend) {
    case 'onnx':
      return onnxBackend({ folder: model, encoder: encoder as TokenEncoder });
    case 'worker':
      return workerBackend({ address: url });
    case 'vllm':
      return vllmBackend({ ...named, encoder: encoder as TokenEncoder, process });
    case 'sglang':
      return sglangBackend({ ...server, encoder: encoder as TokenEncoder });
    case 'llama':
      return llamaBackend({ ...named, encoder, scores });
    case 'tei':
      return teiBackend({ ...server, encoder });
  }
}

/** Of a server that reads text, the tokenizer decides only on which texts are broken up. */
function encodingOf({ backend, truncation, process }: Settings, encoder: TokenEncoder | undefined): Encoding {
  if (encoder === undefined) return { template: '', truncation, digest: '' };
  const { template, digest } = encoder;
  if (!sentIds(backend)) return { template: '', truncation, digest };
  const encode: Encoding['encode'] = (item) =>
    process === undefined ? encoder.encode(item) : encoder.encodeSteps(item);
  return { template, truncation, digest, encode };
}

async function identify(backend: Backend, startMs: number, waits: boolean): Promise<Identity> {
  const signal = AbortSignal.timeout(startMs);
  for (;;) {
    try {
      return await backend.identify(signal);
    } catch (error) {
      const mayPass =
        waits &&
        error instanceof BackendError &&
        ['unavailable', 'overloaded', 'server'].includes(error.fault);
      if (!mayPass || signal.aborted) throw error;
      await sleep(pauseMs, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

/** Characters that have to be put in, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] as number) + (char === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
