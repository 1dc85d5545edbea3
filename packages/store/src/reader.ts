/** The half of a store that reads, whatever its database. */
import { setImmediate } from 'node:timers/promises';
import { AssayError, type Run, type VerdictStatus } from '@assay/contract';
import type { Cell } from './columns.ts';
import * as sql from './queries.ts';
import {
  checkSettings,
  type RunRow,
  type ScoreRow,
  type StoredVerdictRow,
  settingsText,
  stateNumber,
  statuses,
  statusNumber,
  toColumns,
  toRun,
  toVerdictRow,
} from './rows.ts';
import type {
  CandidateScores,
  ClassTally,
  ErrorTally,
  Fault,
  ProblemTally,
  ProgramTally,
  ReasonTally,
  ReplicaLoad,
  RunLoad,
  RunOrigin,
  RunSettings,
  StoredProblem,
  TimeTally,
  VerdictRow,
} from './store.ts';

/** Milliseconds for which a long reading may hold up the rest of the process. */
const turnMs = 10;

/** Verdicts that are read at a time. */
const pageRows = 1_000;

/** Parameters of putFault, addRunTimes and addReplicaLoad. */
export interface ExtraCells {
  faults: (string | number)[][];
  runTimes: number[][];
  replicaLoads: (string | number)[][];
}

export abstract class Reader {
  abstract readonly location: string;
  readonly #runHandles = new Map<string, number>();

  /** Rows of a query. */
  protected abstract all<Row>(query: string, ...values: Cell[]): Row[] | Promise<Row[]>;
  /** Rows as arrays: a third less time than as objects. */
  protected abstract arrays<Row>(query: string, ...values: Cell[]): Row[] | Promise<Row[]>;
  /** A statement that is a transaction of its own. */
  protected abstract write(statement: string, ...values: Cell[]): void | Promise<void>;

  async openRun(settings: RunSettings): Promise<Run> {
    const open = stateNumber.get('OPEN') ?? 0;
    await this.write(sql.insertRun, settings.id, settingsText(settings), open, Date.now());
    const run = await this.getRun(settings.id);
    if (run === undefined) throw new AssayError('store_write', `Run ${settings.id} vanished.`);
    checkSettings(run, settings);
    return run;
  }

  async adoptRun(id: string, { id: own, state, createdMs, activeMs, loopMs }: RunOrigin): Promise<void> {
    const handle = await this.runHandle(id);
    if (own !== id && (await this.runRow(own)) !== undefined) {
      throw new AssayError('run_exists', `There is a run ${own} already.`, { mend: 'Take another id.' });
    }
    const number = stateNumber.get(state) ?? 0;
    await this.write(sql.adoptRun, own, number, createdMs, activeMs, loopMs, handle);
    this.forgetRun(id);
  }

  protected async runRow(id: string): Promise<RunRow | undefined> {
    return (await this.all<RunRow>('SELECT * FROM run WHERE id = ?', id))[0];
  }

  /** Error: `run_unknown`. */
  protected async runHandle(id: string): Promise<number> {
    let handle = this.#runHandles.get(id);
    if (handle === undefined) {
      handle = (await this.runRow(id))?.handle;
      if (handle === undefined) {
        throw new AssayError('run_unknown', `There is no run ${id} in ${this.location}.`, {
          mend: 'List the runs with: assay report',
        });
      }
      this.#runHandles.set(id, handle);
    }
    return handle;
  }

  /** Faults and load as parameters of the statements that store them. */
  protected async extraCells(faults: readonly Fault[], loads: readonly RunLoad[]): Promise<ExtraCells> {
    const cells: ExtraCells = { faults: [], runTimes: [], replicaLoads: [] };
    for (const { run, verifier, replica, kind, count, detail } of faults) {
      cells.faults.push([await this.runHandle(run), verifier, replica, kind, count, detail]);
    }
    for (const { run, activeMs, loopMs, replicas } of loads) {
      const handle = await this.runHandle(run);
      cells.runTimes.push([Math.round(activeMs), Math.round(loopMs), handle]);
      for (const { verifier, replica, version, slots, firstMs, lastMs, slotMs, busyMs } of replicas) {
        cells.replicaLoads.push([handle, verifier, replica, version, slots, firstMs, lastMs, slotMs, busyMs]);
      }
    }
    return cells;
  }

