/** The embedded store: one SQLite file (or memory), through node:sqlite. */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AssayError, messageOf, type RunState } from '@assay/contract';
import { type Cell, judgementColumns } from './columns.ts';
import { busyError, ownName, startOf } from './process-name.ts';
import { findProblem, verdictColumns } from './queries.ts';
import { Reader } from './reader.ts';
import { refusedError } from './refused.ts';
import {
  freshOf,
  type JudgementRow,
  judgementCells,
  type StoredVerdictRow,
  sourceNumber,
  stateNumber,
  toJudgement,
  toVerdictRow,
} from './rows.ts';
import { migrations } from './schema.ts';
import type { Fault, Judgement, RunLoad, Store, StoredProblem, VerdictRow } from './store.ts';
import { hasRefusingCode, verdictWidth, Writer } from './writer.ts';
import { WriterThread } from './writer-thread.ts';

export interface SqliteOptions {
  /**
   * `full` (default): a commit survives loss of power. `normal`: it survives the death of the process only, and
   * is somewhat faster.
   */
  durability?: 'full' | 'normal';
  /**
   * Milliseconds to wait for another process that writes.
   * @default 30000
   */
  lockTimeoutMs?: number;
}

/**
 * Opens the store in this file (`:memory:` for none), creating it and its folder where they do not exist.
 * Errors: `store_open` where that fails, `store_version` where the file is from a later version.
 */
export function openSqliteStore(path: string, options: SqliteOptions = {}): Store {
  return new SqliteStore(path, options);
}

class SqliteStore extends Reader implements Store {
  readonly location: string;
  readonly #db: DatabaseSync;
  /** In memory there is one connection, so the writer works on it; a file's writer has its own, in a thread. */
  readonly #inline: Writer | undefined;
  readonly #newThread: () => WriterThread;
  #thread: WriterThread | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #arrayStatements = new Map<string, StatementSync>();

  constructor(path: string, { durability = 'full', lockTimeoutMs = 30_000 }: SqliteOptions) {
    super();
    this.location = path === ':memory:' ? path : resolve(path);
    // Keys come in no order, so pages of their index change all the time: with 64 MiB of log between checkpoints
    // each is written back less often (a third more rows/s at a million than with the default).
    const pragmas = (cacheMb: number) => `
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durability};
      PRAGMA wal_autocheckpoint = 16384;
      PRAGMA cache_size = -${cacheMb * 1024};
      PRAGMA temp_store = MEMORY;
      PRAGMA foreign_keys = ON;
    `;
    this.#newThread = () => new WriterThread(this.location, pragmas(64), lockTimeoutMs);
    try {
      if (path !== ':memory:') mkdirSync(dirname(this.location), { recursive: true });
      this.#db = new DatabaseSync(path, { timeout: lockTimeoutMs });
      this.#db.exec(pragmas(16));
    } catch (error) {
      throw new AssayError('store_open', `Cannot open the store ${this.location}: ${messageOf(error)}`, {
        mend: 'Name a file that this user may write, on a disk with space, with --store FILE.',
        cause: error,
      });
    }
    this.#migrate();
    this.#inline = path === ':memory:' ? new Writer(this.#db) : undefined;
  }

