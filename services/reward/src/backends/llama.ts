/**
 * llama.cpp's server with `--rerank`: POST /v1/rerank with the prompt as query and responses as documents, all as text.
 * A model's own rerank template is filled by replacing `{query}` and then `{document}`, and read with special tokens
 * (`format_prompt_rerank` in tools/server/server-common.cpp); so texts are broken up where they hold any of these.
 *
 * Its scores are a head's first output. Of models with the Qwen 3 architecture it is a softmax's: a one-label model scores
 * 1 always, which is found out, and a two-label one a chance, which `scores` undoes.
 */
import type { Backend, Encoder, Identity, Item, RawScore } from '../types.ts';
import { ModelServer, type ServerOptions } from './http.ts';
import { checkProbes, isNothing, probes } from './probe.ts';
import { byIndex, count, fields, finite, garbage, list, text } from './read.ts';
import { neutralizer, promptText } from './text.ts';

export interface LlamaOptions extends ServerOptions {
  /** As the server names it. @default the first that it lists */
  readonly model?: string | undefined;
  /** Knows the model's special tokens. @default common forms of them are taken for special */
  readonly encoder?: Encoder | undefined;
  /** Most items in one call; one request for each prompt among them. @default 64 */
  readonly maxItems?: number | undefined;
  /** What the model's scores are. Chances, 0 to 1 (Qwen3-Reranker), are turned into their logits. @default 'logits' */
  readonly scores?: 'logits' | 'chances' | undefined;
}

/** Throws BackendError `misuse` where the options make no sense. */
export function llamaBackend(options: LlamaOptions): Backend {
  return new Llama(options);
}

class Llama implements Backend {
  readonly maxItems: number;
  readonly #neutralize: (text: string) => string;
  readonly #scores: 'logits' | 'chances';
  readonly #server: ModelServer;
  readonly #wanted: string | undefined;
  #model: string | undefined;

  constructor(options: LlamaOptions) {
    this.maxItems = options.maxItems ?? 64;
    this.#neutralize = neutralizer(options.encoder);
    this.#scores = options.scores ?? 'logits';
    this.#wanted = options.model;
    this.#server = new ModelServer('llama.cpp', options);
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const model = await this.#server.get('/v1/models', signal, (answer) => {
      const [one] = list(fields(answer, 'the answer').data, 'data');
      return this.#wanted ?? text(fields(one, 'an entry of data').id);
    });
    const props =
      (await this.#server.getIfThere('/props', signal, (answer) => fields(answer, 'the answer'))) ?? {};
    const settings = props.default_generation_settings as { n_ctx?: unknown } | undefined;
    this.#model = model;
    checkProbes(await this.#groups(probes, signal));
    return {
      model: text(props.model_path) || model,
      revision: '',
      engine: text(props.build_info) ? `llama.cpp ${text(props.build_info)}` : 'llama.cpp',
      maxTokens: count(settings?.n_ctx),
      ...(this.#scores === 'chances' && { reading: 'logits of chances' }),
    };
  }

  async score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    if (items.length === 0) return [];
    if (this.#model === undefined) await this.identify(signal);
    return (await this.#groups(items, signal)).map((logit) => ({ logit }));
  }

  async health(signal: AbortSignal): Promise<void> {
    await this.#server.reach('/health', signal);
  }

  async close(): Promise<void> {
    this.#server.close();
  }

  /** One request for each prompt, all at once; where one fails the others are given up. */
  async #groups(items: readonly Item[], signal: AbortSignal): Promise<number[]> {
    const groups = Map.groupBy(items.keys(), (i) => (items[i] as Item).promptKey);
    const failed = new AbortController();
    const both = AbortSignal.any([signal, failed.signal]);
    const logits: number[] = new Array(items.length);
    const requests = [...groups.values()].map(async (group) => {
      const scores = await this.#rerank(
        group.map((i) => items[i] as Item),
        both,
      );
      for (const [at, i] of group.entries()) logits[i] = scores[at] as number;
    });
    try {
      await Promise.all(requests);
    } finally {
      failed.abort();
      await Promise.allSettled(requests);
    }
    return logits;
  }

  /** Items of one prompt. */
  #rerank(items: readonly Item[], signal: AbortSignal): Promise<number[]> {
    const query = this.#neutralize(promptText((items[0] as Item).messages));
    const body = {
      model: this.#model,
      query: query.replaceAll('{document}', '{ document}'),
      documents: items.map(({ response }) => this.#neutralize(response)),
      top_n: items.length,
    };
    return this.#server.post('/v1/rerank', body, signal, (answer) => {
      // Sorted by score, or not, by version.
      const results = byIndex(fields(answer, 'the answer').results, 'results', items.length);
      const scores = results.map((result) => finite(result.relevance_score, 'relevance_score'));
      if (isNothing(scores)) throw garbage('every score is 0: the model has no classification head');
      return this.#scores === 'logits' ? scores : scores.map(logitOf);
    });
  }
}

function logitOf(chance: number): number {
  if (chance > 0 && chance < 1) return Math.log(chance) - Math.log1p(-chance);
  throw garbage(`the score ${chance} is no chance between 0 and 1 with a finite logit`);
}
