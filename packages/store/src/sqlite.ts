/** The embedded store: one SQLite file (or memory), through node:sqlite. All SQL of Assay is here and in schema.ts. */
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import {
  AssayError,
  messageOf,
  type Part,
  type Run,
  RunState,
  type Verdict,
  VerdictSource,
  VerdictStatus,
} from '@assay/contract';
import { standingOf, standings } from './examples.ts';
import { migrations } from './schema.ts';
import type {
  CandidateScores,
  ClassTally,
  ErrorTally,
  Fault,
  Judgement,
  ProblemTally,
  ProgramTally,
  ReasonTally,
  ReplicaLoad,
  RunLoad,
  RunSettings,
  ScoreColumns,
  Store,
  StoredProblem,
  TimeTally,
  VerdictRow,
} from './store.ts';
import { type CommitCells, verdictWidth, Writer } from './writer.ts';
import { WriterThread } from './writer-thread.ts';

/** Milliseconds for which a long reading may hold up the rest of the process. */
const turnMs = 10;

/** Verdicts that are read at a time. */
const pageRows = 1_000;

/** Enumerations are stored by their number in the proto, which is their position here. */
const statuses = Object.keys(VerdictStatus) as VerdictStatus[];
const sources = Object.keys(VerdictSource) as VerdictSource[];
const states = Object.keys(RunState) as RunState[];
const numberOf = <T>(list: readonly T[]) => new Map(list.map((item, number) => [item, number]));
const statusNumber = numberOf(statuses);
const sourceNumber = numberOf(sources);
const stateNumber = numberOf(states);
const standingNumber = numberOf(standings);

interface RunRow {
  handle: number;
  id: string;
  settings: string;
  state: number;
  created_ms: number;
  active_ms: number;
  loop_ms: number | null;
  owner: string;
  owner_ms: number;
}

interface JudgementRow {
  id: number;
  key: string;
  status: number;
  reason: string;
  message: string;
  score: number | null;
  answer: string;
  answer_class: string;
  parts: string | null;
  queue_us: number;
  service_us: number;
  cpu_us: number;
  retryable: number;
  replica: string;
  attempts: number;
}

const judgementColumns =
  'j.id, j.key, j.status, j.reason, j.message, j.score, j.answer, j.answer_class, j.parts, j.queue_us, ' +
  'j.service_us, j.cpu_us, j.retryable, j.replica, j.attempts';

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

class SqliteStore implements Store {
  readonly location: string;
  readonly #db: DatabaseSync;
  /** In memory there is one connection, so the writer works on it; a file's writer has its own, in a thread. */
  readonly #inline: Writer | undefined;
  readonly #newThread: () => WriterThread;
  #thread: WriterThread | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #runHandles = new Map<string, number>();

  constructor(path: string, { durability = 'full', lockTimeoutMs = 30_000 }: SqliteOptions) {
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
    return new AssayError('store_write', `Cannot write to the store ${this.location}: ${messageOf(error)}`, {
      mend: 'Nothing stored before is lost. Make room or mend the disk, then run the same command again.',
      cause: error,
    });
  }

