/**
 * What waits for one verifier, and whose turn it is: the most urgent run, among equals the one that has had the least
 * of the slots' time for its weight. Time is what is shared, not candidates: a run whose candidates take a hundred
 * times as long would otherwise get a hundred times the slots.
 */
import { Lane, type ProblemQueue } from './lane.ts';
import { type Batch, nowhere, type Scope, type Task } from './task.ts';

export class WorkQueue {
  readonly #lanes = new WeakMap<Scope, Lane>();
  /** Those with work. */
  readonly #active = new Set<Lane>();
  /** By priority: the least that anyone had who was served. */
  readonly #servedMs = new Map<number, number>();
  /** Called for work that nobody wants any more. */
  readonly #unwanted: (task: Task) => void;
  /** Called when a run that had all it may have gave something back. */
  readonly #onRoom: () => void;
  /** Candidates that wait; a hedged one that is at a replica does not. */
  size = 0;

  constructor(unwanted: (task: Task) => void, onRoom: () => void) {
    this.#unwanted = unwanted;
    this.#onRoom = onRoom;
  }

  #lane(scope: Scope): Lane {
    let lane = this.#lanes.get(scope);
    if (lane === undefined) {
      lane = new Lane(scope);
      this.#lanes.set(scope, lane);
    }
    if (!this.#active.has(lane)) {
      lane.catchUp(this.#servedMs.get(scope.priority) ?? 0);
      this.#active.add(lane);
    }
    return lane;
  }

  /** A new task. */
  add(task: Task, scope: Scope): void {
    this.size++;
    task.copies++;
    this.#lane(scope).append(task);
  }

  /** One more run wants the task: where it still waits, it waits in that run's lane as well. */
  join(task: Task, scope: Scope): void {
    const { batch } = task;
    if (batch !== undefined) {
      if (!batch.lanes.some((lane) => lane.scope === scope)) this.#enter(batch, scope);
    } else if (task.lanes.length > 0 && !task.lanes.some((lane) => lane.scope === scope)) {
      this.#lane(scope).append(task);
    }
  }

  #enter(batch: Batch, scope: Scope): void {
    const lane = this.#lane(scope);
    lane.batches.push(batch);
    batch.lanes.push(lane);
  }

  /** Work that was tried before. */
  push(batch: Batch): void {
    if (!batch.hedge) this.size += batch.tasks.length;
    for (const task of batch.tasks) {
      task.copies++;
      task.batch = batch;
    }
    for (const scope of new Set(batch.tasks.flatMap((task) => [...task.scopes]))) this.#enter(batch, scope);
  }

  /** A task that is at no replica any more: where its hedge waits, that is all there is of it. */
  keep({ batch }: Task): void {
    if (batch?.hedge !== true) return;
    batch.hedge = false;
    this.size += batch.tasks.length;
  }

  /** Takes a batch's first tasks, at most `count`; the rest waits on. Those that nobody wants are dropped. */
  take(batch: Batch, count: number): Task[] {
    const taken = batch.tasks.splice(0, count);
    if (batch.tasks.length === 0) {
      for (const lane of batch.lanes) lane.batches.splice(lane.batches.indexOf(batch), 1);
      batch.lanes = [];
    }
    if (!batch.hedge) this.size -= taken.length;
    for (const task of taken) task.batch = undefined;
    return this.stillWanted(taken);
  }

  /** Whether the lane's run wants something of the batch still; where not, it waits there no more. */
  waitsFor(batch: Batch, lane: Lane): boolean {
    if (batch.tasks.some((task) => task.wantedBy(lane.scope))) return true;
    lane.batches.splice(lane.batches.indexOf(batch), 1);
    batch.lanes.splice(batch.lanes.indexOf(lane), 1);
    if (batch.lanes.length === 0) this.take(batch, batch.tasks.length);
    return false;
  }

  /** Drops copies of tasks that are settled or not wanted. */
  stillWanted(tasks: Task[]): Task[] {
    return tasks.filter((task) => {
      if (task.wanted) return true;
      this.#drop(task);
      return false;
    });
  }

  #drop(task: Task): void {
    task.copies--;
    if (!task.settled && task.copies === 0) this.#unwanted(task);
  }

  /** Takes fresh tasks of a problem for a lane, at most `count` and `maxChars` of text (but one, whatever its size). */
  takeFresh(lane: Lane, digest: string, queue: ProblemQueue, count: number, maxChars: number): Task[] {
    const tasks: Task[] = [];
    let chars = 0;
    for (let task = lane.peek(queue); task !== undefined && tasks.length < count; task = lane.peek(queue)) {
      const wanted = task.wantedBy(lane.scope);
      if (wanted) chars += task.text.length;
      if (tasks.length > 0 && chars > maxChars) break;
      lane.skip(queue);
      if (wanted) {
        this.#leave(task);
        tasks.push(task);
      } else {
        this.#abandon(task, lane);
      }
    }
    lane.turn(digest, queue);
    return tasks;
  }

  #leave(task: Task): void {
    this.size--;
    const { lanes } = task;
    task.lanes = nowhere;
    for (const lane of lanes) lane.left();
  }

  /** Its run does not want the task any more; others may. */
  #abandon(task: Task, lane: Lane): void {
    task.lanes = task.lanes.filter((each) => each !== lane);
    lane.left();
    if (task.lanes.length > 0) return;
    this.size--;
    this.#drop(task);
  }

  /** The lane whose turn it is, of those that are not in `skip`; undefined: nothing waits that may be sent. */
  next(skip: ReadonlySet<Lane>): Lane | undefined {
    let best: Lane | undefined;
    let bestMs = 0;
    for (const lane of this.#active) {
      if (!lane.waiting) this.#active.delete(lane);
      if (!lane.waiting || skip.has(lane)) continue;
      const { priority, allowance } = lane.scope;
      if (allowance.left <= 0) {
        allowance.whenLeft(this.#onRoom);
        lane.held = true;
        continue;
      }
      if (lane.held) lane.catchUp(this.#servedMs.get(priority) ?? 0);
      lane.held = false;
      const { virtualMs } = lane;
      const before = best === undefined ? 1 : priority - best.scope.priority || bestMs - virtualMs;
      if (before > 0) [best, bestMs] = [lane, virtualMs];
    }
    return best;
  }

  /** The lane is about to be served. */
  serve({ scope: { priority }, virtualMs }: Lane): void {
    this.#servedMs.set(priority, Math.max(virtualMs, this.#servedMs.get(priority) ?? 0));
  }

  /** Something waits that its runs' allowances let through. */
  get allowed(): boolean {
    return this.next(new Set()) !== undefined;
  }

  /** Takes everything that waits, but for copies of what is at a replica. */
  takeAll(): Task[] {
    const all = new Set<Task>();
    for (const lane of this.#active) {
      for (const batch of [...lane.batches]) {
        for (const task of this.take(batch, batch.tasks.length)) {
          task.copies--;
          if (task.copies === 0) all.add(task);
        }
      }
      for (const [digest, queue] of lane.queues) {
        for (const task of this.takeFresh(lane, digest, queue, Infinity, Infinity)) {
          task.copies--;
          all.add(task);
        }
      }
    }
    return [...all];
  }
}