  protected forgetRun(id: string): void {
    this.#runHandles.delete(id);
  }

  async getRun(id: string): Promise<Run | undefined> {
    const row = await this.runRow(id);
    return row && toRun(row);
  }

  async listRuns(): Promise<Run[]> {
    return (await this.all<RunRow>('SELECT * FROM run ORDER BY created_ms, handle')).map(toRun);
  }

  async problems(run: string): Promise<StoredProblem[]> {
    const rows = await this.all<StoredProblem>(sql.problems, await this.runHandle(run));
    // What is computed must not depend on the order in which problems came, which is any where several orchestrators
    // share a run. Databases differ in how they order texts.
    const order = (a: StoredProblem, b: StoredProblem) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
    return rows.map((row) => ({ ...row })).sort(order);
  }

  async isSolved(problem: number, verifier: number): Promise<boolean> {
    return (await this.all(sql.isSolved, problem, verifier)).length > 0;
  }

  /** The problems of a run, one after another. In between others get their turn. */
  async *#problemHandles(run: string): AsyncGenerator<number> {
    const handles = await this.problems(run);
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
  async *#byProblem<Row extends object>(run: string, query: string): AsyncGenerator<Row> {
    for await (const handle of this.#problemHandles(run)) {
      for (const row of await this.all<Row>(query, handle)) yield { ...row };
    }
  }

  async tallies(run: string): Promise<ProblemTally[]> {
    return Array.fromAsync(this.#byProblem<ProblemTally>(run, sql.tallies));
  }

  classTallies(run: string): AsyncIterable<ClassTally> {
    return this.#byProblem<ClassTally>(run, sql.classTallies);
  }

  programTallies(run: string): AsyncIterable<ProgramTally> {
    return this.#byProblem<ProgramTally>(run, sql.programTallies);
  }

  async reasonTallies(run: string): Promise<ReasonTally[]> {
    const rows = this.#byProblem<Omit<ReasonTally, 'status'> & { status: number }>(run, sql.reasonTallies);
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

  errorTallies(run: string): AsyncIterable<ErrorTally> {
    return this.#byProblem<ErrorTally>(run, sql.errorTallies);
  }

  async timeTallies(run: string): Promise<TimeTally[]> {
    const sums = new Map<string, TimeTally>();
    for await (const row of this.#byProblem<TimeTally>(run, sql.timeTallies)) {
      const key = `${row.verifier} ${row.replica}`;
      const sum = sums.get(key);
      if (sum === undefined) {
        sums.set(key, row);
        continue;
      }
      for (const field of ['judgements', 'queueUs', 'serviceUs', 'cpuUs'] as const) sum[field] += row[field];
      sum.maxServiceUs = Math.max(sum.maxServiceUs, row.maxServiceUs);
    }
    return [...sums.values()].sort((a, b) => a.verifier - b.verifier || (a.replica < b.replica ? -1 : 1));
  }

  async faults(run: string): Promise<Fault[]> {
    const rows = await this.all<Omit<Fault, 'run'>>(sql.faults, await this.runHandle(run));
    return rows.map((row) => ({ ...row, run }));
  }

  async load(run: string): Promise<Omit<RunLoad, 'loopMs'> & { loopMs: number | null }> {
    const rows = await this.all<ReplicaLoad>(sql.replicaLoads, await this.runHandle(run));
    const { active_ms: activeMs, loop_ms: loopMs } = (await this.runRow(run)) as RunRow;
    return { run, activeMs, loopMs, replicas: rows.map((row) => ({ ...row })) };
  }

  async *candidateScores(run: string): AsyncIterable<CandidateScores> {
    const verifiers = (await this.getRun(run))?.verifiers ?? [];
    for await (const problem of this.#problemHandles(run)) {
      const rows: ScoreRow[][] = [];
      for (const verifier of verifiers.keys()) {
        rows.push(await this.arrays<ScoreRow>(sql.scores, problem, verifier));
      }
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
    for (const { handle, id: problemId } of await this.problems(run)) {
      for (let last = [-1, -1], more = true; more; ) {
        const rows = await this.all<StoredVerdictRow>(sql.verdictPage, handle, ...last, pageRows);
        for (const row of rows) {
          last = [row.verifier, row.candidate];
          yield { ...toVerdictRow(row), problemId };
        }
        more = rows.length === pageRows;
      }
    }
  }
}