  async openRun(settings: RunSettings): Promise<Run> {
    const text = JSON.stringify({
      verifiers: settings.verifiers,
      earlyStop: settings.earlyStop,
      maxAttempts: settings.maxAttempts,
      labels: settings.labels,
      uncached: settings.uncached ?? false,
      priority: settings.priority ?? 0,
      weight: settings.weight || 1,
      maxInFlight: settings.maxInFlight ?? 0,
      tenant: settings.tenant ?? '',
    });
    this.#transaction(() => {
      this.#statement(
        'INSERT INTO run (id, settings, state, created_ms, loop_ms) VALUES (?, ?, ?, ?, 0) ON CONFLICT (id) DO NOTHING',
      ).run(settings.id, text, stateNumber.get('OPEN') ?? 0, Date.now());
    });
    const run = this.#run(settings.id);
    if (run === undefined) throw new AssayError('store_write', `Run ${settings.id} vanished.`);
    for (const name of ['verifiers', 'earlyStop', 'maxAttempts', 'uncached'] as const) {
      const [old, asked] = [JSON.stringify(run[name]), JSON.stringify(settings[name] ?? false)];
      if (old !== asked) {
        throw new AssayError(
          'run_exists',
          `Run ${settings.id} exists with other settings (${name}: ${old}, asked: ${asked}).`,
          { mend: 'Use the same settings to go on with it, or another id (--run ID) for a new one.' },
        );
      }
    }
    return run;
  }

  #runRow(id: string): RunRow | undefined {
    return this.#statement('SELECT * FROM run WHERE id = ?').get(id) as RunRow | undefined;
  }

  #run(id: string): Run | undefined {
    const row = this.#runRow(id);
    return row && toRun(row);
  }

  #runHandle(id: string): number {
    let handle = this.#runHandles.get(id);
    if (handle === undefined) {
      handle = this.#runRow(id)?.handle;
      if (handle === undefined) {
        throw new AssayError('run_unknown', `There is no run ${id} in ${this.location}.`, {
          mend: 'List the runs with: assay report',
        });
      }
      this.#runHandles.set(id, handle);
    }
    return handle;
  }

  async getRun(id: string): Promise<Run | undefined> {
    return this.#run(id);
  }

  async listRuns(): Promise<Run[]> {
    const rows = this.#statement('SELECT * FROM run ORDER BY created_ms, handle').all();
    return (rows as unknown as RunRow[]).map(toRun);
  }

  async setRunState(id: string, state: RunState): Promise<void> {
    this.#transaction(() => {
      this.#statement('UPDATE run SET state = ? WHERE handle = ?').run(
        stateNumber.get(state) ?? 0,
        this.#runHandle(id),
      );
    });
  }

  async deleteRun(id: string): Promise<void> {
    this.#transaction(() => {
      this.#statement('DELETE FROM run WHERE handle = ?').run(this.#runHandle(id));
    });
    this.#runHandles.delete(id);
  }

  async claimRun(id: string): Promise<void> {
    const handle = this.#runHandle(id);
    this.#transaction(() => {
      const { owner, owner_ms: claimed } = this.#runRow(id) as RunRow;
      if (owner !== '' && owner !== ownName && ownerLives(owner, claimed)) {
        throw new AssayError(
          'run_busy',
          `Run ${id} is being worked on by ${owner} (machine:process:start).`,
          {
            mend: 'Wait for it or stop it; or start another run with --run ID.',
          },
        );
      }
      this.#statement('UPDATE run SET owner = ?, owner_ms = ? WHERE handle = ?').run(
        ownName,
        Date.now(),
        handle,
      );
    });
  }

  async releaseRun(id: string): Promise<void> {
    this.#transaction(() => {
      this.#statement("UPDATE run SET owner = '' WHERE id = ? AND owner = ?").run(id, ownName);
    });
  }

  async putProblem(
    run: string,
    { id, dataset, promptTokens }: Omit<StoredProblem, 'handle'>,
    digest: string,
  ): Promise<number> {
    const handle = this.#runHandle(run);
    const stored = this.#statement('SELECT handle, digest FROM problem WHERE run = ? AND id = ?').get(
      handle,
      id,
    ) as { handle: number; digest: string } | undefined;
    if (stored?.digest === digest) return stored.handle;
    try {
      return await this.#writer.putProblem({ run: handle, id, dataset, digest, promptTokens });
    } catch (error) {
      throw this.#writeError(error);
    }
  }

  async problems(run: string): Promise<StoredProblem[]> {
    const rows = this.#statement(
      'SELECT handle, id, dataset, prompt_tokens AS promptTokens FROM problem WHERE run = ? ORDER BY handle',
    ).all(this.#runHandle(run));
    return rows.map((row) => ({ ...(row as unknown as StoredProblem) }));
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
    const sql = `SELECT v.problem, v.verifier, v.candidate, v.tokens, v.source, v.judgement, ${judgementColumns}
      FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
      WHERE v.problem = ? AND v.verifier = ? AND v.candidate BETWEEN ? AND ?`;
    const select = this.#statement(sql);
    const ranges = dense ? [[low, high] as const] : candidates.map((one) => [one, one] as const);
    for (const [from, to] of ranges) {
      const rows = select.all(problem, verifier, from, to) as unknown as StoredVerdictRow[];
      for (const row of rows) found.set(row.candidate, toVerdictRow(row));
    }
    return found;
  }

  async isSolved(problem: number, verifier: number): Promise<boolean> {
    const row = this.#statement(
      `SELECT 1 FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND v.verifier = ? AND j.status = 1 LIMIT 1`,
    ).get(problem, verifier);
    return row !== undefined;
  }

  async commit(
    verdicts: readonly VerdictRow[],
    faults: readonly Fault[] = [],
    loads: readonly RunLoad[] = [],
  ): Promise<readonly VerdictRow[]> {
    const fresh: Judgement[] = [];
    const positions = new Map<Judgement, number>();
    const cells = new Float64Array(verdicts.length * verdictWidth);
    verdicts.forEach((row, i) => {
      let judgement = row.judgement?.id ?? 0;
      if (row.judgement !== undefined && row.judgement.id === undefined) {
        const position = positions.get(row.judgement) ?? fresh.push(row.judgement) - 1;
        positions.set(row.judgement, position);
        judgement = -1 - position;
      }
      const source = sourceNumber.get(row.source) ?? 0;
      cells.set([row.problem, row.verifier, row.candidate, judgement, source, row.tokens], i * verdictWidth);
    });
    try {
      const ids = await this.#writer.commit({
        judgements: fresh.flatMap(judgementCells),
        verdicts: cells,
        faults: faults.map(({ run, verifier, replica, kind, count, detail }) => {
          return [this.#runHandle(run), verifier, replica, kind, count, detail];
        }),
        runTimes: loads.map(({ run, activeMs, loopMs }) => {
          return [Math.round(activeMs), Math.round(loopMs), this.#runHandle(run)];
        }),
        replicaLoads: loads.flatMap(({ run, replicas }) =>
          replicas.map(({ verifier, replica, version, slots, firstMs, lastMs, slotMs, busyMs }) => {
            return [this.#runHandle(run), verifier, replica, version, slots, firstMs, lastMs, slotMs, busyMs];
          }),
        ),
      });
      fresh.forEach((judgement, i) => {
        judgement.id = ids[i] as number;
      });
      return [];
    } catch (error) {
      throw this.#writeError(error);
    }
  }

  /** The problems of a run, one after another. In between others get their turn. */
  async *#problemHandles(run: string): AsyncGenerator<number> {
    const handles = this.#statement('SELECT handle FROM problem WHERE run = ? ORDER BY handle').all(
      this.#runHandle(run),
    ) as { handle: number }[];
    let turn = performance.now();
    for (const { handle } of handles) {
      yield handle;
      if (performance.now() - turn < turnMs) continue;
      await setImmediate();
      turn = performance.now();
    }
  }

  /**
   * Rows of a query on one problem's verdicts, for every problem of a run: what is grouped and sorted at a time is
   * one problem's, so that memory does not grow with the run.
   */
  async *#byProblem<Row>(run: string, select: string): AsyncGenerator<Row> {
    const statement = this.#statement(select);
    for await (const handle of this.#problemHandles(run)) yield* statement.all(handle) as Row[];
  }

  async tallies(run: string): Promise<ProblemTally[]> {
    const rows = this.#byProblem<ProblemTally>(
      run,
      `SELECT v.problem, v.verifier,
         SUM(j.status = 1) AS correct, SUM(j.status = 2) AS incorrect, SUM(j.status = 3) AS scored,
         SUM(j.status = 4) AS error, SUM(v.judgement IS NULL) AS skipped, SUM(v.source = 1) AS judged,
         SUM(v.tokens) AS tokens, SUM(j.examples > 0) AS programs
       FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? GROUP BY v.verifier ORDER BY v.verifier`,
    );
    // SUM over no row of j is NULL where every candidate of a problem was skipped.
    return Array.fromAsync(rows, (row) => ({
      ...row,
      correct: row.correct ?? 0,
      incorrect: row.incorrect ?? 0,
      scored: row.scored ?? 0,
      error: row.error ?? 0,
      programs: row.programs ?? 0,
    }));
  }

  async *classTallies(run: string): AsyncIterable<ClassTally> {
    const rows = this.#byProblem<ClassTally>(
      run,
      `SELECT v.problem, v.verifier, j.answer_class AS answerClass, MIN(j.answer) AS answer,
         COUNT(*) AS count, SUM(j.status = 1) AS correct
       FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND j.status IN (1, 2)
       GROUP BY v.verifier, j.answer_class ORDER BY v.verifier, j.answer_class`,
    );
    for await (const row of rows) yield { ...row };
  }

  async *programTallies(run: string): AsyncIterable<ProgramTally> {
    const rows = this.#byProblem<ProgramTally>(
      run,
      `SELECT v.problem, v.verifier, j.answer_class AS answerClass, COUNT(*) AS count, SUM(j.status = 1) AS correct,
         SUM(j.examples >= 2) AS tested, SUM(j.examples = 3) AS passed,
         SUM(j.examples = 3 AND j.status = 1) AS passedCorrect
       FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND j.status IN (1, 2)
       GROUP BY v.verifier, j.answer_class ORDER BY v.verifier, j.answer_class`,
    );
    for await (const row of rows) yield { ...row };
  }

  async reasonTallies(run: string): Promise<ReasonTally[]> {
    const rows = this.#byProblem<Omit<ReasonTally, 'status'> & { status: number }>(
      run,
      `SELECT v.verifier, j.status, j.reason, COUNT(*) AS count
       FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? GROUP BY v.verifier, j.status, j.reason`,
    );
    const sums = new Map<string, ReasonTally>();
    for await (const { verifier, status, reason, count } of rows) {
      const key = `${verifier} ${status} ${reason}`;
      const sum = sums.get(key) ?? { verifier, status: statuses[status] as VerdictStatus, reason, count: 0 };
      sum.count += count;
      sums.set(key, sum);
    }
    const rank = ({ status }: ReasonTally) => statusNumber.get(status) ?? 0;
    return [...sums.values()].sort(
      (a, b) =>
        a.verifier - b.verifier || rank(a) - rank(b) || b.count - a.count || (a.reason < b.reason ? -1 : 1),
    );
  }

  async *errorTallies(run: string): AsyncIterable<ErrorTally> {
    const rows = this.#byProblem<ErrorTally>(
      run,
      `SELECT v.problem, v.verifier, j.reason, MIN(j.message) AS message, COUNT(*) AS count
       FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND j.status = 4
       GROUP BY v.verifier, j.reason ORDER BY v.verifier, j.reason`,
    );
    for await (const row of rows) yield { ...row };
  }

  async timeTallies(run: string): Promise<TimeTally[]> {
    const rows = this.#byProblem<TimeTally>(
      run,
      `SELECT v.verifier, j.replica, COUNT(*) AS judgements, SUM(j.queue_us) AS queueUs,
         SUM(j.service_us) AS serviceUs, SUM(j.cpu_us) AS cpuUs, MAX(j.service_us) AS maxServiceUs
       FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND v.source = 1 GROUP BY v.verifier, j.replica`,
    );
    const sums = new Map<string, TimeTally>();
    for await (const row of rows) {
      const key = `${row.verifier} ${row.replica}`;
      const sum = sums.get(key);
      if (sum === undefined) {
        sums.set(key, { ...row });
        continue;
      }
      for (const field of ['judgements', 'queueUs', 'serviceUs', 'cpuUs'] as const) sum[field] += row[field];
      sum.maxServiceUs = Math.max(sum.maxServiceUs, row.maxServiceUs);
    }
    return [...sums.values()].sort((a, b) => a.verifier - b.verifier || (a.replica < b.replica ? -1 : 1));
  }

  async faults(run: string): Promise<Fault[]> {
    const rows = this.#statement(
      'SELECT verifier, replica, kind, count, detail FROM fault WHERE run = ? ORDER BY verifier, replica, kind',
    ).all(this.#runHandle(run));
    return (rows as unknown as Omit<Fault, 'run'>[]).map((row) => ({ ...row, run }));
  }

  async load(run: string): Promise<Omit<RunLoad, 'loopMs'> & { loopMs: number | null }> {
    const rows = this.#statement(
      `SELECT verifier, replica, version, slots, first_ms AS firstMs, last_ms AS lastMs, slot_ms AS slotMs,
         busy_ms AS busyMs FROM replica_load WHERE run = ? ORDER BY verifier, replica, version`,
    ).all(this.#runHandle(run));
    const { active_ms: activeMs, loop_ms: loopMs } = this.#runRow(run) as RunRow;
    return { run, activeMs, loopMs, replicas: rows.map((row) => ({ ...(row as unknown as ReplicaLoad) })) };
  }

  async *candidateScores(run: string): AsyncIterable<CandidateScores> {
    // Rows as arrays: a third less time than as objects.
    const select = this.#statement(
      `SELECT v.candidate, j.status, j.score, j.answer_class FROM verdict v JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND v.verifier = ? ORDER BY v.candidate`,
    );
    select.setReturnArrays(true);
    const verifiers = this.#run(run)?.verifiers ?? [];
    for await (const problem of this.#problemHandles(run)) {
      const rows = verifiers.map((_, verifier) => select.all(problem, verifier) as unknown as ScoreRow[]);
      const candidates = Float64Array.from(
        new Set(rows.flatMap((own) => own.map(([candidate]) => candidate))),
      ).sort();
      if (candidates.length === 0) continue;
      yield { problem, candidates, verifiers: rows.map((own) => toColumns(candidates, own)) };
    }
  }

  async *verdicts(run: string): AsyncIterable<VerdictRow & { problemId: string }> {
    // Page by page: a statement left open while the caller takes its time would hold up writers. A problem at a time:
    // over several, each page would be sorted from all that is left.
    const page = this.#statement(
      `SELECT v.problem, v.verifier, v.candidate, v.tokens, v.source, v.judgement, ${judgementColumns}
       FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
       WHERE v.problem = ? AND (v.verifier, v.candidate) > (?, ?) ORDER BY v.verifier, v.candidate LIMIT ?`,
    );
    for (const { handle, id: problemId } of await this.problems(run)) {
      for (let last = [-1, -1], more = true; more; ) {
        const rows = page.all(handle, ...last, pageRows) as unknown as StoredVerdictRow[];
        for (const row of rows) {
          last = [row.verifier, row.candidate];
          yield { ...toVerdictRow(row), problemId };
        }
        more = rows.length === pageRows;
      }
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
    if (this.#db.isOpen) this.#db.close();
  }
}

