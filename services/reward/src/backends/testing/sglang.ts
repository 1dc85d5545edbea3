/**
 * A stand-in for SGLang with --is-embedding. Fields as in python/sglang/srt/entrypoints: http_server.py,
 * openai/serving_classify.py and openai/serving_score.py.
 */
import { modelScore } from './encoder.ts';
import { type Route, StandIn, sigmoid, softmax } from './stand-in.ts';

export interface SglangStandInOptions {
  /** Paths that are not served. @default none */
  readonly without?: readonly string[];
  /** Numbers for each text. @default 1 */
  readonly labels?: number;
  /** @default false */
  readonly generates?: boolean;
  /** Packs the items of /v1/score into one text. @default false */
  readonly packs?: boolean;
  /** /v1/classify applies no softmax, unlike the real one. @default false */
  readonly raw?: boolean;
  /** Names of before 2026. @default false */
  readonly old?: boolean;
}

export function sglangStandIn(options: SglangStandInOptions = {}): Promise<StandIn> {
  const { without = [], labels = 1, generates = false, packs = false, raw = false, old = false } = options;
  const logits = (ids: readonly number[]) =>
    Array.from({ length: labels }, (_, label) => modelScore([...ids, ...new Array(label).fill(0)]));

  const classify: Route = (body, say) => {
    const entries = (body.input_ids as number[][]).map((ids, i) => ({
      embedding: logits(ids).map(say),
      meta_info: {
        id: `r${i}`,
        finish_reason: { type: 'length', length: 0 },
        prompt_tokens: ids.length,
        weight_version: 'default',
        cached_tokens: 0,
        e2e_latency: 0.01,
      },
    }));
    return { body: entries, entries };
  };

  const openaiClassify: Route = (body, say) => {
    const entries = (body.input as number[][]).map((ids, index) => {
      const probs = (raw ? logits(ids) : softmax(logits(ids))).map(say);
      return { index, label: 'LABEL_0', probs, num_classes: probs.length };
    });
    return { body: { id: 'classify-1', object: 'list', created: 1, model: 'm', data: entries }, entries };
  };

  const score: Route = (body, say) => {
    const query = body.query as number[];
    const entries = (body.items as number[][]).map((ids) => {
      const raw = logits(packs ? [...query, 0, ...ids] : [...query, ...ids]);
      return (body.apply_softmax ? (labels === 1 ? raw.map(sigmoid) : softmax(raw)) : raw).map(say);
    });
    return { body: { scores: entries, model: 'm', usage: null, object: 'scoring' }, entries };
  };

  const info: Route = () => ({
    body: {
      model_path: 'org/reward-model',
      tokenizer_path: 'org/reward-model',
      is_generation: generates,
      preferred_sampling_params: null,
      weight_version: 'default',
    },
  });
  const server: Route = () => ({
    body: {
      version: '0.5.20',
      model_path: 'org/reward-model',
      enable_mis: packs,
      api_key: 'secret-of-the-server',
    },
  });
  const prefix = old ? 'get_' : '';
  const routes: Record<string, Route> = {
    'GET /health': () => ({ body: '' }),
    [`GET /${prefix}model_info`]: info,
    [`GET /${prefix}server_info`]: server,
    'GET /v1/models': () => ({
      body: {
        object: 'list',
        data: [
          {
            id: 'org/reward-model',
            object: 'model',
            created: 1,
            owned_by: 'sglang',
            root: 'r',
            max_model_len: 8192,
          },
        ],
      },
    }),
    'POST /classify': classify,
    'POST /v1/classify': openaiClassify,
    'POST /v1/score': score,
  };
  return new StandIn(
    Object.fromEntries(
      Object.entries(routes).filter(([route]) => !without.includes(route.split(' ')[1] ?? '')),
    ),
  ).listen();
}
