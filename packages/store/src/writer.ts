/**
 * The busy half of the SQLite store: problems and verdicts. It has a connection of its own, so that it can work in
 * another thread (writer-thread.ts) while the rest of the process goes on: most of a commit is waiting for the disk.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Cell, judgementNames } from './columns.ts';
import * as sql from './queries.ts';
import type { ExtraCells } from './reader.ts';

export interface ProblemCells {
  run: number;
  id: string;
  dataset: string;
  digest: string;
  promptTokens: number;
}

/** Verdicts and judgements as plain columns, which pass between threads cheaply. */
export interface CommitCells extends ExtraCells {
  /** `judgementCells` of each. */
  judgements: Cell[];
  /**
   * `verdictWidth` values each: problem, verifier, candidate, judgement, source, tokens. A judgement is an id, or
   * −1 − position in `judgements`, or 0 for none.
   */
  verdicts: Float64Array;
}

const judgementWidth = judgementNames.length;
export const verdictWidth = 6;

/** Whether SQLite's result code says that what was to be stored is at fault (too large, a constraint, a type). */
export function hasRefusingCode(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  return [18, 19, 20].includes(errcode & 0xff);
}

/** Milliseconds after which problems are committed where no verdict comes. */
const lingerMs = 5;

export class Writer {
  readonly #db: DatabaseSync;
  readonly #dropStale: StatementSync;
  readonly #putProblem: StatementSync;
  readonly #putJudgement: StatementSync;
  readonly #findJudgement: StatementSync;
  readonly #putVerdict: StatementSync;
  readonly #putFault: StatementSync;
  readonly #addRunTimes: StatementSync;
  readonly #addReplicaLoad: StatementSync;
  #linger: NodeJS.Timeout | undefined;
  /** Told with the next request. */
  #broken: unknown;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#dropStale = db.prepare(sql.dropStale('verdict'));
    this.#putProblem = db.prepare(sql.putProblem);
    this.#putJudgement = db.prepare(
      `INSERT INTO judgement (${judgementNames.join(', ')}) VALUES (${judgementNames.map(() => '?').join(', ')})
       ON CONFLICT (key) WHERE status <> 4 DO NOTHING`,
    );
    this.#findJudgement = db.prepare('SELECT id FROM judgement WHERE key = ? AND status <> 4');
    this.#putVerdict = db.prepare(
      `INSERT INTO verdict (problem, verifier, candidate, judgement, source, tokens) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET judgement = excluded.judgement, source = excluded.source, tokens = excluded.tokens
       WHERE excluded.judgement IS NOT NULL AND excluded.judgement IS NOT verdict.judgement`,
    );
    this.#putFault = db.prepare(sql.putFault);
    this.#addRunTimes = db.prepare(sql.addRunTimes);
    this.#addReplicaLoad = db.prepare(sql.addReplicaLoad);
  }

  /** Gives the problem's handle. Durable with the next commit, and so before any verdict of the problem. */
  putProblem({ run, id, dataset, digest, promptTokens }: ProblemCells): number {
    this.#begin();
    // Verdicts of what the problem was before say nothing of what it is now.
    this.#dropStale.run(run, id, digest);
    const row = this.#putProblem.get(run, id, dataset, digest, promptTokens) as { handle: number };
    this.#endSoon();
    return row.handle;
  }

  /**
   * Stores everything or nothing; durable when it returns. Gives the ids of the judgements. Where it fails, and not for
   * what it was given, problems put within the last moment are gone, too: nothing can be stored for them until they are
   * put again.
   */
  commit({ judgements, verdicts, faults, runTimes, replicaLoads }: CommitCells): number[] {
    this.#begin();
    this.#db.exec('SAVEPOINT rows');
    try {
      const ids: number[] = [];
      for (let at = 0; at < judgements.length; at += judgementWidth) {
        ids.push(this.#judgement(judgements.slice(at, at + judgementWidth)));
      }
      for (let at = 0; at < verdicts.length; at += verdictWidth) {
        const [problem, verifier, candidate, judgement, source, tokens] = verdicts.subarray(
          at,
          at + verdictWidth,
        ) as unknown as [number, number, number, number, number, number];
        const id = judgement < 0 ? (ids[-1 - judgement] as number) : judgement || null;
        this.#putVerdict.run(problem, verifier, candidate, id, source, tokens);
      }
      for (const fault of faults) this.#putFault.run(...fault);
      for (const times of runTimes) this.#addRunTimes.run(...times);
      for (const load of replicaLoads) this.#addReplicaLoad.run(...load);
      this.end();
      return ids;
    } catch (error) {
      // What is refused takes no problem of others with it.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK TO rows');
      if (hasRefusingCode(error)) this.end();
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #judgement(cells: Cell[]): number {
    const { changes, lastInsertRowid } = this.#putJudgement.run(...cells);
    if (changes === 1) return Number(lastInsertRowid);
    // Another process judged the same meanwhile: the first verdict stands.
    return (this.#findJudgement.get(cells[0] as string) as { id: number }).id;
  }

  /** IMMEDIATE: takes the write lock at the start, so that it waits for other processes instead of failing. */
  #begin(): void {
    if (this.#broken !== undefined) {
      const error = this.#broken;
      this.#broken = undefined;
      throw error;
    }
    if (!this.#db.isTransaction) this.#db.exec('BEGIN IMMEDIATE');
  }

  #endSoon(): void {
    this.#linger ??= setTimeout(() => {
      try {
        this.end();
      } catch (error) {
        // The problems are gone, and handles that were given for them must not be used.
        this.#broken = error;
      }
    }, lingerMs);
  }

  /** Commits what is open. */
  end(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#db.isTransaction) this.#db.exec('COMMIT');
  }
}
