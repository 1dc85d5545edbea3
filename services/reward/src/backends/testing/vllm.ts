/**
 * A stand-in for vLLM's pooling server. Answers have the fields of vllm/entrypoints/pooling, in each protocol.py; fields of
 * requests that a version does not know are passed over, as there (OpenAIBaseModel allows any).
 */
import { modelScore, specials, stepTag, tokenize } from './encoder.ts';
import { type Route, StandIn, sigmoid, softmax } from './stand-in.ts';

export interface VllmStandInOptions {
  /** Which decides what turns the activation off. @default '0.19.0' */
  readonly version?: string;
  /** What is applied by default to a one-label model; 'softmax' gives 1. @default 'sigmoid' */
  readonly activation?: 'sigmoid' | 'softmax' | 'none';
  /** Squeezes logits towards 0. @default 1 */
  readonly scale?: number;
  /** @default 1 */
  readonly labels?: number;
  /** Pooling of a process reward model: rows for each step's tag, or for each token. @default 'STEP' */
  readonly pooling?: 'STEP' | 'ALL';
  /** Of a process reward model: one number a row. @default false */
  readonly single?: boolean;
  readonly root?: string;
}

export function vllmStandIn(options: VllmStandInOptions = {}): Promise<StandIn> {
  const { version = '0.19.0', scale = 1, labels = 1, pooling = 'STEP', single = false } = options;
  const { activation = 'sigmoid', root = 'org/reward-model' } = options;
  const active = activationOf(version);
  const one = (logit: number) =>
    activation === 'softmax' ? 1 : activation === 'sigmoid' ? sigmoid(logit) : logit;

  const classify: Route = (body, say) => {
    const on = active(body);
    const data = inputsOf(body).map((ids, index) => {
      const logits = Array.from(
        { length: labels },
        (_, label) => scale * modelScore([...ids, ...new Array(label).fill(0)]),
      );
      const probs = (on ? (labels === 1 ? logits.map(one) : softmax(logits)) : logits).map(say);
      return { index, label: 'LABEL_0', probs, num_classes: probs.length };
    });
    return {
      body: { id: 'classify-1', object: 'list', created: 1745383065, model: body.model, data, usage },
      entries: data,
    };
  };

  const pool: Route = (body, say) => {
    const on = active(body);
    const data = inputsOf(body).map((ids, index) => {
      const rows = ids.flatMap((id, at) => {
        if (pooling === 'STEP' && id !== stepTag) return [];
        const pair = single ? [modelScore(ids.slice(0, at + 1))] : [0.5, modelScore(ids.slice(0, at + 1))];
        return [(on ? (single ? pair.map(sigmoid) : softmax(pair)) : pair).map(say)];
      });
      return { index, object: 'pooling', data: rows };
    });
    return {
      body: { id: 'pool-1', object: 'list', created: 1745383065, model: body.model, data, usage },
      entries: data,
    };
  };

  return new StandIn({
    'GET /health': () => ({ body: '' }),
    'GET /version': () => ({ body: { version } }),
    'GET /v1/models': () => ({
      body: {
        object: 'list',
        data: [
          {
            id: 'reward',
            object: 'model',
            created: 1745383065,
            owned_by: 'vllm',
            root,
            parent: null,
            max_model_len: 4096,
          },
          {
            id: 'other',
            object: 'model',
            created: 1745383065,
            owned_by: 'vllm',
            root: 'org/other',
            parent: null,
          },
        ],
      },
    }),
    'POST /classify': classify,
    'POST /pooling': pool,
  }).listen();
}

const usage = { prompt_tokens: 20, total_tokens: 20, completion_tokens: 0, prompt_tokens_details: null };

/** Whether a request has its activation on, as each version reads it. */
function activationOf(version: string): (body: Record<string, unknown>) => boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const at = (major * 1000 + minor) * 1000 + patch;
  const value = (body: Record<string, unknown>, field: string): boolean =>
    (body[field] as boolean | undefined) ?? true;
  if (at < 10_001) return () => true;
  if (at < 11_001) return (body) => value(body, 'activation');
  if (at >= 15_000) return (body) => value(body, 'use_activation');
  // Takes "it is set" for "it is true".
  return (body) =>
    body.softmax !== undefined || body.activation !== undefined || value(body, 'use_activation');
}

/** Ids as they are; text with a BOS put first unless that is turned off, whether it has one or not. */
function inputsOf(body: Record<string, unknown>): number[][] {
  const input = body.input as (string | number[])[];
  const added = body.add_special_tokens === false ? [] : [specials['<s>'] as number];
  return input.map((one) => (typeof one === 'string' ? [...added, ...tokenize(one)] : one));
}
