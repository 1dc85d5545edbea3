/** The verifier: candidates from the kit, through the queue and a backend, to scores. */
import { createHash } from 'node:crypto';
import { messageOf, Normalization, type Problem, type VerdictInit } from '@assay/contract';
import { Outbox, type VerdictBody, type VerifierDefinition } from '@assay/verifier-kit';
import { type QueueOptions, type Scored, ScoreQueue } from './queue.ts';
import { type Transform, transforms } from './transform.ts';
import {
  type Backend,
  BackendError,
  type BackendFault,
  type Encoded,
  type Identity,
  type Item,
  type Message,
  type RawScore,
} from './types.ts';

/** Must change whenever any score could: with every change of encoding, backends, transforms. */
const version = '1';

const maxBatch = 256;
/** Calls whose items share requests. */
const batchesPerSlot = 64;
/** A batch that waits says so every `idleMs`: this is for a service that hangs itself. */
const candidateTimeoutMs = 10 * 60_000;
const idleMs = 5_000;

/** How often the backend is asked again what it serves; besides, after most of its faults. */
const identifyMs = 15_000;

/** By these a server says that it is there, and of sound mind: after any other fault it may be another one. */
const sound: ReadonlySet<BackendFault> = new Set(['rejected', 'too_long']);

/** Templates are run over all of them, and nothing else is done meanwhile. */
const maxTurns = 1_000;

/** Every kind: what a candidate is a response to is the problem's prompt. */
const kinds = ['scoring', 'math_answer', 'program_tests', 'repository_patch', 'theorem', 'custom'];

/** How the backend's input is made. */
export interface Encoding {
  /** Name of the template; empty where the backend writes the conversation itself. */
  readonly template: string;
  readonly truncation: string;
  /** Tells the tokenizer, template and limits that decide on the input; empty where that is up to the backend. */
  readonly digest: string;
  /** What the backend is sent for an item; absent where it is sent text. */
  readonly encode?: (item: Item) => Encoded;
}

export interface RewardOptions {
  readonly backend: Backend;
  /** As the backend said it. */
  readonly identity: Identity;
  readonly encoding: Encoding;
  /** From the logit to the verdict's score; the logit is recorded, too. @default none */
  readonly transform?: Transform;
  /** Name of the verifier: another one for each reward model of a run. @default reward */
  readonly name?: string;
  readonly queue?: Partial<QueueOptions>;
  /** The backend serves something else than at the start: scores would be recorded under a wrong name. */
  readonly onChanged?: (message: string) => void;
}

