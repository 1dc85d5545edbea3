/** Scores on the CPU, without a server: an ONNX sequence classifier with one label, run by ONNX Runtime. */
import { availableParallelism } from 'node:os';
import { orAborted } from '@assay/verifier-kit';
import { env } from 'onnxruntime-node';
import {
  type Backend,
  BackendError,
  type Encoded,
  type Encoder,
  type Identity,
  type Item,
  type RawScore,
} from '../types.ts';
import { encodeAll } from './encode.ts';
import { labelFault, readModelFolder, revisionOf } from './onnx-folder.ts';
import { Session } from './onnx-session.ts';

export interface OnnxOptions {
  /** Holds model.onnx (or onnx/model.onnx), tokenizer.json, tokenizer_config.json and config.json. */
  readonly folder: string;
  readonly encoder: Encoder;
  /** Path of the model's file within the folder. @default model.onnx or onnx/model.onnx, whichever is there */
  readonly file?: string;
  /** @default usable CPUs (cgroup quota) */
  readonly threads?: number;
  /** Most tokens of one batch, padding with them; a longer item is a batch of its own. @default 2048 */
  readonly batchTokens?: number;
}

interface Model {
  readonly session: Session;
  readonly identity: Identity;
  /** Inputs that the graph has. */
  readonly inputs: readonly string[];
  /** Fills rows up; undefined: rows of one batch must be of one length. */
  readonly padId: number | undefined;
  /** 1 where a score depends on what else is in the batch. */
  readonly batchTokens: number;
}

/** The value of an input at a column of a row; `padId` lies after the row's ids. */
const inputs: Record<string, (ids: readonly number[], column: number, padId: number) => number> = {
  input_ids: (ids, column, padId) => ids[column] ?? padId,
  attention_mask: (ids, column) => (column < ids.length ? 1 : 0),
  token_type_ids: () => 0,
  position_ids: (_ids, column) => column,
};
const output = 'logits';

/** Scores of one item that differ by a larger share of their size (or of 1, if they are smaller) are not the same. */
const tolerance = 1e-4;

/** What the model is tried on before it is used: a short item and a longer one. */
const trials: readonly Item[] = [
  { messages: [{ role: 'user', content: '1 + 1?' }], promptKey: 'short', response: '2' },
  {
    messages: [{ role: 'user', content: 'What is the sum of 1 and 1?' }],
    promptKey: 'long',
    response: 'The sum of 1 and 1 is found by counting on from 1, once: it is 2.',
  },
];

/**
 * Opens nothing yet: the first call loads the model, and what is wrong with it or its folder is that call's BackendError
 * `misuse`. An item gets the same score alone and in any batch, up to the rounding of float32: a model of which this is
 * not true (dynamic quantisation, padding that is not masked) gets its items one by one.
 */
export function onnxBackend(options: OnnxOptions): Backend {
  let loading: Promise<Model> | undefined;
  let closed = false;

  /** The model: loaded again where that failed, or where its process has ended since. */
  function model(signal: AbortSignal): Promise<Model> {
    if (closed) return Promise.reject(new BackendError('unavailable', 'the backend is closed'));
    if (loading === undefined) {
      const mine = load(options);
      const forget = () => {
        if (loading === mine) loading = undefined;
      };
      mine.then(({ session }) => session.ended, forget).then(forget);
      loading = mine;
    }
    return orTimeout(loading, signal);
  }

  return {
    maxItems: 1024,
    async identify(signal) {
      return (await model(signal)).identity;
    },
    async score(items, signal) {
      const loaded = await model(signal);
      const { maxTokens = Number.POSITIVE_INFINITY } = loaded.identity;
      const rows = await encodeAll(items, (item) => options.encoder.encode(item), signal);
      const long = rows.find(({ ids }) => ids.length > maxTokens);
      if (long !== undefined) {
        throw new BackendError('too_long', `${long.ids.length} tokens, and the model reads ${maxTokens}`);
      }
      const scores: RawScore[] = new Array(rows.length);
      for (const batch of batchesOf(rows, loaded)) {
        const logits = await logitsOf(
          loaded,
          batch.map((at) => rows[at] as Encoded),
          signal,
        );
        batch.forEach((at, i) => {
          const { ids, truncated } = rows[at] as Encoded;
          scores[at] = { logit: logits[i] as number, tokens: ids.length, truncated };
        });
      }
      return scores;
    },
    async health(signal) {
      await model(signal);
    },
    async close() {
      closed = true;
      await loading?.then(
        ({ session }) => session.close(),
        () => {},
      );
    },
  };
}

