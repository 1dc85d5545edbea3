/** Which replica of a verifier gets what of the work that waits. */
import { isLarge } from './known-problems.ts';
import type { Lane, ProblemQueue } from './lane.ts';
import type { OrchestratorOptions } from './options.ts';
import type { Replica } from './replica.ts';
import { Batch, type Task } from './task.ts';
import type { WorkQueue } from './work-queue.ts';

/** Most characters of candidates in one call (a single larger candidate travels alone). */
const maxBatchChars = 1024 * 1024;

export class Dispatcher {
  readonly #replicas: ReadonlySet<Replica>;
  readonly #queue: WorkQueue;
  readonly #options: OrchestratorOptions;
  /** Replicas that may have room: of a large fleet, few have at a time. */
  readonly #open = new Set<Replica>();

  constructor(replicas: ReadonlySet<Replica>, queue: WorkQueue, options: OrchestratorOptions) {
    this.#replicas = replicas;
    this.#queue = queue;
    this.#options = options;
  }

  /** The replica's credits or its state changed. */
  changed(replica: Replica): void {
    if (this.#replicas.has(replica)) this.#open.add(replica);
  }

  /** Sends what there is room for, and says how many candidates went out for the first time. */
  dispatch(maxMessageBytes: number): number {
    const free = new Set<Replica>();
    for (const replica of this.#open) {
      if (!this.#replicas.has(replica)) this.#open.delete(replica);
      else if (replica.usable && replica.free > 0) free.add(replica);
      else this.#open.delete(replica);
    }
    const maxChars = maxMessageBytes === 0 ? maxBatchChars : Math.min(maxBatchChars, maxMessageBytes / 3);
    const skipped = new Set<Lane>();
    /** Of each lane, the batches before this one have to wait. */
    const cursors = new Map<Lane, number>();
    let fresh = 0;
    while (free.size > 0) {
      const lane = this.#queue.next(skipped);
      if (lane === undefined) break;
      if (this.#sendBatch(lane, free, cursors)) continue;
      if (lane.fresh === 0) skipped.add(lane);
      // Where a whole batch waits for its room nobody goes ahead of it.
      else {
        const sent = this.#sendFresh(lane, free, maxChars);
        if (sent === undefined) break;
        fresh += sent;
      }
    }
    return fresh;
  }

  #send(lane: Lane, replica: Replica, batch: Batch, free: Set<Replica>): void {
    if (batch.tasks.length > 0) {
      this.#queue.serve(lane);
      batch.payer = lane;
      lane.sent(batch.tasks.length);
      replica.send(batch);
    }
    if (replica.exclusive || replica.free <= 0) free.delete(replica);
  }

  /** Sends the first of the lane's batches that can be; false where none can. */
  #sendBatch(lane: Lane, free: Set<Replica>, cursors: Map<Lane, number>): boolean {
    const { batches } = lane;
    for (let i = cursors.get(lane) ?? 0; i < batches.length && free.size > 0; i++) {
      const batch = batches[i] as Batch;
      if (!this.#queue.waitsFor(batch, lane)) {
        i--;
        continue;
      }
      cursors.set(lane, i + 1);
      const replica = leastLoaded(this.#choices(batch, free));
      if (replica === undefined) continue;
      if (batch.exclusive && !replica.idle) {
        // Reserved: it gets nothing else until it is free.
        free.delete(replica);
        continue;
      }
      const room = batch.exclusive ? replica.maxBatch : Math.min(replica.batchSize, replica.free);
      const tasks = this.#queue.take(batch, Math.min(room, lane.scope.allowance.left));
      cursors.set(lane, i);
      this.#send(lane, replica, new Batch(tasks, batch), free);
      return true;
    }
    return false;
  }

  #choices(batch: Batch, free: ReadonlySet<Replica>): Replica[] {
    const others = [...free].filter((replica) => !batch.avoid.has(replica.address));
    if (batch.hedge && batch.tasks.some((task) => task.copies > 1)) {
      return others.filter((replica) => replica.freeSlots > 0);
    }
    // Back to a replica that failed it only where there is no other one at all, busy or not.
    const elsewhere = this.#replicas
      .values()
      .some(({ state, address }) => state === 'READY' && !batch.avoid.has(address));
    return elsewhere ? others : [...free];
  }

  /** Sends the lane's next fresh tasks, and says how many; undefined: they have to wait. */
  #sendFresh(lane: Lane, free: Set<Replica>, maxChars: number): number | undefined {
    const head = this.#head(lane);
    if (head === undefined) return 0;
    const { left } = lane.scope.allowance;
    const room = (replica: Replica, [, queue, task]: Turn) =>
      replica.room(Math.min(queue.tasks.length - queue.head, left), task.problem);
    const { problem } = head[2];
    const able = [...free].filter((replica) => room(replica, head) > 0);
    const home = isLarge(problem)
      ? able.filter((replica) => replica.freeSlots > 0 && replica.problems.recent(problem.digest))
      : [];
    const replica = leastLoaded(home.length > 0 ? home : able);
    if (replica === undefined) return undefined;
    let turn = head;
    if (home.length === 0) {
      const own = this.#ownProblem(lane, replica, head);
      if (own !== undefined && room(replica, own) > 0) {
        head[1].passedOver++;
        turn = own;
      }
    }
    const tasks = this.#queue.takeFresh(lane, turn[0], turn[1], room(replica, turn), maxChars);
    this.#send(lane, replica, new Batch(tasks), free);
    return tasks.length;
  }

  /** The problem whose turn it is. */
  #head(lane: Lane): Turn | undefined {
    for (const [digest, queue] of lane.queues) {
      const task = lane.peek(queue);
      if (task !== undefined) return [digest, queue, task];
      lane.queues.delete(digest);
    }
    return undefined;
  }

  /**
   * Instead of a large problem, which would have to travel, one that the replica has: it goes on with what it has
   * while that lasts, then takes the next from the others. Now and then the problem whose turn it is goes all the same.
   */
  #ownProblem(lane: Lane, replica: Replica, [, { passedOver }, task]: Turn): Turn | undefined {
    if (!isLarge(task.problem)) return undefined;
    if (passedOver >= this.#options.passOvers * this.#replicas.size) return undefined;
    for (const digest of replica.problems.recents) {
      const queue = lane.queues.get(digest);
      const own = queue && lane.peek(queue);
      if (queue !== undefined && own !== undefined) return [digest, queue, own];
    }
    return undefined;
  }
}

/** A problem by its digest, its queue, and the first task there. */
type Turn = [digest: string, queue: ProblemQueue, task: Task];

/** Of equals the first; one that is slow comes last. */
function leastLoaded(replicas: readonly Replica[]): Replica | undefined {
  let best: Replica | undefined;
  for (const replica of replicas) if (best === undefined || replica.fullness < best.fullness) best = replica;
  return best;
}