/** In the order of the writer's statement. */
function judgementCells({ key, verdict, replica, attempts }: Judgement): CommitCells['judgements'] {
  return [
    key,
    statusNumber.get(verdict.status) ?? 0,
    verdict.reason,
    verdict.message,
    verdict._score === undefined ? null : (verdict.score ?? null),
    verdict.answer,
    verdict.answerClass,
    verdict.parts.length === 0 ? null : JSON.stringify(verdict.parts),
    verdict.times?.queueUs ?? 0,
    verdict.times?.serviceUs ?? 0,
    verdict.times?.cpuUs ?? 0,
    verdict.retryable ? 1 : 0,
    replica,
    attempts,
    standingNumber.get(standingOf(verdict.parts)) ?? 0,
  ];
}

/** Milliseconds after which a claim of another machine's process is void. */
const claimMs = 30_000;

/** When a process started (clock ticks since boot), so that a process of the same number is not taken for it. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Names this process among those that may share a store. */
const ownName = `${hostname()}:${process.pid}:${startOf(process.pid)}`;

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

function toRun(row: RunRow): Run {
  const settings = JSON.parse(row.settings) as Omit<RunSettings, 'id'>;
  return {
    id: row.id,
    ...settings,
    // Runs of an earlier version do not say.
    uncached: settings.uncached ?? false,
    priority: settings.priority ?? 0,
    weight: settings.weight || 1,
    maxInFlight: settings.maxInFlight ?? 0,
    tenant: settings.tenant ?? '',
    state: states[row.state] ?? 'RUN_STATE_UNSPECIFIED',
    createdMs: row.created_ms,
  };
}

