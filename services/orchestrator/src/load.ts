/** The load of a run: how long it was at work, and what its verifiers had to do meanwhile. */
import type { EventLoopUtilization } from 'node:perf_hooks';
import type { ReplicaLoad } from '@assay/store';
import type { Committer } from './committer.ts';
import type { VerifierPool } from './pool.ts';
import type { Replica } from './replica.ts';
import type { SlotTime } from './slot-time.ts';

/** Milliseconds between records: what a kill loses at most. */
const recordMs = 1_000;

export class LoadMeter {
  readonly #run: string;
  readonly #pools: readonly VerifierPool[];
  readonly #committer: Committer;
  /** Submissions under way; what passes without any does not count. */
  #open = 0;
  #since = 0;
  #loop: EventLoopUtilization | undefined;
  /** As of `#since`. A replica that came later had no time before. */
  #marks = new Map<Replica, SlotTime>();

  constructor(run: string, pools: readonly VerifierPool[], committer: Committer) {
    this.#run = run;
    this.#pools = pools;
    this.#committer = committer;
  }

  begin(): void {
    if (this.#open++ > 0) return;
    this.#mark();
  }

  /** `lost`: nothing can be stored of the run any more. */
  end(lost: boolean): void {
    if (--this.#open === 0 && !lost) this.#record();
  }

  /** To be called now and then. */
  tick(): void {
    if (this.#open > 0 && performance.now() - this.#since >= recordMs) this.#record();
  }

  #mark(): void {
    this.#since = performance.now();
    this.#loop = performance.eventLoopUtilization();
    this.#marks = new Map(
      this.#pools.flatMap(({ replicas }) => [...replicas].map((replica) => [replica, replica.load()])),
    );
  }

  #record(): void {
    const activeMs = performance.now() - this.#since;
    const { active: loopMs } = performance.eventLoopUtilization(this.#loop);
    const now = Date.now();
    const replicas = this.#pools.flatMap((pool, verifier) => {
      // One that has left since was there before.
      const all = new Set(
        [...this.#marks.keys()].filter(({ description }) => description?.name === pool.name),
      ).union(pool.replicas);
      return [...all].map((replica): ReplicaLoad => {
        const { slotMs, busyMs } = replica.load();
        const before = this.#marks.get(replica) ?? { slotMs: 0, busyMs: 0 };
        return {
          verifier,
          replica: replica.address,
          version: replica.description?.version ?? '',
          slots: replica.description?.slots ?? 1,
          firstMs: Math.round(now - activeMs),
          lastMs: now,
          slotMs: slotMs - before.slotMs,
          busyMs: busyMs - before.busyMs,
        };
      });
    });
    this.#committer.addLoad({ run: this.#run, activeMs, loopMs, replicas });
    this.#mark();
  }
}