async function load(options: OnnxOptions): Promise<Model> {
  const { encoder, threads = availableParallelism(), batchTokens = 2048 } = options;
  const folder = await readModelFolder(options.folder, options.file);
  const { file, maxTokens, padId } = folder;
  const [session, revision] = await Promise.all([Session.open({ file, threads }), revisionOf(file)]);
  try {
    checkGraph(session, file);
    const identity = {
      model: folder.model,
      revision,
      engine: `onnxruntime ${env.versions.node}`,
      maxTokens,
    };
    const model = { session, identity, inputs: session.inputs.map(({ name }) => name), padId, batchTokens };
    const together = await batchesAreExact(
      model,
      trials.map((item) => encoder.encode(item)),
    );
    return together ? model : { ...model, batchTokens: 1 };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** Throws BackendError `misuse` unless it is a classifier with one label that reads what we can give. */
function checkGraph(session: Session, file: string): void {
  const fail: (what: string) => never = (what) => {
    const mend = 'Export a sequence classifier: optimum-cli export onnx --task text-classification';
    throw new BackendError('misuse', `${file}: ${what}. ${mend}`);
  };
  const names = session.inputs.map(({ name }) => name);
  for (const name of ['input_ids', 'attention_mask']) {
    if (!names.includes(name)) fail(`no input ${name}, but ${names.join(', ') || 'none'}`);
  }
  for (const { name, type, shape } of session.inputs) {
    if (!Object.hasOwn(inputs, name)) fail(`input ${name}, which no classifier of text has`);
    if (type !== 'int64') fail(`input ${name} is of type ${type}, not int64`);
    if (shape.length !== 2 || typeof shape[1] === 'number') {
      fail(`input ${name} is of shape [${shape.join(', ')}], not of any number of rows and tokens`);
    }
  }
  const logits = session.outputs.find(({ name }) => name === output);
  if (logits === undefined) {
    fail(`no output ${output}, but ${session.outputs.map(({ name }) => name).join(', ')}`);
  }
  if (logits.type !== 'float32') fail(`output ${output} is of type ${logits.type}, not float32`);
  const labels = logits.shape.at(-1);
  if (typeof labels === 'number' && labels !== 1) throw labelFault(file, labels);
}

/** Whether items get the scores together that they get alone. Throws BackendError where they get none. */
async function batchesAreExact(model: Model, rows: readonly Encoded[]): Promise<boolean> {
  const { signal } = new AbortController();
  // Without padding only what is equally long is put together.
  const batch = model.padId === undefined ? rows.slice(0, 1).concat(rows.slice(0, 1)) : rows;
  const alone: number[] = [];
  for (const row of batch) alone.push(...(await logitsOf(model, [row], signal)));
  if (model.session.inputs.some(({ shape }) => shape[0] === 1)) return false;
  const together = await logitsOf(model, batch, signal);
  return alone.every((score, i) => {
    const difference = Math.abs(score - (together[i] as number));
    return difference <= tolerance * Math.max(1, Math.abs(score));
  });
}

/** Positions of rows that are run together, shortest rows first. */
function batchesOf(rows: readonly Encoded[], { batchTokens, padId }: Model): number[][] {
  const lengthOf = (at: number | undefined) => (rows[at as number] as Encoded).ids.length;
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const at of [...rows.keys()].sort((a, b) => lengthOf(a) - lengthOf(b))) {
    const fits =
      batch.length > 0 &&
      (batch.length + 1) * lengthOf(at) <= batchTokens &&
      (padId !== undefined || lengthOf(batch[0]) === lengthOf(at));
    if (!fits) {
      batch = [];
      batches.push(batch);
    }
    batch.push(at);
  }
  return batches;
}

/** One finite logit for each row. */
async function logitsOf(model: Model, rows: readonly Encoded[], signal: AbortSignal): Promise<number[]> {
  const columns = Math.max(...rows.map(({ ids }) => ids.length));
  const feeds = Object.fromEntries(
    model.inputs.map((name) => {
      const data = new BigInt64Array(rows.length * columns);
      const at = inputs[name] as (typeof inputs)[string];
      rows.forEach(({ ids }, row) => {
        for (let column = 0; column < columns; column++) {
          data[row * columns + column] = BigInt(at(ids, column, model.padId ?? 0));
        }
      });
      return [name, data];
    }),
  );
  const dims = [rows.length, columns] as const;
  const answer = await orTimeout(model.session.run({ feeds, dims, output }, signal), signal);
  const [count, labels] = answer.dims;
  if (answer.dims.length === 2 && labels !== 1) throw labelFault(model.identity.model, labels ?? 0);
  if (answer.dims.length !== 2 || count !== rows.length) {
    throw new BackendError('garbage', `${output} of shape [${answer.dims}] for ${rows.length} rows`);
  }
  const logits = [...answer.values];
  const odd = logits.find((logit) => !Number.isFinite(logit));
  if (odd !== undefined) throw new BackendError('garbage', `the model gave a score of ${odd}`);
  return logits;
}

/** Rejects where the signal is aborted before: a run of the model goes on. */
function orTimeout<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return orAborted(promise, signal, () => new BackendError('timeout', 'given up before the model answered'));
}