type StoredVerdictRow = JudgementRow & {
  problem: number;
  verifier: number;
  candidate: number;
  tokens: number;
  source: number;
  judgement: number | null;
};

function toVerdictRow(row: StoredVerdictRow): VerdictRow {
  return {
    problem: row.problem,
    verifier: row.verifier,
    candidate: row.candidate,
    tokens: row.tokens,
    source: sources[row.source] ?? 'VERDICT_SOURCE_UNSPECIFIED',
    judgement: row.judgement === null ? undefined : toJudgement(row),
  };
}

type ScoreRow = [candidate: number, status: number, score: number | null, answerClass: string];

/** `rows` are of some of these candidates, in their order. */
function toColumns(candidates: Float64Array, rows: readonly ScoreRow[]): ScoreColumns {
  const statuses = new Uint8Array(candidates.length);
  const scores = new Float64Array(candidates.length).fill(Number.NaN);
  const classes = new Int32Array(candidates.length).fill(-1);
  const numbers = new Map<string, number>();
  let at = 0;
  for (const [candidate, status, score, name] of rows) {
    while (candidates[at] !== candidate) at++;
    statuses[at] = status;
    if (score !== null) scores[at] = score;
    if (name === '') continue;
    const number = numbers.get(name) ?? numbers.size;
    if (number === numbers.size) numbers.set(name, number);
    classes[at] = number;
  }
  return { statuses, scores, classes };
}

function toJudgement(row: JudgementRow): Judgement {
  const verdict: Verdict = {
    index: 0,
    status: statuses[row.status] ?? 'VERDICT_STATUS_UNSPECIFIED',
    reason: row.reason,
    message: row.message,
    answer: row.answer,
    answerClass: row.answer_class,
    parts: row.parts === null ? [] : (JSON.parse(row.parts) as Part[]),
    times: { queueUs: row.queue_us, serviceUs: row.service_us, cpuUs: row.cpu_us },
    retryable: row.retryable === 1,
  };
  if (row.score !== null) {
    verdict.score = row.score;
    verdict._score = 'score';
  }
  return { id: row.id, key: row.key, verdict, replica: row.replica, attempts: row.attempts };
}
