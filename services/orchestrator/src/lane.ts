/** What waits for one verifier on behalf of one run, and what the run has had of the verifier's slots. */
import type { Batch, Scope, Task } from './task.ts';

/** Fresh work of one problem; `head` is the next. */
export interface ProblemQueue {
  tasks: Task[];
  head: number;
  /** Times in a row that it was this one's turn and another went first. */
  passedOver: number;
}

/** Stale entries that are kept before the queues are made anew. */
const fewStale = 256;

/** Verdicts over which the mean time of a candidate is estimated anew. */
const measured = 8;

export class Lane {
  readonly scope: Scope;
  /** Tried before; they go first. */
  readonly batches: Batch[] = [];
  /** Fresh work by problem digest; the first is the one whose turn it is. */
  readonly queues = new Map<string, ProblemQueue>();
  /** Fresh tasks that wait. */
  fresh = 0;
  /** Of the queues; more than `fresh` where tasks left by another run's lane. */
  #entries = 0;
  /** Candidates at replicas that this lane pays for. */
  inFlight = 0;
  /** Milliseconds of slots that it has had, by its weight: whoever has the least is next. */
  #virtualMs = 0;
  /** Of slots, for one candidate. */
  #meanMs = 1;
  #chargedMs = 0;
  #answered = 0;
  /** It had work that its allowance held back when it was last looked at. */
  held = false;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  get waiting(): boolean {
    return this.fresh > 0 || this.batches.length > 0;
  }

  /**
   * Who has the least goes first. What is at replicas counts as if it were done, so that free slots given at one
   * moment are shared as well.
   */
  get virtualMs(): number {
    return this.#virtualMs + (this.inFlight * this.#meanMs) / this.scope.weight;
  }

  /** What it did not ask for in time is lost: it begins with those who have had the least, `floorMs`. */
  catchUp(floorMs: number): void {
    this.#virtualMs = Math.max(this.#virtualMs, floorMs - (this.inFlight * this.#meanMs) / this.scope.weight);
  }

  /** A part of a replica's slots' time went to this lane's candidates. */
  charge(slotMs: number): void {
    this.#virtualMs += slotMs / this.scope.weight;
    this.#chargedMs += slotMs;
  }

  sent(count: number): void {
    this.inFlight += count;
    this.scope.allowance.take(count);
  }

  returned(count: number): void {
    this.inFlight -= count;
    this.#answered += count;
    if (this.#answered >= measured) {
      this.#meanMs = 0.7 * this.#meanMs + (0.3 * this.#chargedMs) / this.#answered;
      this.#chargedMs = 0;
      this.#answered = 0;
    }
    this.scope.allowance.giveBack(count);
  }

  append(task: Task): void {
    const { digest } = task.problem;
    let queue = this.queues.get(digest);
    if (queue === undefined) {
      queue = { tasks: [], head: 0, passedOver: 0 };
      this.queues.set(digest, queue);
    }
    queue.tasks.push(task);
    task.lanes = [...task.lanes, this];
    this.fresh++;
    this.#entries++;
  }

  /** The task left: for a replica, or because it is not wanted here any more. Its entry is found stale later. */
  left(): void {
    this.fresh--;
    if (this.#entries > 2 * this.fresh + fewStale) this.#clean();
  }

  #clean(): void {
    for (const [digest, queue] of this.queues) {
      queue.tasks = queue.tasks.slice(queue.head).filter((task) => task.lanes.includes(this));
      queue.head = 0;
      if (queue.tasks.length === 0) this.queues.delete(digest);
    }
    this.#entries = this.fresh;
  }

  /** The next task of a problem, which stays; entries that are stale are dropped. */
  peek(queue: ProblemQueue): Task | undefined {
    for (; queue.head < queue.tasks.length; this.skip(queue)) {
      const task = queue.tasks[queue.head] as Task;
      if (task.lanes.includes(this)) return task;
    }
    return undefined;
  }

  /** To be followed by the task's leaving, where it has not left. */
  skip(queue: ProblemQueue): void {
    queue.head++;
    this.#entries--;
    if (queue.head < 4096) return;
    queue.tasks = queue.tasks.slice(queue.head);
    queue.head = 0;
  }

  /** The problem was served: the others go first now. */
  turn(digest: string, queue: ProblemQueue): void {
    this.queues.delete(digest);
    queue.passedOver = 0;
    if (queue.head < queue.tasks.length) this.queues.set(digest, queue);
  }
}
