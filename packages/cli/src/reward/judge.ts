/** A score of the reward verifier, with what gave it. */
import { type Problem, problemDigest, type Verdict } from '@assay/contract';
import type { Encoded } from '@assay/reward';
import { beforeAbort, firstVerdict, type Surroundings } from '../in-process.ts';

/** What the model read, in tokens. */
export interface Read {
  readonly total: number;
  /** Of `total`: the prompt's with the template around it, and the response's. Absent where the backend encodes. */
  readonly prompt?: number;
  readonly response?: number;
  /** Of the response, and not read. */
  readonly cutOff: number;
  readonly ids?: readonly number[];
}

export interface Explanation {
  readonly status: Verdict['status'];
  readonly reason: string;
  readonly message: string;
  /** The verdict's: the logit, transformed. */
  readonly score?: number;
  readonly logit?: number;
  readonly transform: string;
  readonly model: string;
  readonly revision: string;
  readonly engine: string;
  /** How the score is read from the model's answer where that is a choice. */
  readonly reading?: string;
  /** Empty where the backend makes its input itself. */
  readonly template: string;
  readonly truncation: string;
  /** Absent where nobody counted. */
  readonly tokens?: Read;
  /** Steps of a process reward model, objectives of a multi-objective one. */
  readonly parts: readonly { readonly name: string; readonly score: number; readonly message: string }[];
  /** Seconds that the model took, and the verifier to open it. */
  readonly wallS: number;
  readonly openS: number;
}

/** Scores one response. Errors: `bad_flags`, `no_backend`. */
export async function judge(
  env: NodeJS.ProcessEnv,
  problem: Problem,
  text: string,
  surroundings: Surroundings,
): Promise<Explanation> {
  const { messagesOf, optionsFromEnv, rewardVerifier, unknownSettings } = await import('@assay/reward');
  for (const line of unknownSettings(env)) surroundings.say(`warning: ${line}`);
  const start = performance.now();
  const options = await beforeAbort(optionsFromEnv(env, { waits: false }), surroundings.signal);
  const openS = (performance.now() - start) / 1000;
  const verifier = rewardVerifier(options);
  try {
    const messages = messagesOf(problem);
    const { model, revision, engine, reading } = options.identity;
    const told = {
      transform: options.transform ?? 'none',
      model,
      revision,
      engine,
      ...(reading !== undefined && { reading }),
      template: options.encoding.template,
      truncation: options.encoding.truncation,
      openS,
    };
    if (typeof messages === 'string') {
      return { ...told, status: 'ERROR', reason: 'bad_problem', message: messages, parts: [], wallS: 0 };
    }
    const verdict = await beforeAbort(
      firstVerdict(verifier, problem, text, surroundings),
      surroundings.signal,
    );
    const item = { messages, promptKey: problemDigest(problem), response: text.toWellFormed() };
    const encoded = verdict.status === 'SCORED' ? options.encoding.encode?.(item) : undefined;
    return { ...told, ...explained(verdict, encoded) };
  } finally {
    await verifier.stop?.();
  }
}

/** What a verdict says, and what the response was encoded as. */
export function explained(
  { status, reason, message, score, parts, times }: Verdict,
  encoded: Encoded | undefined,
): Pick<Explanation, 'status' | 'reason' | 'message' | 'score' | 'logit' | 'tokens' | 'parts' | 'wallS'> {
  const scores = parts.flatMap(({ name, score: one, message: about }) =>
    one === undefined ? [] : [{ name, score: one, message: about }],
  );
  const logit = scores.find(({ name }) => name === 'logit')?.score;
  const tokens = status === 'SCORED' ? tokensOf(message, encoded) : undefined;
  return {
    ...{ status, reason, message },
    ...(score !== undefined && { score }),
    ...(logit !== undefined && { logit }),
    ...(tokens !== undefined && { tokens }),
    parts: scores.filter(({ name }) => name !== 'logit'),
    wallS: (times?.serviceUs ?? 0) / 1e6,
  };
}

function tokensOf(message: string, encoded: Encoded | undefined): Read | undefined {
  if (encoded !== undefined) {
    const { ids, promptLength, truncated } = encoded;
    const [total, response] = [ids.length, ids.length - promptLength];
    return { total, prompt: promptLength, response, cutOff: truncated, ids };
  }
  const count = (name: string) => new RegExp(`(?:^|; )${name}=(\\d+)(?:;|$)`).exec(message)?.[1];
  const total = count('tokens');
  return total === undefined ? undefined : { total: Number(total), cutOff: Number(count('truncated') ?? 0) };
}
