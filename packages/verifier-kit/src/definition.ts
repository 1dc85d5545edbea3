/** What an author writes: one function and a few facts. What the kit makes of it: settings, checked. */
import { availableParallelism } from 'node:os';
import {
  AssayError,
  type Candidate,
  type DescribeResponse,
  type Normalization,
  type Problem,
  type VerdictInit,
} from '@assay/contract';
import type { Logger } from 'pino';

/** A verdict as an author returns it: the kit adds the index and the times. */
export type VerdictBody = Omit<VerdictInit, 'index'>;

/** What the function gets besides problem and candidates. */
export interface VerifyContext {
  /** Aborts when the call is cancelled, past its deadline, or when the kit has given this work up. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Names the problem's content: a key for whatever the function keeps per problem. */
  readonly problemDigest: string;
}

/** What a verifier takes. */
export interface Limits {
  /** Candidates (`verify`) or batches (`verifyBatch`) judged at the same time. @default usable CPUs (cgroup quota) */
  slots: number;
  /** Candidates accepted in total before RESOURCE_EXHAUSTED. @default four full batches, or twice what is judged at once */
  capacity: number;
  /** Most candidates in one call. @default 256 */
  maxBatch: number;
  /** Wall time after which a candidate (or a batch that yields nothing) is given up. @default 30_000 */
  candidateTimeoutMs: number;
}

/** A verifier: exactly one of `verify` and `verifyBatch`. */
export interface VerifierDefinition extends Partial<Limits> {
  /** [a-z0-9-]{1,63}: what users write after --verifier. */
  name: string;
  /** Must change whenever any verdict could change: verdicts are cached under (name, version). */
  version: string;
  /** Kinds of problem it takes: names of Problem.spec's fields (`custom`: any of those), or Custom.kind. */
  kinds: string[];
  /** True: verdicts are CORRECT or INCORRECT; false: SCORED. @default true */
  decides?: boolean;
  /** @default NORMALIZATION_EXACT */
  normalization?: Normalization;
  /** Judging changes nothing and costs little: two replicas may judge the same candidate, and the first answer counts. @default false */
  pure?: boolean;
  /** Says why a problem cannot be judged; every candidate then gets ERROR `bad_problem`. */
  checkProblem?(problem: Problem): string | undefined;
  /** Judges one candidate. What it throws becomes ERROR `verifier_failure`. */
  verify?(problem: Problem, candidate: Candidate, context: VerifyContext): VerdictBody | Promise<VerdictBody>;
  /** Judges one batch; yields verdicts (with `index`) as they finish. */
  verifyBatch?(
    problem: Problem,
    candidates: readonly Candidate[],
    context: VerifyContext,
  ): AsyncIterable<VerdictInit[]>;
  /**
   * Batches that `verifyBatch` is given for one slot at the same time: more than one where it judges several together
   * faster than one by one. It then says in `times.serviceUs` what each verdict took, and yields an empty list now and
   * then for a batch that has to wait. @default 1
   */
  batchesPerSlot?: number;
  /** Before the first call is taken; the limits are what the process was given. */
  start?(limits: Limits): Promise<void>;
  /** After the last call has ended. */
  stop?(): Promise<void>;
  /**
   * Rejects where it could not judge now, for want of something outside of this process. Asked now and then; meanwhile
   * gRPC health and /healthz say NOT_SERVING. Calls are still taken: what they get is the function's own answer.
   */
  health?(signal: AbortSignal): Promise<void>;
}

/** The author's one function. */
export type Judge =
  | { one: NonNullable<VerifierDefinition['verify']> }
  | { batch: NonNullable<VerifierDefinition['verifyBatch']> };

/** A definition whose facts are all there and consistent. */
export interface Settings {
  readonly definition: VerifierDefinition;
  readonly judge: Judge;
  /** Candidates, or batches, that the function is given at the same time. */
  readonly pieces: number;
  readonly limits: Limits;
  readonly describe: DescribeResponse;
}

const namePattern = /^[a-z0-9-]{1,63}$/;
const kindPattern = /^[a-z0-9_]{1,63}$/;

/** Limits as served (`given` goes before the definition's), defaults filled in. Throws AssayError `bad_definition`. */
export function settingsOf(
  definition: VerifierDefinition,
  given: Partial<Limits>,
  maxMessageBytes: number,
): Settings {
  const fail = (what: string, mend: string): never => {
    throw new AssayError('bad_definition', `verifier ${JSON.stringify(definition.name)}: ${what}`, { mend });
  };
  const count = (field: keyof Limits, fallback: number) => {
    const value = given[field] ?? definition[field] ?? fallback;
    if (!Number.isInteger(value) || value < 1 || value > 0x7fffffff) {
      fail(`${field} is ${value}`, `Give ${field} as a whole number from 1 to ${0x7fffffff}.`);
    }
    return value;
  };
  if (!namePattern.test(definition.name)) fail('bad name', 'Use 1 to 63 of a-z, 0-9 and -.');
  if (definition.version === '') fail('empty version', 'Give a version; change it when verdicts change.');
  const badKind = definition.kinds.find((kind) => !kindPattern.test(kind));
  if (badKind !== undefined) fail(`bad kind ${JSON.stringify(badKind)}`, 'Use 1 to 63 of a-z, 0-9 and _.');
  if (definition.kinds.length === 0) fail('no kinds', 'List the kinds of problem that it takes.');
  const judge = judgeOf(definition);
  if (judge === undefined) {
    return fail('verify and verifyBatch are both given or both missing', 'Give exactly one of the two.');
  }

  const slots = count('slots', availableParallelism());
  const together = definition.batchesPerSlot ?? 1;
  if (!Number.isInteger(together) || together < 1) {
    fail(`batchesPerSlot is ${together}`, 'Give batchesPerSlot as a whole number from 1.');
  }
  const maxBatch = count('maxBatch', 256);
  const judged = 'batch' in judge ? slots * maxBatch : slots;
  const capacity = count('capacity', Math.max(4 * maxBatch, 2 * judged));
  const candidateTimeoutMs = count('candidateTimeoutMs', 30_000);
  const least = Math.max(judged, maxBatch);
  if (capacity < least) {
    fail(
      `capacity ${capacity} is less than the ${least} candidates that it judges at once or takes in a batch`,
      'Raise capacity, or lower slots or maxBatch.',
    );
  }
  return {
    definition,
    judge,
    pieces: 'batch' in judge ? slots * together : slots,
    limits: { slots, capacity, maxBatch, candidateTimeoutMs },
    describe: {
      name: definition.name,
      version: definition.version,
      kinds: [...definition.kinds],
      decides: definition.decides ?? true,
      slots: judged,
      capacity,
      maxBatch,
      candidateTimeoutMs,
      normalization: definition.normalization ?? 'NORMALIZATION_EXACT',
      maxMessageBytes,
      pure: definition.pure ?? false,
    },
  };
}

function judgeOf(definition: VerifierDefinition): Judge | undefined {
  const { verify, verifyBatch } = definition;
  if (verify !== undefined && verifyBatch === undefined) return { one: verify.bind(definition) };
  if (verify === undefined && verifyBatch !== undefined) return { batch: verifyBatch.bind(definition) };
  return undefined;
}

/** Kind of a problem as DescribeResponse.kinds names it; undefined where it has no spec. */
export function problemKind(problem: Problem): string | undefined {
  if (problem.spec === 'custom') return problem.custom?.kind;
  return problem.spec?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
