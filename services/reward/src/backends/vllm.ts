/**
 * vLLM with `--runner pooling`: POST /classify for classifiers, POST /pooling for process reward models, with token ids.
 *
 * Both apply an activation unless told not to: a sigmoid or softmax. The field that says so was `activation` before 0.11.1
 * and is `use_activation` since; from 0.11.1 to 0.14 the old names, when sent at all, even as false, turn it ON
 * (`get_use_activation` in vllm/config/pooler.py). So one name is sent at a time, and the answers show whether it works.
 */
import type { EncodedSteps, TokenEncoder } from '../tokens/index.ts';
import { transforms } from '../transform.ts';
import type { Backend, Encoded, Identity, Item, RawScore } from '../types.ts';
import { encodeAll } from './encode.ts';
import { ModelServer, type ServerOptions } from './http.ts';
import { cannotTurnOff, checkProbes, isRaw, probes } from './probe.ts';
import { type ProcessOptions, stepScore } from './process.ts';
import { byIndex, count, type Fields, fields, finite, garbage, labelOf, list, listOf, text } from './read.ts';

export interface VllmOptions extends ServerOptions {
  /** As the server names it. @default the first that it lists */
  readonly model?: string | undefined;
  /** For a process reward model: opened with the token that ends a step. */
  readonly encoder: TokenEncoder;
  /** Most items in one request. @default 64 */
  readonly maxItems?: number | undefined;
  /** Which logit is the score of a model with several labels. @default none: such a model is refused */
  readonly label?: number | undefined;
  /** For a process reward model: served with task `token_classify`. */
  readonly process?: ProcessOptions | undefined;
}

/** Names of the field over time, newest first. */
const activationFields = ['use_activation', 'activation', 'softmax'] as const;

/** What was found out of the server. */
interface Found {
  readonly model: string;
  /** Fields that turn the activation off. */
  readonly off: Fields;
  /** Of process reward models: whether steps come as chances, with the softmax that cannot be turned off. */
  readonly chances: boolean;
}

/** Throws BackendError `misuse` where the options make no sense. */
export function vllmBackend(options: VllmOptions): Backend {
  return new Vllm(options);
}

class Vllm implements Backend {
  readonly maxItems: number;
  readonly #options: VllmOptions;
  readonly #server: ModelServer;
  #found: Found | undefined;

  constructor(options: VllmOptions) {
    this.#options = options;
    this.#server = new ModelServer('vLLM', options);
    this.maxItems = options.maxItems ?? 64;
  }

