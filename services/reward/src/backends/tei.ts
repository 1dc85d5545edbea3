/**
 * Hugging Face Text Embeddings Inference: POST /predict with pairs of prompt and response, for encoder classifiers.
 * Without `raw_scores` it applies a sigmoid to one label and a softmax to several. A model with one label it calls a
 * reranker, with several a classifier (router/src/lib.rs). It recognises special tokens in texts, so they are broken up.
 */
import type { Backend, Encoder, Identity, Item, RawScore } from '../types.ts';
import { ModelServer, type ServerOptions } from './http.ts';
import { cannotTurnOff, checkProbes, isRaw, probes } from './probe.ts';
import { count, fields, finite, listOf, text } from './read.ts';
import { neutralizer, promptText } from './text.ts';

export interface TeiOptions extends ServerOptions {
  /** Knows the model's special tokens. @default common forms of them are taken for special */
  readonly encoder?: Encoder | undefined;
  /** Most items in one call; sent in requests no larger than the server takes. @default 32, as the server's own */
  readonly maxItems?: number | undefined;
}

/** Throws BackendError `misuse` where the options make no sense. */
export function teiBackend(options: TeiOptions): Backend {
  return new Tei(options);
}

class Tei implements Backend {
  readonly maxItems: number;
  readonly #neutralize: (text: string) => string;
  readonly #server: ModelServer;
  /** Most items in one request; undefined: the server was not asked yet. */
  #batch: number | undefined;

  constructor(options: TeiOptions) {
    this.maxItems = options.maxItems ?? 32;
    this.#neutralize = neutralizer(options.encoder);
    this.#server = new ModelServer('TEI', options);
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const info = await this.#server.get('/info', signal, (answer) => fields(answer, 'the answer'));
    const [[kind, said] = ['unknown', undefined]] = Object.entries(fields(info.model_type, 'model_type'));
    if (kind !== 'classifier' && kind !== 'reranker') {
      throw this.#server.fault('misuse', `its model is of type ${kind.slice(0, 40)}, no classifier`);
    }
    const labels = Object.keys(fields(fields(said, 'model_type').id2label, 'id2label')).length;
    if (labels !== 1) {
      throw this.#server.fault('misuse', `its model has ${labels} labels; a reward model has one`);
    }
    const batch = count(info.max_client_batch_size) ?? this.maxItems;
    const raw = await this.#predict(probes, true, batch, signal);
    checkProbes(raw);
    if (!isRaw(raw, await this.#predict(probes, false, batch, signal))) {
      throw this.#server.fault('misuse', cannotTurnOff);
    }
    this.#batch = batch;
    const version = text(info.version);
    return {
      model: text(info.model_id),
      revision: text(info.model_sha),
      engine: version ? `TEI ${version}` : 'TEI',
      maxTokens: count(info.max_input_length),
    };
  }

  async score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    if (items.length === 0) return [];
    if (this.#batch === undefined) await this.identify(signal);
    return (await this.#predict(items, true, this.#batch as number, signal)).map((logit) => ({ logit }));
  }

  async health(signal: AbortSignal): Promise<void> {
    await this.#server.reach('/health', signal);
  }

  async close(): Promise<void> {
    this.#server.close();
  }

  async #predict(
    items: readonly Item[],
    raw_scores: boolean,
    batch: number,
    signal: AbortSignal,
  ): Promise<number[]> {
    const scores: number[] = [];
    for (let from = 0; from < items.length; from += batch) {
      const inputs = items
        .slice(from, from + batch)
        .map(({ messages, response }) => [
          this.#neutralize(promptText(messages)),
          this.#neutralize(response),
        ]);
      // Cut off silently otherwise.
      const body = { inputs, raw_scores, truncate: false };
      const some = await this.#server.post('/predict', body, signal, (answer) =>
        // In the order of the request, and without an index.
        listOf(answer, 'the answer', inputs.length).map((predictions) => {
          const [one] = listOf(predictions, 'an entry', 1);
          return finite(fields(one, 'a prediction').score, 'score');
        }),
      );
      scores.push(...some);
    }
    return scores;
  }
}