export function rewardVerifier(options: RewardOptions): VerifierDefinition {
  const { backend, identity, encoding, transform = 'none', name = 'reward' } = options;
  const health = (signal: AbortSignal) => backend.health(signal);
  const queue = new ScoreQueue({ maxItems: backend.maxItems, score, health }, options.queue);
  const origin = originOf(identity, encoding, transform);
  let changed: string | undefined;
  let identified = performance.now();

  /** Throws BackendError `misuse` where the backend serves something else than at the start: now, or once since. */
  async function checkIdentity(signal: AbortSignal): Promise<void> {
    if (changed === undefined && performance.now() - identified >= identifyMs) {
      const now = await backend.identify(signal);
      identified = performance.now();
      if (describe(now) !== describe(identity)) {
        changed = `the backend now serves ${describe(now)}, and served ${describe(identity)} at the start: start the verifier again`;
        options.onChanged?.(changed);
      }
    }
    if (changed !== undefined) throw new BackendError('misuse', changed);
  }

  /** A server that was out of reach may come back as another before its health is asked. */
  async function score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    await checkIdentity(signal);
    try {
      return await backend.score(items, signal);
    } catch (error) {
      if (!(error instanceof BackendError && sound.has(error.fault))) identified = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  return {
    name,
    version: versionOf(origin, encoding.digest),
    kinds,
    decides: false,
    normalization: Normalization.NORMALIZATION_EXACT,
    slots: 1,
    maxBatch,
    batchesPerSlot,
    capacity: 16 * maxBatch,
    candidateTimeoutMs,
    checkProblem: (problem) => {
      const messages = messagesOf(problem);
      return typeof messages === 'string' ? messages : undefined;
    },
    async health(signal) {
      try {
        await health(signal);
      } catch (error) {
        // It may come back as another.
        identified = Number.NEGATIVE_INFINITY;
        throw error;
      }
      await checkIdentity(signal);
    },
    async stop() {
      queue.close();
      await backend.close();
    },
    async *verifyBatch(problem, candidates, { signal, problemDigest }) {
      const outbox = new Outbox<VerdictInit>(candidates.length);
      const messages = messagesOf(problem);
      // The kit asks checkProblem first.
      if (typeof messages === 'string') throw new Error(messages);
      for (const { index, text } of candidates) {
        queue.score({ messages, promptKey: problemDigest, response: text }, signal).then(
          (scored) => outbox.put({ ...verdictOf(scored, origin, transform), index }),
          (error) => {
            // An aborted call wants no verdict.
            if (!signal.aborted) outbox.put({ ...errorOf(error), index });
          },
        );
      }
      yield* outbox.lists(idleMs, signal);
    },
  };
}

/** The conversation that a candidate answers, or why there is none. */
export function messagesOf({ prompt, scoring }: Problem): Message[] | string {
  const { system = '', turns = [] } = scoring ?? {};
  if (turns.length > maxTurns)
    return `scoring.turns has ${turns.length} turns, and at most ${maxTurns} are read`;
  const odd = turns.findIndex(({ role }) => role === '');
  if (odd >= 0) return `scoring.turns[${odd}] has no role`;
  const messages = turns.map(({ role, content }) => ({ role, content }));
  if (system !== '') messages.unshift({ role: 'system', content: system });
  if (prompt !== '') messages.push({ role: 'user', content: prompt });
  const last = messages.at(-1);
  if (last === undefined || last.role === 'system') {
    return 'the problem has no prompt: a reward model scores responses to one';
  }
  if (last.role === 'assistant') return 'the last turn is the assistant’s: there is nothing to respond to';
  return messages;
}

/** What gave a score, in one line: recorded with each. */
function originOf(identity: Identity, { template, truncation }: Encoding, transform: Transform): string {
  const own = template === '' ? [] : [`template=${template}`, `truncation=${truncation}`];
  return [describe(identity), ...own, `transform=${transform}`].join('; ');
}

function describe({ model, revision, engine, reading }: Identity): string {
  const read = reading === undefined ? '' : `; reading=${reading}`;
  return `model=${model}; revision=${revision || 'unknown'}; engine=${engine}${read}`;
}

function versionOf(origin: string, encoding: string): string {
  const digest = createHash('sha256').update(JSON.stringify([origin, encoding]));
  return `${version}-${digest.digest('hex').slice(0, 12)}`;
}

function verdictOf({ raw, serviceMs }: Scored, origin: string, transform: Transform): VerdictBody {
  const { logit, tokens, truncated = 0, parts = [] } = raw;
  const facts = [origin];
  if (tokens !== undefined) facts.push(`tokens=${tokens}`);
  if (truncated > 0) facts.push(`truncated=${truncated}`);
  return {
    status: 'SCORED',
    score: transforms[transform](logit),
    message: facts.join('; '),
    parts: [{ name: 'logit', score: logit }, ...parts].map((part) => ({
      ...part,
      status: 'SCORED' as const,
    })),
    times: { serviceUs: Math.round(1000 * serviceMs) },
  };
}

/** What a backend's fault means for the candidate: never a score, never a failure of it. */
const verdicts: Record<BackendFault, { reason: string; retryable: boolean }> = {
  timeout: { reason: 'verifier_timeout', retryable: true },
  unavailable: { reason: 'unavailable', retryable: true },
  overloaded: { reason: 'unavailable', retryable: true },
  server: { reason: 'verifier_failure', retryable: true },
  garbage: { reason: 'verifier_garbage', retryable: true },
  rejected: { reason: 'verifier_failure', retryable: false },
  too_long: { reason: 'too_large', retryable: false },
  misuse: { reason: 'verifier_failure', retryable: false },
};

function errorOf(error: unknown): VerdictBody {
  const fault = error instanceof BackendError ? error.fault : 'server';
  return { status: 'ERROR', ...verdicts[fault], message: messageOf(error) };
}
