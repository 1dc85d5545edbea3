/** A stand-in for llama.cpp's server. Fields as in tools/server: README.md, server-common.cpp, server-context.cpp. */
import { modelScore, tokenize } from './encoder.ts';
import { StandIn, sigmoid } from './stand-in.ts';

export interface LlamaStandInOptions {
  /** `qwen3`: a softmax follows the head. `headless`: no head, and what comes out instead. @default 'head' */
  readonly model?: 'head' | 'qwen3 with one label' | 'qwen3 with two labels' | 'headless';
  /** A rerank template of its own, read with special tokens. @default true */
  readonly template?: boolean;
  /** @default true */
  readonly sorted?: boolean;
  /** Started with --rerank. @default true */
  readonly rerank?: boolean;
  /** Most tokens of one text. @default 1000 */
  readonly batch?: number;
}

export function llamaStandIn(options: LlamaStandInOptions = {}): Promise<StandIn> {
  const { model = 'head', template = true, sorted = true, rerank = true, batch = 1000 } = options;
  return new StandIn({
    'GET /health': () => ({ body: { status: 'ok' } }),
    'GET /props': () => ({
      body: {
        default_generation_settings: { n_ctx: 2048 },
        total_slots: 4,
        model_path: '/models/reward-q8_0.gguf',
        build_info: 'b11525-abcdef0',
      },
    }),
    'GET /v1/models': () => ({
      body: {
        object: 'list',
        data: [
          { id: 'reward', object: 'model', created: 1, owned_by: 'llamacpp', meta: { n_ctx_train: 4096 } },
        ],
      },
    }),
    'POST /v1/rerank': (body, say) => {
      if (!rerank) {
        return failed(
          501,
          'This server does not support reranking. Start it with `--reranking`',
          'not_supported_error',
        );
      }
      const { query, documents, top_n } = body as {
        query: string;
        documents: string[];
        top_n?: number;
      };
      const inputs = documents.map((document) => rerankInput(query, document, template));
      const long = inputs.find(({ length }) => length > batch);
      if (long !== undefined) {
        return failed(
          500,
          `input (${long.length} tokens) is too large to process. increase the physical batch size (current batch size: ${batch})`,
          'server_error',
        );
      }
      const entries = inputs.map((ids, index) => ({ index, relevance_score: say(scoreOf(model, ids)) }));
      if (sorted) entries.sort((a, b) => b.relevance_score - a.relevance_score);
      entries.splice(top_n ?? entries.length);
      const usage = { prompt_tokens: 20, total_tokens: 20 };
      return { body: { model: body.model, object: 'list', usage, results: entries }, entries };
    },
  }).listen();
}

/** Ids of a pair: with a template special tokens in texts count, without it they do not. */
export function rerankInput(query: string, document: string, template: boolean): number[] {
  if (!template) return [1, ...Buffer.from(query), 4, 8, ...Buffer.from(document), 4];
  return tokenize(
    '<s><|user|>{query}<|assistant|>{document}<|end|>'
      .replaceAll('{query}', () => query)
      .replaceAll('{document}', () => document),
  );
}

function scoreOf(model: LlamaStandInOptions['model'], ids: readonly number[]): number {
  if (model === 'headless') return 1e-20;
  if (model === 'qwen3 with one label') return 1;
  if (model === 'qwen3 with two labels') return sigmoid(modelScore(ids));
  return modelScore(ids);
}

function failed(code: number, message: string, type: string) {
  return { status: code, body: { error: { code, message, type } } };
}