  /** Started when something is to be written: who only reads needs none. */
  get #writer(): Writer | WriterThread {
    this.#thread ??= this.#inline === undefined ? this.#newThread() : undefined;
    return this.#inline ?? (this.#thread as WriterThread);
  }

  get #version(): number {
    return (this.#db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  }

  #migrate(): void {
    if (this.#version > migrations.length) {
      throw new AssayError(
        'store_version',
        `The store ${this.location} has format ${this.#version}; this Assay knows up to ${migrations.length}.`,
        { mend: 'Use the newer Assay that wrote it, or another file (--store FILE).' },
      );
    }
    if (this.#version === migrations.length) return;
    this.#transaction(() => {
      // Asked again under the lock: another process may have been quicker.
      for (const migration of migrations.slice(this.#version)) this.#db.exec(migration);
      this.#db.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** IMMEDIATE: takes the write lock at the start, so that it waits for other writers instead of failing. */
  #transaction(body: () => void): void {
    try {
      this.#inline?.end();
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        body();
        this.#db.exec('COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    } catch (error) {
      throw this.#writeError(error);
    }
  }

  #writeError(error: unknown): AssayError {
    if (error instanceof AssayError) return error;
    if (hasRefusingCode(error)) return refusedError(this.location, messageOf(error));
    return new AssayError('store_write', `Cannot write to the store ${this.location}: ${messageOf(error)}`, {
      mend: 'Nothing stored before is lost. Make room or mend the disk, then run the same command again.',
      cause: error,
    });
  }

  protected all<Row>(query: string, ...values: Cell[]): Row[] {
    return this.#statement(query).all(...values) as Row[];
  }

  protected arrays<Row>(query: string, ...values: Cell[]): Row[] {
    let statement = this.#arrayStatements.get(query);
    if (statement === undefined) {
      statement = this.#db.prepare(query);
      statement.setReturnArrays(true);
      this.#arrayStatements.set(query, statement);
    }
    return statement.all(...values) as unknown as Row[];
  }

  protected write(statement: string, ...values: Cell[]): void {
    this.#transaction(() => void this.#statement(statement).run(...values));
  }

  async setRunState(id: string, state: RunState): Promise<void> {
    const handle = await this.runHandle(id);
    this.write('UPDATE run SET state = ? WHERE handle = ?', stateNumber.get(state) ?? 0, handle);
  }

  /** Error: `run_busy` while another process has a claim on it: what that stores could come to another run. */
  async deleteRun(id: string): Promise<void> {
    const handle = await this.runHandle(id);
    this.#transaction(() => {
      this.#checkClaim(id, handle);
      this.#statement('DELETE FROM run WHERE handle = ?').run(handle);
    });
    this.forgetRun(id);
  }

  #checkClaim(id: string, handle: number): void {
    const select = this.#statement('SELECT owner, owner_ms FROM run WHERE handle = ?');
    const row = select.get(handle) as { owner: string; owner_ms: number } | undefined;
    if (row === undefined || row.owner === '' || row.owner === ownName) return;
    if (ownerLives(row.owner, row.owner_ms)) throw busyError(id, row.owner);
  }

  async claimRun(id: string): Promise<void> {
    const handle = await this.runHandle(id);
    this.#transaction(() => {
      this.#checkClaim(id, handle);
      this.#statement('UPDATE run SET owner = ?, owner_ms = ? WHERE handle = ?').run(
        ownName,
        Date.now(),
        handle,
      );
    });
  }

  async releaseRun(id: string): Promise<void> {
    this.write("UPDATE run SET owner = '' WHERE id = ? AND owner = ?", id, ownName);
  }

  async putProblem(
    run: string,
    { id, dataset, promptTokens }: Omit<StoredProblem, 'handle' | 'digest'>,
    digest: string,
  ): Promise<number> {
    const handle = await this.runHandle(run);
    const [stored] = this.all<{ handle: number; digest: string }>(findProblem, handle, id);
    if (stored?.digest === digest) return stored.handle;
    try {
      return await this.#writer.putProblem({ run: handle, id, dataset, digest, promptTokens });
    } catch (error) {
      throw this.#writeError(error);
    }
  }

  async findJudgements(keys: readonly string[]): Promise<Map<string, Judgement>> {
    const found = new Map<string, Judgement>();
    const select = this.#statement(
      `SELECT ${judgementColumns} FROM judgement j WHERE j.key = ? AND j.status <> 4`,
    );
    // One view of the database for all: to open one for each key would take longer than to look it up.
    if (this.#inline === undefined) this.#db.exec('BEGIN');
    try {
      for (const key of keys) {
        const row = select.get(key) as JudgementRow | undefined;
        if (row !== undefined) found.set(key, toJudgement(row));
      }
    } finally {
      if (this.#inline === undefined) this.#db.exec('COMMIT');
    }
    return found;
  }

  async findVerdicts(
    problem: number,
    verifier: number,
    candidates: readonly number[],
  ): Promise<Map<number, VerdictRow>> {
    const found = new Map<number, VerdictRow>();
    if (candidates.length === 0) return found;
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const candidate of candidates) {
      low = Math.min(low, candidate);
      high = Math.max(high, candidate);
    }
    // Candidates come in order, so their range is dense; a scan of it is one seek.
    const dense = high - low < 4 * candidates.length + 1000;
    const select = this.#statement(
      `SELECT ${verdictColumns} FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND v.verifier = ? AND v.candidate BETWEEN ? AND ?`,
    );
    const ranges = dense ? [[low, high] as const] : candidates.map((one) => [one, one] as const);
    for (const [from, to] of ranges) {
      const rows = select.all(problem, verifier, from, to) as unknown as StoredVerdictRow[];
      for (const row of rows) found.set(row.candidate, toVerdictRow(row));
    }
    return found;
  }

  async commit(
    verdicts: readonly VerdictRow[],
    faults: readonly Fault[] = [],
    loads: readonly RunLoad[] = [],
  ): Promise<readonly VerdictRow[]> {
    const extras = await this.extraCells(faults, loads);
    const fresh = freshOf(verdicts);
    const positions = new Map(fresh.map((judgement, i) => [judgement, i]));
    const cells = new Float64Array(verdicts.length * verdictWidth);
    verdicts.forEach((row, i) => {
      const position = row.judgement && positions.get(row.judgement);
      const judgement = position === undefined ? (row.judgement?.id ?? 0) : -1 - position;
      const source = sourceNumber.get(row.source) ?? 0;
      cells.set([row.problem, row.verifier, row.candidate, judgement, source, row.tokens], i * verdictWidth);
    });
    try {
      const ids = await this.#writer.commit({
        judgements: fresh.flatMap(judgementCells),
        verdicts: cells,
        ...extras,
      });
      fresh.forEach((judgement, i) => {
        judgement.id = ids[i] as number;
      });
      return [];
    } catch (error) {
      throw this.#writeError(error);
    }
  }

  async withSnapshot<T>(read: (view: Store) => Promise<T>): Promise<T> {
    if (this.#inline !== undefined) return read(this);
    const view = new SqliteStore(this.location, {});
    try {
      // The snapshot is taken by the first read of a transaction.
      view.#db.exec('BEGIN; SELECT 1 FROM run LIMIT 1');
      return await read(view);
    } finally {
      await view.close();
    }
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    this.#inline?.end();
    this.#statements.clear();
    this.#arrayStatements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

/** Milliseconds after which a claim of another machine's process is void. */
const claimMs = 30_000;

function ownerLives(owner: string, claimed: number): boolean {
  const [, host, pid, start] = /^(.*):(\d+):(\d*)$/.exec(owner) ?? [];
  if (host !== hostname()) return Date.now() - claimed < claimMs;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(Number(pid)) === start;
}
