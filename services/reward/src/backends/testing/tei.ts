/** A stand-in for Text Embeddings Inference. Fields as in router/src: lib.rs, http/types.rs, http/server.rs. */
import { modelScore, specials, tokenize } from './encoder.ts';
import { StandIn, sigmoid, softmax } from './stand-in.ts';

export interface TeiStandInOptions {
  /** @default 1: it calls such a model a reranker */
  readonly labels?: number;
  /** Obeys `raw_scores`. @default true */
  readonly raw?: boolean;
  /** Squeezes logits towards 0. @default 1 */
  readonly scale?: number;
  /** Most items in one request. @default 32 */
  readonly batch?: number;
  /** Most tokens of one pair. @default 512 */
  readonly length?: number;
  /** @default false */
  readonly embeds?: boolean;
}

export function teiStandIn(options: TeiStandInOptions = {}): Promise<StandIn> {
  const { labels = 1, raw = true, scale = 1, batch = 32, length = 512, embeds = false } = options;
  const names = Array.from({ length: labels }, (_, i) => `LABEL_${i}`);
  const said = {
    id2label: Object.fromEntries(names.map((name, i) => [String(i), name])),
    label2id: Object.fromEntries(names.map((name, i) => [name, i])),
  };
  return new StandIn({
    'GET /health': () => ({ body: '' }),
    'GET /info': () => ({
      body: {
        model_id: 'org/reward-encoder',
        model_sha: 'fca14538aa9956a46526bd1d0d11d69e19b5a101',
        model_dtype: 'float16',
        model_type: embeds
          ? { embedding: { pooling: 'cls' } }
          : labels > 1
            ? { classifier: said }
            : { reranker: said },
        max_concurrent_requests: 512,
        max_input_length: length,
        max_batch_tokens: 16384,
        max_batch_requests: null,
        max_client_batch_size: batch,
        auto_truncate: true,
        tokenization_workers: 4,
        version: '1.9.4',
        sha: null,
        docker_label: null,
      },
    }),
    'POST /predict': (body, say) => {
      const { inputs, raw_scores, truncate } = body as {
        inputs: [string, string][];
        raw_scores?: boolean;
        truncate?: boolean;
      };
      if (inputs.length > batch) {
        return failed(413, `batch size ${inputs.length} > maximum allowed batch size ${batch}`);
      }
      const ids = inputs.map(pairInput);
      const long = ids.find((one) => one.length > length);
      if (long !== undefined && truncate === false) {
        return failed(
          413,
          `Input validation error: \`inputs\` must have less than ${length} tokens. Given: ${long.length}`,
        );
      }
      const entries = ids.map((one) => {
        const cut = one.slice(0, length);
        const logits = names.map((_, label) => scale * modelScore([...cut, ...new Array(label).fill(0)]));
        const scores =
          raw && raw_scores === true ? logits : labels === 1 ? logits.map(sigmoid) : softmax(logits);
        return scores
          .map((score, i) => ({ score: say(score), label: names[i] }))
          .sort((a, b) => b.score - a.score);
      });
      return { body: entries, entries };
    },
  }).listen();
}

/** Ids of a pair of texts, with special tokens as the server's tokenizer finds and puts them. */
export function pairInput([prompt, response]: readonly [string, string]): number[] {
  return [specials['<s>'] as number, ...tokenize(prompt), 4, ...tokenize(response), 4];
}

function failed(status: number, error: string) {
  return { status, body: { error, error_type: 'Validation' } };
}
