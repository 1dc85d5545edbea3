/** Group commit: rows of all runs gather for some milliseconds and become durable in one transaction. */
import type { Fault, RunLoad, Store, VerdictRow } from '@assay/store';
import type { OrchestratorOptions } from './options.ts';

export class Committer {
  readonly #store: Store;
  readonly #options: OrchestratorOptions;
  #pending: { row: VerdictRow; durable: () => void }[] = [];
  #faults = new Map<string, Fault>();
  #loads: RunLoad[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Called when a transaction failed: its rows are dropped, and were not acknowledged. */
  onFailure: (error: unknown) => void = () => {};

  constructor(store: Store, options: OrchestratorOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** `durable` is called after the transaction that has the row. */
  add(row: VerdictRow, durable: () => void): void {
    this.#pending.push({ row, durable });
    if (this.#pending.length >= this.#options.commitRows) void this.flush();
    else this.#schedule();
  }

  addFault(fault: Omit<Fault, 'count'>): void {
    const key = JSON.stringify([fault.run, fault.verifier, fault.replica, fault.kind]);
    const count = (this.#faults.get(key)?.count ?? 0) + 1;
    this.#faults.set(key, { ...fault, count });
    this.#schedule();
  }

  addLoad(load: RunLoad): void {
    this.#loads.push(load);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.commitMs);
  }

  /** Makes durable everything added so far. Never rejects: see `onFailure`. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Drops what is not durable: the store has failed. */
  fail(error: unknown): void {
    this.#take();
    this.onFailure(error);
  }

  #take() {
    const taken = { pending: this.#pending, faults: [...this.#faults.values()], loads: this.#loads };
    this.#pending = [];
    this.#faults = new Map();
    this.#loads = [];
    return taken;
  }

  async #write(): Promise<void> {
    const { pending, faults, loads } = this.#take();
    if (pending.length === 0 && faults.length === 0 && loads.length === 0) return;
    try {
      await this.#store.commit(
        pending.map(({ row }) => row),
        faults,
        loads,
      );
    } catch (error) {
      this.fail(error);
      return;
    }
    for (const { durable } of pending) durable();
  }
}
