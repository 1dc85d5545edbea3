/** Group commit: what comes while the store writes becomes durable with the next transaction. */
import { AssayError, type Trace } from '@assay/contract';
import type { Fault, RunLoad, Store, VerdictRow } from '@assay/store';
import type { OrchestratorOptions } from './options.ts';

/** Rows of the last transaction for which the next one waits all of `commitMs`; for fewer it waits less. */
const batchRows = 256;

interface Pending {
  run: string;
  row: VerdictRow;
  durable: () => void;
  refused: () => void;
  trace: Trace | undefined;
}

export class Committer {
  readonly #store: Store;
  readonly #options: OrchestratorOptions;
  #pending: Pending[] = [];
  #faults = new Map<string, Fault>();
  #loads: RunLoad[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Transactions that have not begun. */
  #queued = 0;
  /** Of the last transaction. */
  #lastRows = 0;
  #writing: Promise<void> = Promise.resolve();
  /** Called when a transaction failed: its rows are dropped, and were not acknowledged. */
  onFailure: (error: unknown) => void = () => {};
  /** Called where the store does not take what a run has said: these rows of it are dropped, and no others. */
  onRefused: (run: string, rows: readonly VerdictRow[], error: unknown) => void = () => {};

  constructor(store: Store, options: OrchestratorOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** `durable` is called after the transaction that has the row, `refused` where the store did not take it. */
  add(run: string, row: VerdictRow, durable: () => void, refused: () => void, trace?: Trace): void {
    this.#pending.push({ run, row, durable, refused, trace });
    if (this.#queued === 0 && this.#pending.length >= this.#options.commitRows) void this.flush();
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

  /** A lone verdict is written at once; where they come in crowds, gathering them is worth the pause. */
  #schedule(): void {
    // The next transaction takes what comes until it begins.
    if (this.#timer !== undefined || this.#queued > 0) return;
    const pause = Math.floor(Math.min(1, this.#lastRows / batchRows) * this.#options.commitMs);
    if (pause === 0) void this.flush();
    else this.#timer = setTimeout(() => void this.flush(), pause);
  }

  /** Makes durable everything added so far. Never rejects: see `onFailure`. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queued++;
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
    this.#queued--;
    const { pending, faults, loads } = this.#take();
    if (pending.length === 0 && faults.length === 0 && loads.length === 0) return;
    this.#lastRows = pending.length;
    // Of many submissions: it stands in the tree of its first one that is traced.
    const trace = pending.find((each) => each.trace)?.trace?.child('commit');
    trace?.set({ rows: pending.length });
    try {
      await this.#commit(pending, faults, loads);
      trace?.end();
    } catch (error) {
      trace?.end(error);
      if (isRefused(error)) await this.#commitApart(pending, faults, loads);
      else this.fail(error);
    }
  }

  async #commit(pending: readonly Pending[], faults: Fault[], loads: RunLoad[]): Promise<void> {
    const { meters } = this.#options;
    const start = performance.now();
    const rows = pending.map(({ row }) => row);
    let refused: Set<VerdictRow>;
    try {
      refused = new Set(await this.#store.commit(rows, faults, loads));
    } catch (error) {
      meters?.storeError();
      throw error;
    }
    meters?.committed(rows.length, (performance.now() - start) / 1000);
    for (const each of pending) (refused.has(each.row) ? each.refused : each.durable)();
  }

  /** Something of it cannot be stored: run by run, and verdicts without faults and load, so that nothing else is lost. */
  async #commitApart(pending: readonly Pending[], faults: Fault[], loads: RunLoad[]): Promise<void> {
    const byRun = [...Map.groupBy(pending, ({ run }) => run)];
    const parts = [
      ...byRun.map(([run, own]) => ({ run, own, faults: [], loads: [] })),
      ...faults.map((fault) => ({ run: fault.run, own: [], faults: [fault], loads: [] })),
      ...loads.map((load) => ({ run: load.run, own: [], faults: [], loads: [load] })),
    ];
    for (const part of parts) {
      try {
        await this.#commit(part.own, part.faults, part.loads);
      } catch (error) {
        if (!isRefused(error)) return this.fail(error);
        // A run goes on without a record of its faults and load, and not without verdicts.
        const rows = part.own.map(({ row }) => row);
        if (rows.length > 0) this.onRefused(part.run, rows, error);
      }
    }
  }
}

/** The store is well, and what it was given is not (or its run was deleted). */
function isRefused(error: unknown): boolean {
  return error instanceof AssayError && ['store_refused', 'run_unknown'].includes(error.code);
}
