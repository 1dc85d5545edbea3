/** How much a replica is given at a time. */
import type { DescribeResponse } from '@assay/contract';
import type { SlotMeter } from './slot-time.ts';

/** What is left of the ceiling after a refusal, and by how much of a candidate each one that was judged raises it. */
const shrink = 0.7;
const grow = 0.1;

export class Credits {
  /** After a failure the replica gets one candidate at a time until it judges one. */
  onProbation = false;
  /** Far slower than its peers: one candidate at a time, and only what no other has room for. */
  slow = false;
  /**
   * Most candidates that it took lately without RESOURCE_EXHAUSTED. Cut by a share and raised by steps, so that
   * several orchestrators which fill one replica come to have like parts of it (Chiu and Jain, 1989).
   */
  #ceiling = Number.POSITIVE_INFINITY;
  #refusals = 0;

  /**
   * Enough to keep its slots busy, no more. Until it is measured it gets one candidate a slot. Twice the target, so
   * that the next batch waits there while one is judged; a verifier slower than the target gets what it judges at once
   * and nothing more. Where only the way there and back is slow, or others have a part of it, one waits for each slot.
   */
  window(
    { slots, capacity }: DescribeResponse,
    { serviceMs, judgingMs = serviceMs }: Pick<SlotMeter, 'serviceMs' | 'judgingMs'>,
    targetBatchMs: number,
  ): number {
    if (this.onProbation || this.slow) return 1;
    let perSlot = 1;
    if (
      serviceMs !== undefined &&
      judgingMs !== undefined &&
      Math.min(serviceMs, judgingMs) < targetBatchMs
    ) {
      perSlot = Math.max(2, (2 * targetBatchMs) / serviceMs);
    }
    return Math.max(1, Math.floor(Math.min(Math.ceil(slots * perSlot), capacity, this.#ceiling)));
  }

  /** A call of so many candidates ended well. */
  taken(candidates: number, { capacity }: DescribeResponse): void {
    this.#refusals = 0;
    this.#ceiling += Math.max((grow * candidates) / this.#ceiling, 0.01 * this.#ceiling);
    if (this.#ceiling > capacity) this.#ceiling = Number.POSITIVE_INFINITY;
  }

  /** A call was refused while the replica had `inFlight` others of ours; milliseconds to leave it alone for. */
  refused(inFlight: number): number {
    this.#ceiling = Math.max(1, Math.floor(inFlight * shrink));
    // What is there will be answered, and then there is room.
    if (inFlight > 0) return 0;
    return Math.min(2_000, 50 * 2 ** this.#refusals++) * (0.8 + 0.4 * Math.random());
  }
}
