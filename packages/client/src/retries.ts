/** When to try again what failed by the way, not by its content. */
import { setTimeout as sleep } from 'node:timers/promises';
import { grpcReason, status } from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';

const firstMs = 100;
const factor = 1.7;
const mostMs = 5_000;
const jitter = 0.2;

/** Milliseconds before the next try, after so many that failed in a row (at least one). */
export function backoffMs(failures: number): number {
  const plain = Math.min(mostMs, firstMs * factor ** (failures - 1));
  return plain * (1 + jitter * (2 * Math.random() - 1));
}

/**
 * Whether the connection or the server broke, so that another try, perhaps elsewhere, may do better. HTTP/2 streams
 * that a dying server resets are told as CANCELLED (nobody here asks about calls that this side cancelled), or as
 * INTERNAL by their text alone.
 */
export function isBroken(error: Partial<ServiceError>): boolean {
  if (error.code === status.UNAVAILABLE) return true;
  if (grpcReason(error) !== undefined) return false;
  if (error.code === status.CANCELLED) return true;
  return error.code === status.INTERNAL && /RST_STREAM with code [02]\b/.test(error.details ?? '');
}

/** Whether nobody answered in time: whoever is there is stuck, and another may not be. */
export function isSilent(error: Partial<ServiceError>): boolean {
  return error.code === status.DEADLINE_EXCEEDED && grpcReason(error) === undefined;
}

/** Whether the tenant has had its calls of this second: the same call may be let through in the next. */
export function isLimited(error: Partial<ServiceError>): boolean {
  return grpcReason(error) === 'rate_limited';
}

/** The tries of one stream. */
export class Retries {
  readonly #patienceMs: number;
  readonly #signal: AbortSignal;
  #failures = 0;
  /** Of the first failure in a row. */
  #since = 0;

  /** @param patienceMs how long there may be no progress, from the first failure on */
  constructor(patienceMs: number, signal: AbortSignal) {
    this.#patienceMs = patienceMs;
    this.#signal = signal;
  }

  progress(): void {
    this.#failures = 0;
  }

  /** Milliseconds to wait before the next try; undefined where there is to be none. */
  next(error: Partial<ServiceError>): number | undefined {
    // A run that another orchestrator, now dead, had claimed is free when its lease is over.
    const isFree = this.#failures > 0 && grpcReason(error) === 'run_busy';
    if (!isBroken(error) && !isLimited(error) && !isFree) return undefined;
    if (this.#failures === 0) this.#since = performance.now();
    if (this.#patienceMs <= 0 || performance.now() - this.#since > this.#patienceMs) return undefined;
    return backoffMs(++this.#failures);
  }

  /** Rejects with the reason of the signal. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => {});
    this.#signal.throwIfAborted();
  }
}