  async identify(signal: AbortSignal): Promise<Identity> {
    const { model, root, maxTokens } = await this.#server.get('/v1/models', signal, (answer) =>
      this.#model(answer),
    );
    const version = await this.#server.getIfThere('/version', signal, (answer) =>
      text(fields(answer, 'the answer').version),
    );
    this.#found = await this.#findOut(model, signal);
    return {
      model: root || model,
      // A folder of the Hugging Face cache tells the commit.
      revision: /\/snapshots\/([0-9a-f]{40})(?:\/|$)/.exec(root)?.[1] ?? '',
      engine: version ? `vLLM ${version}` : 'vLLM',
      maxTokens,
      ...readingOf(this.#options),
    };
  }

  async score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    if (items.length === 0) return [];
    if (this.#found === undefined) await this.identify(signal);
    const found = this.#found as Found;
    const { encoder, process } = this.#options;
    if (process === undefined) {
      const encoded = await encodeAll(items, (item) => encoder.encode(item), signal);
      const logits = await this.#classify(found.model, encoded, found.off, signal);
      return encoded.map(({ ids, truncated }, i) => ({
        logit: logits[i] as number,
        tokens: ids.length,
        truncated,
      }));
    }
    const encoded = await encodeAll(items, (item) => encoder.encodeSteps(item), signal);
    const rows = await this.#pool(found.model, encoded, found.off, signal);
    return encoded.map(({ ids, truncated }, i) => {
      const chances = (rows[i] as Rows).map((row) => this.#chance(row, found.chances));
      return { ...stepScore(chances, process.aggregate), tokens: ids.length, truncated };
    });
  }

  async health(signal: AbortSignal): Promise<void> {
    await this.#server.reach('/health', signal);
  }

  async close(): Promise<void> {
    this.#server.close();
  }

  #model(answer: unknown): { model: string; root: string; maxTokens: number | undefined } {
    const models = list(fields(answer, 'the answer').data, 'data').map((one) =>
      fields(one, 'an entry of data'),
    );
    const names = models.map(({ id }) => text(id));
    const wanted = this.#options.model ?? names[0];
    const one = models[names.indexOf(wanted ?? '')];
    if (!wanted || one === undefined) {
      throw this.#server.fault('misuse', `there is no model ${wanted ?? ''}; there are: ${names.join(', ')}`);
    }
    return { model: wanted, root: text(one.root), maxTokens: count(one.max_model_len) };
  }

  /** Sends fixed conversations with and without activation. */
  async #findOut(model: string, signal: AbortSignal): Promise<Found> {
    const { encoder, process } = this.#options;
    let ask: (more: Fields) => Promise<Rows[]>;
    if (process === undefined) {
      const encoded = probes.map((item) => encoder.encode(item));
      ask = async (more) => (await this.#classify(model, encoded, more, signal)).map((logit) => [[logit]]);
    } else {
      const encoded = probes.map((item) => encoder.encodeSteps(item));
      ask = (more) => this.#pool(model, encoded, more, signal);
    }
    for (const field of activationFields) {
      const off = { [field]: false };
      const raw = await ask(off);
      // A softmax over one label, and a model that reads nothing, are seen here.
      checkProbes(raw.map((rows) => rows[0]?.at(-1) as number));
      if (isRaw(raw.flat(2), (await ask({ [field]: true })).flat(2))) {
        return { model, off, chances: false };
      }
      if (field === activationFields.at(-1) && process !== undefined && raw.flat().every(isDistribution)) {
        return { model, off, chances: true };
      }
    }
    throw this.#server.fault(
      'misuse',
      `${cannotTurnOff}; vLLM 0.10.1 is the first that can, and --pooler-config '{"use_activation": false}' does`,
    );
  }

  #classify(model: string, encoded: readonly Encoded[], off: Fields, signal: AbortSignal): Promise<number[]> {
    const body = { model, input: encoded.map(({ ids }) => ids), add_special_tokens: false, ...off };
    return this.#server.post('/classify', body, signal, (answer) =>
      byIndex(fields(answer, 'the answer').data, 'data', encoded.length).map(({ probs }) =>
        labelOf(probs, 'probs', this.#options.label),
      ),
    );
  }

  /** The numbers at each step's tag. */
  #pool(model: string, encoded: readonly EncodedSteps[], off: Fields, signal: AbortSignal): Promise<Rows[]> {
    const body = {
      model,
      task: 'token_classify',
      input: encoded.map(({ ids }) => ids),
      add_special_tokens: false,
      ...off,
    };
    return this.#server.post('/pooling', body, signal, (answer) =>
      byIndex(fields(answer, 'the answer').data, 'data', encoded.length).map(({ data }, i) =>
        stepRows(data, encoded[i] as EncodedSteps),
      ),
    );
  }

  #chance(row: readonly number[], chances: boolean): number {
    if (row.length === 1) return transforms.sigmoid(row[0] as number);
    const positive = this.#options.process?.positive ?? 1;
    const right = row[positive] as number;
    return chances ? right : transforms.sigmoid(right - (row[1 - positive] as number));
  }
}

function readingOf({ process, label }: VllmOptions): Pick<Identity, 'reading'> {
  if (process === undefined) return label === undefined ? {} : { reading: `label ${label}` };
  const { aggregate, positive = 1 } = process;
  return { reading: `${aggregate} of steps${positive === 1 ? '' : ', number 0 is right'}` };
}

/** One or two numbers a step. */
type Rows = readonly (readonly number[])[];

/** With STEP pooling there is a row for each tag, with ALL pooling one for each token. */
function stepRows(data: unknown, { ids, steps }: EncodedSteps): Rows {
  const rows = list(data, 'data of an entry');
  if (rows.length !== steps.length && rows.length !== ids.length) {
    throw garbage(
      `data of an entry has ${rows.length} rows for ${steps.length} steps in ${ids.length} tokens`,
    );
  }
  const ofSteps = rows.length === steps.length ? rows : steps.map((at) => rows[at]);
  return ofSteps.map((row) => {
    const numbers = Array.isArray(row) ? row : [row];
    if (numbers.length > 2) throw garbage(`a step has ${numbers.length} numbers instead of 1 or 2`);
    return listOf(numbers, 'a step', Math.max(1, numbers.length)).map((one) => finite(one, 'a step'));
  });
}

function isDistribution(row: readonly number[]): boolean {
  return (
    row.length === 2 &&
    row.every((one) => one >= 0) &&
    Math.abs((row[0] as number) + (row[1] as number) - 1) < 0.01
  );
}
