/**
 * SGLang with `--is-embedding`: POST /classify with `input_ids` answers with what the model's head gives, as `embedding`;
 * where it is not served, POST /v1/score does, without softmax (since pull request 22118). The path that would be named
 * for it, /v1/classify, applies a softmax, which makes every score of a one-label model 1 (serving_classify.py): it is
 * the last choice, and taken only from a server whose answers show that it does not.
 */
import type { Backend, Encoded, Encoder, Identity, Item, RawScore } from '../types.ts';
import { encodeAll } from './encode.ts';
import { isMissing, ModelServer, type ServerOptions } from './http.ts';
import { cannotTurnOff, checkProbes, probes } from './probe.ts';
import { byIndex, count, type Fields, fields, garbage, labelOf, listOf, text } from './read.ts';

export interface SglangOptions extends ServerOptions {
  readonly encoder: Encoder;
  /** Most items in one request. @default 64 */
  readonly maxItems?: number | undefined;
  /** Which logit is the score of a model with several labels. @default none: such a model is refused */
  readonly label?: number | undefined;
}

/** Throws BackendError `misuse` where the options make no sense. */
export function sglangBackend(options: SglangOptions): Backend {
  return new Sglang(options);
}

type Logits = (encoded: readonly Encoded[], signal: AbortSignal) => Promise<number[]>;

class Sglang implements Backend {
  readonly maxItems: number;
  readonly #options: SglangOptions;
  readonly #server: ModelServer;
  #logits: Logits | undefined;

  constructor(options: SglangOptions) {
    this.#options = options;
    this.#server = new ModelServer('SGLang', options);
    this.maxItems = options.maxItems ?? 64;
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const model = await this.#ask(['/model_info', '/get_model_info'], signal);
    const server = await this.#ask(['/server_info', '/get_server_info'], signal);
    if (model?.is_generation === true) {
      throw this.#server.fault(
        'misuse',
        'it generates text: start it with --is-embedding for a reward model',
      );
    }
    const maxTokens = await this.#server.getIfThere('/v1/models', signal, (answer) => {
      const [one] = listOf(fields(answer, 'the answer').data, 'data', 1);
      return count(fields(one, 'an entry of data').max_model_len);
    });
    await this.#choose(server ?? {}, signal);
    const { label } = this.#options;
    const version = text(server?.version);
    const revision = text(model?.weight_version);
    return {
      model: text(model?.model_path),
      // What a server says whose weights were never changed.
      revision: revision === 'default' ? '' : revision,
      engine: version ? `SGLang ${version}` : 'SGLang',
      maxTokens,
      ...(label !== undefined && { reading: `label ${label}` }),
    };
  }

  async score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    if (items.length === 0) return [];
    if (this.#logits === undefined) await this.identify(signal);
    const encoded = await encodeAll(items, (item) => this.#options.encoder.encode(item), signal);
    const logits = await (this.#logits as Logits)(encoded, signal);
    return encoded.map(({ ids, truncated }, i) => ({
      logit: logits[i] as number,
      tokens: ids.length,
      truncated,
    }));
  }

  async health(signal: AbortSignal): Promise<void> {
    await this.#server.reach('/health', signal);
  }

  async close(): Promise<void> {
    this.#server.close();
  }

  /** The first of the paths that is there: names changed over time. */
  async #ask(paths: readonly string[], signal: AbortSignal): Promise<Fields | undefined> {
    for (const path of paths) {
      const answer = await this.#server.getIfThere(path, signal, (answer) => fields(answer, 'the answer'));
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** Takes the first path that is served and answers with logits. Throws BackendError `misuse` where there is none. */
  async #choose(server: Fields, signal: AbortSignal): Promise<void> {
    const encoded = probes.map((item) => this.#options.encoder.encode(item));
    // Packs all items of a request into one text with a delimiter, that no model here was trained on.
    const packs = server.enable_mis === true || typeof server.multi_item_scoring_delimiter === 'number';
    const ways: Logits[] = [
      (ids, signal) => this.#classify(ids, signal),
      ...(packs ? [] : ([(ids, signal) => this.#score(ids, signal)] satisfies Logits[])),
    ];
    for (const way of ways) {
      const scores = await way(encoded, signal).catch(orMissing);
      if (scores === undefined) continue;
      checkProbes(scores);
      this.#logits = way;
      return;
    }
    const scores = await this.#openaiClassify(encoded, signal).catch(orMissing);
    if (scores === undefined) {
      const packed = packs ? ', and its /v1/score packs items into one text' : ' and no /v1/score';
      throw this.#server.fault('misuse', `it has no /classify${packed}`);
    }
    checkProbes(scores);
    if (scores.every((score) => score >= 0 && score <= 1)) throw this.#server.fault('misuse', cannotTurnOff);
    this.#logits = (ids, signal) => this.#openaiClassify(ids, signal);
  }

  #classify(encoded: readonly Encoded[], signal: AbortSignal): Promise<number[]> {
    const body = { input_ids: encoded.map(({ ids }) => ids) };
    return this.#server.post('/classify', body, signal, (answer) =>
      // In the order of the request, and without an index.
      listOf(answer, 'the answer', encoded.length).map((entry) => {
        const { embedding, meta_info } = fields(entry, 'an entry');
        const reason = (meta_info as { finish_reason?: { type?: unknown } } | undefined)?.finish_reason;
        if (reason?.type === 'abort') throw garbage('an item was aborted');
        return labelOf(embedding, 'embedding', this.#options.label);
      }),
    );
  }

  #score(encoded: readonly Encoded[], signal: AbortSignal): Promise<number[]> {
    // With an empty query an item is the whole input.
    const body = { query: [], items: encoded.map(({ ids }) => ids), apply_softmax: false };
    return this.#server.post('/v1/score', body, signal, (answer) =>
      listOf(fields(answer, 'the answer').scores, 'scores', encoded.length).map((scores) =>
        labelOf(scores, 'an entry of scores', this.#options.label),
      ),
    );
  }

  #openaiClassify(encoded: readonly Encoded[], signal: AbortSignal): Promise<number[]> {
    const body = { input: encoded.map(({ ids }) => ids) };
    return this.#server.post('/v1/classify', body, signal, (answer) =>
      byIndex(fields(answer, 'the answer').data, 'data', encoded.length).map(({ probs }) =>
        labelOf(probs, 'probs', this.#options.label),
      ),
    );
  }
}

/** Undefined for what a server does not serve. */
function orMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
