/** A run from its dump, into any store. */
import { hash } from 'node:crypto';
import { AssayError } from '@assay/contract';
import { type DumpEnd, type DumpHeader, type DumpLine, linesOf, Tally } from './dump.ts';
import { DumpReader } from './dump-lines.ts';
import type { Fault, Judgement, ReplicaLoad, Store, VerdictRow } from './store.ts';

export interface RestoreOptions {
  /** Id of the run here; default: the one that it had. */
  id?: string;
  signal?: AbortSignal;
  /** Verdicts that were stored. */
  onRows?: (rows: number) => void;
  /** Takes away a run of that id, once all of the new one is there; default: it is an error. */
  replace?: (id: string) => Promise<void>;
}

/** Verdicts in one transaction. */
const batch = 2_000;

/**
 * Stores the run whose lines `read` gives, without their line feeds, from the first one each time that it is called.
 * They are read twice: nothing of a file that is cut or damaged is stored. The run is there once all of it is, and was
 * read back and compared; until then it has another id (ID~…), and the same call goes on with it. Answers with its id.
 * Errors: `dump_cut`, `dump_damaged`, `dump_version`, `dump_differs` where the store has other judgements of the same
 * candidates, `run_exists`.
 */
export async function restoreRun(
  store: Store,
  read: () => AsyncIterable<string>,
  { id, signal, onRows = () => {}, replace }: RestoreOptions = {},
): Promise<{ id: string; counts: DumpEnd }> {
  const { header, end } = await checkLines(read, signal);
  const own = id ?? header.run.id;
  if (replace === undefined && (await store.getRun(own)) !== undefined) {
    throw new AssayError('run_exists', `There is a run ${own} already.`, {
      mend: 'Give another --run ID, or --fresh to replace it.',
    });
  }
  const draft = `${own}~${hash('sha256', end.sha256, 'hex').slice(0, 12)}`;
  await store.openRun({ ...header.run, id: draft });
  await store.claimRun(draft);
  try {
    const writer = new Restorer(store, draft, onRows);
    for await (const line of linesIn(read)) {
      signal?.throwIfAborted();
      await writer.write(line);
    }
    await writer.finish();
    await compare(store, draft, header, end);
  } finally {
    await store.releaseRun(draft);
  }
  await replace?.(own);
  await store.adoptRun(draft, { ...header.run, id: own, activeMs: header.activeMs, loopMs: header.loopMs });
  return { id: own, counts: end };
}

async function checkLines(read: () => AsyncIterable<string>, signal: AbortSignal | undefined) {
  const reader = new DumpReader();
  let [header, end]: [DumpHeader?, DumpEnd?] = [];
  for await (const text of read()) {
    signal?.throwIfAborted();
    const found = reader.read(text);
    if ('header' in found) header = found.header;
    if ('end' in found) end = found.end;
  }
  reader.finish();
  return { header, end } as { header: DumpHeader; end: DumpEnd };
}

/** Lines between header and end; checked again, for the file may be another one by now. */
async function* linesIn(read: () => AsyncIterable<string>): AsyncGenerator<DumpLine> {
  const reader = new DumpReader();
  for await (const text of read()) {
    const found = reader.read(text);
    if ('line' in found) yield found.line;
  }
  reader.finish();
}

class Restorer {
  readonly #store: Store;
  readonly #run: string;
  readonly #onRows: (rows: number) => void;
  #problem = 0;
  #judgements: Judgement[] = [];
  #rows: VerdictRow[] = [];
  readonly #faults: Fault[] = [];
  readonly #replicas: ReplicaLoad[] = [];

  constructor(store: Store, run: string, onRows: (rows: number) => void) {
    this.#store = store;
    this.#run = run;
    this.#onRows = onRows;
  }

  async write({ problem, judgement, verdict, fault, replica }: DumpLine): Promise<void> {
    if (problem !== undefined) {
      await this.#flush();
      this.#judgements = [];
      this.#problem = await this.#store.putProblem(this.#run, problem, problem.digest);
    }
    if (judgement !== undefined) this.#judgements.push(judgement);
    if (verdict !== undefined) {
      const { judgement: number, ...row } = verdict;
      const of = number === null ? undefined : this.#judgements[number];
      this.#rows.push({ ...row, problem: this.#problem, judgement: of });
      if (this.#rows.length === batch) await this.#flush();
    }
    if (fault !== undefined) this.#faults.push({ ...fault, run: this.#run });
    if (replica !== undefined) this.#replicas.push(replica);
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    await this.#store.commit(rows);
    this.#onRows(rows.length);
    // Later verdicts need of a stored judgement nothing but its id.
    this.#judgements = this.#judgements.map((judgement) =>
      judgement.id === undefined ? judgement : ({ id: judgement.id } as Judgement),
    );
  }

  /** Faults and load add up, so they are stored once, all in one transaction. */
  async finish(): Promise<void> {
    await this.#flush();
    const there =
      (await this.#store.faults(this.#run)).length + (await this.#store.load(this.#run)).replicas.length;
    if (there > 0 || this.#faults.length + this.#replicas.length === 0) return;
    const load = { run: this.#run, activeMs: 0, loopMs: 0, replicas: this.#replicas };
    await this.#store.commit([], this.#faults, [load]);
  }
}

/** Reads back what is stored. Where it is not what the file has, it goes. Error: `dump_differs`. */
async function compare(store: Store, id: string, header: DumpHeader, end: DumpEnd): Promise<void> {
  const tally = new Tally();
  await store.withSnapshot(async (view) => {
    for await (const line of linesOf(header, view, id)) {
      tally.add(JSON.stringify(line), 'assay' in line ? {} : line);
    }
  });
  if (JSON.stringify(tally.end()) === JSON.stringify(end)) return;
  await store.deleteRun(id);
  throw new AssayError(
    'dump_differs',
    `The store ${store.location} has other judgements of some of the run's candidates, and the first ones stand.`,
    { mend: 'Import the run into another store: --store FILE' },
  );
}
