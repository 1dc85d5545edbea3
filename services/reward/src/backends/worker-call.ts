/** Calls to a verifier that end with all that was asked for, or with a BackendError. */
import {
  grpcReason,
  status,
  type Verdict,
  type VerifierConnection,
  type VerifyRequestInit,
  type VerifyResponse,
} from '@assay/contract';
import type { ClientUnaryCall, requestCallback, ServiceError } from '@grpc/grpc-js';
import { BackendError, type BackendFault } from '../types.ts';

/** One question, one answer. An abort cancels it, here and there. */
export function ask<T>(
  start: (done: requestCallback<T>) => ClientUnaryCall,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(givenUp());
    const call = start((error, answer) => {
      signal.removeEventListener('abort', stop);
      if (error === null) resolve(answer as T);
      else reject(faultOf(error));
    });
    const stop = () => {
      reject(givenUp());
      call.cancel();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * What `read` makes of the verdicts, in the order of the candidates, whose indexes count from 0; undefined where the
 * problem was sent by digest and is not known. An abort, or what `read` throws, cancels the call, here and there.
 */
export function verify<T>(
  connection: VerifierConnection,
  request: VerifyRequestInit & { candidates: readonly unknown[] },
  read: (verdict: Verdict) => T,
  signal: AbortSignal,
): Promise<T[] | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(givenUp());
    const { length } = request.candidates;
    const answers = new Map<number, T>();
    const stream = connection.verify(request);
    const stop = (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
      stream.cancel();
    };
    const onAbort = () => stop(givenUp());
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('data', ({ verdicts }: VerifyResponse) => {
      try {
        if (verdicts.length === 0) throw garbage('a response without verdicts');
        for (const verdict of verdicts) {
          const { index } = verdict;
          if (index >= length) throw garbage(`a verdict on candidate ${index}, which it was not sent`);
          if (answers.has(index)) throw garbage(`two verdicts on candidate ${index}`);
          answers.set(index, read(verdict));
        }
      } catch (error) {
        stop(error);
      }
    });
    stream.on('error', (error: ServiceError) => {
      signal.removeEventListener('abort', onAbort);
      const unknown = request.problem === null && grpcReason(error) === 'problem_unknown';
      if (unknown && answers.size === 0) resolve(undefined);
      else reject(faultOf(error));
    });
    stream.on('status', ({ code }: { code: status }) => {
      // Errors come as 'error'. All 'data' has been seen by now.
      if (code !== status.OK) return;
      signal.removeEventListener('abort', onAbort);
      if (answers.size === length) resolve(Array.from({ length }, (_, index) => answers.get(index) as T));
      else reject(garbage(`${answers.size} verdicts on ${length} candidates`));
    });
  });
}

function garbage(what: string): BackendError {
  return new BackendError('garbage', `the worker broke the contract: ${what}`);
}

function givenUp(): BackendError {
  return new BackendError('timeout', 'given up before the worker answered');
}

/** What each status says of the worker; what is not here, is its failure. */
const faults: Partial<Record<status, BackendFault>> = {
  [status.RESOURCE_EXHAUSTED]: 'overloaded',
  [status.UNAVAILABLE]: 'unavailable',
  // A peer that dies resets its streams, which may arrive as this.
  [status.CANCELLED]: 'unavailable',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.INVALID_ARGUMENT]: 'rejected',
  [status.FAILED_PRECONDITION]: 'rejected',
  [status.NOT_FOUND]: 'misuse',
  [status.UNIMPLEMENTED]: 'misuse',
  [status.UNAUTHENTICATED]: 'misuse',
  [status.PERMISSION_DENIED]: 'misuse',
};

function faultOf(error: ServiceError): BackendError {
  const { code, details } = error;
  // gRPC's own limit on the size of messages has the code of a verifier that is full.
  const tooLarge = code === status.RESOURCE_EXHAUSTED && /larger than max/i.test(details);
  const fault = tooLarge ? 'too_long' : (faults[code] ?? 'server');
  return new BackendError(fault, `the worker: ${status[code]}: ${details}`, { cause: error });
}
