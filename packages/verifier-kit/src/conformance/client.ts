/** Calls that always end, and tell how. */
import {
  type Candidate,
  type DescribeResponse,
  type Dialed,
  grpcReason,
  type ProblemInit,
  problemDigest,
  status,
  type Verdict,
  VerifierConnection,
  type VerifyRequestInit,
  type VerifyResponse,
} from '@assay/contract';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { failed, skipped, sleep, type Target } from './check.ts';

/** How a Verify call ended, and what came before. */
export interface Outcome {
  code: keyof typeof status;
  details: string;
  reason: string;
  verdicts: Verdict[];
  /** Responses without a verdict. */
  empty: number;
}

export interface OpenCall {
  /** Resolves with the first response, or with the end. */
  first: Promise<void>;
  outcome: Promise<Outcome>;
  cancel(): void;
}

/** A connection that shares nothing with others to the same address. */
export function connect(address: string, { credentials, options }: Dialed): VerifierConnection {
  return new VerifierConnection(address, credentials, {
    'grpc.max_receive_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    ...options,
  });
}

/** How a call ends; it must have a deadline. */
export function outcomeOf(call: ClientReadableStream<VerifyResponse>): Promise<Outcome> {
  const seen: Outcome = { code: 'OK', details: '', reason: '', verdicts: [], empty: 0 };
  return new Promise<Outcome>((resolve) => {
    call.on('data', ({ verdicts }: { verdicts: Verdict[] }) => {
      if (verdicts.length === 0) seen.empty++;
      for (const verdict of verdicts) seen.verdicts.push(verdict);
    });
    call.on('error', (error: ServiceError) => {
      seen.code = status[error.code] as keyof typeof status;
      seen.details = error.details;
      seen.reason = grpcReason(error) ?? '';
      resolve(seen);
    });
    call.on('end', () => setImmediate(resolve, seen));
  });
}

export function open(target: Target, request: VerifyRequestInit, deadlineMs = target.timeoutMs): OpenCall {
  const call = target.connection.verify(request, { deadline: Date.now() + deadlineMs });
  const outcome = outcomeOf(call);
  const first = new Promise<void>((resolve) => {
    call.once('data', () => resolve());
    outcome.then(() => resolve());
  });
  return { first, outcome, cancel: () => call.cancel() };
}

export function verify(target: Target, request: VerifyRequestInit, deadlineMs?: number): Promise<Outcome> {
  return open(target, request, deadlineMs).outcome;
}

export function describe(connection: VerifierConnection, timeoutMs: number): Promise<DescribeResponse> {
  return new Promise((resolve, reject) => {
    connection.describe({}, { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (response !== undefined) resolve(response);
      else reject(error);
    });
  });
}

/** What helps where the suite has no problem that can be judged. */
export const giveOne = 'give a problem that it can judge, with candidates';

/** The problem under test; checks that need one are skipped where there is none. */
export function problem(target: Target): ProblemInit {
  return (
    target.problem ?? skipped(`no sample problem of kind ${target.describe.kinds.join(', ')}: ${giveOne}`)
  );
}

/** `size` candidates whose texts are the samples in turn. */
export function candidates(target: Target, size: number, from = 0): Candidate[] {
  const { texts } = target;
  return Array.from({ length: size }, (_, at) => ({
    index: from + at,
    text: texts[at % texts.length] ?? '',
    tokens: 0,
  }));
}

/** A request that keeps the contract, of the problem under test. */
export function request(target: Target, of: Candidate[]): VerifyRequestInit & { problem: ProblemInit } {
  const sample = problem(target);
  return { problem: sample, problemDigest: problemDigest(sample), candidates: of };
}

export function told({ code, details, reason, verdicts }: Outcome): string {
  const error = code === 'OK' ? '' : ` (${[reason, details].filter(Boolean).join(': ')})`;
  return `${code}${error} and ${verdicts.length} verdicts`;
}

/** Fails unless the call ended with OK. */
export function ended(outcome: Outcome, what: string): void {
  if (outcome.code !== 'OK') failed(`${what} to end with OK`, told(outcome));
}

/** Says what is wrong with the set of answered indexes; undefined where each was answered once, and no other. */
export function indexFault(outcome: Outcome, asked: readonly Candidate[]): string | undefined {
  const missing = new Set(asked.map((candidate) => candidate.index));
  const known = new Set(missing);
  for (const { index } of outcome.verdicts) {
    if (!known.has(index)) return `a verdict of index ${index}, which was not asked for`;
    if (!missing.delete(index)) return `two verdicts of index ${index}`;
  }
  const [first] = missing;
  return first === undefined ? undefined : `no verdict of ${missing.size} candidates, such as index ${first}`;
}

/** Fails unless the call ended with OK and answered each of `asked` once. */
export function complete(outcome: Outcome, asked: readonly Candidate[], what: string): void {
  ended(outcome, what);
  const fault = indexFault(outcome, asked);
  if (fault !== undefined) failed('every index once and no other', fault);
}

/** Fails unless a call of `size` candidates is taken soon: what was cancelled may still run for its time. */
export async function servesAgain(target: Target, size: number, after: string): Promise<void> {
  const until = performance.now() + Math.min(target.timeoutMs, target.describe.candidateTimeoutMs + 5000);
  for (;;) {
    const outcome = await verify(target, request(target, candidates(target, size)));
    if (outcome.code === 'OK') return;
    const full = outcome.code === 'RESOURCE_EXHAUSTED';
    if (!full || performance.now() > until) failed(`a batch of ${size} to be taken ${after}`, told(outcome));
    await sleep(50);
  }
}

/** Fails unless the process still answers. */
export async function lives({ connection, timeoutMs }: Target, after: string): Promise<void> {
  try {
    await describe(connection, timeoutMs);
  } catch (error) {
    failed(`the verifier to live ${after}`, String(error));
  }
}
