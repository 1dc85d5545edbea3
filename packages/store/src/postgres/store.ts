/** The store of a fleet: a Postgres database that several processes share. */
import type { RunState } from '@assay/contract';
import { type Cell, judgementColumns } from '../columns.ts';
import { busyError } from '../process-name.ts';
import { dropStale, findProblem, putProblem, verdictColumns } from '../queries.ts';
import { Reader } from '../reader.ts';
import {
  freshOf,
  type JudgementRow,
  type StoredVerdictRow,
  stateNumber,
  toJudgement,
  toVerdictRow,
} from '../rows.ts';
import type { Fault, Judgement, RunLoad, Store, StoredProblem, VerdictRow } from '../store.ts';
import { commitRows, JudgementIds, type Place, placeOf } from './commit.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { openError, readError, writeError } from './errors.ts';
import { migrate } from './migrate.ts';
import type { Session } from './session.ts';
import { PostgresShared } from './shared.ts';
import { Together } from './together.ts';
import { completeRuns, dropWorkOf } from './work.ts';

export interface PostgresOptions extends DatabaseOptions {
  /**
   * Milliseconds after which a process that has not called `beat` is taken for dead.
   * @default 10000
   */
  leaseMs?: number;
}

/**
 * Opens the store in the database of this URL (postgres://USER@HOST:PORT/DATABASE), creating its tables where there are
 * none. A password may be in the URL, in PGPASSWORD or in the file that PGPASSFILE names; `?sslmode=verify-full` asks
 * for TLS. Errors: `store_open` where that fails, `store_version` where the tables are from a later version.
 */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  let location = 'postgres://';
  let db: Database | undefined;
  try {
    location = Database.locate(url);
    db = new Database(url, options);
    await db.greet();
    await migrate(db, url, options);
  } catch (error) {
    await db?.close();
    throw openError(location, error);
  }
  return new PostgresStore(db, location, options.leaseMs ?? 10_000);
}

class PostgresStore extends Reader implements Store {
  readonly location: string;
  readonly shared: PostgresShared;
  readonly #db: Database;
  readonly #ids = new JudgementIds();
  /** Where it reads: anywhere, or in a snapshot. */
  readonly #session: Session;
  readonly #judgements = new Together((keys: readonly string[]) => this.#readJudgements(keys));
  readonly #verdicts = new Together((places: readonly Place[]) => this.#readVerdicts(places));

  constructor(db: Database, location: string, leaseMs: number, session: Session = db) {
    super();
    this.#db = db;
    this.#session = session;
    this.location = location;
    this.shared = new PostgresShared(db, location, leaseMs);
  }

  protected all<Row>(query: string, ...values: Cell[]): Promise<Row[]> {
    return this.#reading(() => this.#session.query<Row>(query, values));
  }

  protected arrays<Row>(query: string, ...values: Cell[]): Promise<Row[]> {
    return this.#reading(() => this.#session.arrays<Row>(query, values));
  }

  protected async write(statement: string, ...values: Cell[]): Promise<void> {
    await this.#writing(() => this.#db.query(statement, values));
  }

  async #reading<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw readError(this.location, error);
    }
  }

  async #writing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw writeError(this.location, error);
    }
  }

  #transaction<T>(body: (session: Session) => Promise<T>): Promise<T> {
    return this.#writing(() => this.#db.transaction(body));
  }

  /** COMPLETE says that nothing more is to come: the run is COMPLETE once nobody has a claim on it and no work is left. */
  async setRunState(id: string, state: RunState): Promise<void> {
    const handle = await this.runHandle(id);
    await this.#transaction(async (session) => {
      if (state === 'COMPLETE') {
        await session.query('UPDATE run SET submitted = true WHERE handle = ? AND state <> 3', [handle]);
        await completeRuns(session, handle);
      } else {
        const number = stateNumber.get(state) ?? 0;
        await session.query('UPDATE run SET state = ?, submitted = false WHERE handle = ?', [number, handle]);
        if (state !== 'CANCELLED') return;
        // Whoever holds its work gives it up, or whoever takes it over finds nobody who wants it.
        await session.query('DELETE FROM want WHERE problem IN (SELECT handle FROM problem WHERE run = ?)', [
          handle,
        ]);
      }
    });
  }

  async deleteRun(id: string): Promise<void> {
    const handle = await this.runHandle(id);
    const process = (await this.shared.known) ?? 0;
    await this.#transaction(async (session) => {
      await session.query('SELECT handle FROM run WHERE handle = ? FOR UPDATE', [handle]);
      const [other] = await session.query<{ name: string }>(
        `SELECT name FROM claim JOIN process ON process.id = claim.process
         WHERE claim.run = ? AND process.id <> ? AND process.until > clock_timestamp() LIMIT 1`,
        [handle, process],
      );
      if (other !== undefined) throw busyError(id, other.name);
      // Once they are locked, nobody stores anything for them.
      const problems = await session.arrays<[number]>(
        'SELECT handle FROM problem WHERE run = ? ORDER BY handle FOR UPDATE',
        [handle],
      );
      await dropWorkOf(
        session,
        problems.map(([problem]) => problem),
      );
      for (const [problem] of problems) {
        await session.query('DELETE FROM verdict WHERE problem = ?', [problem]);
      }
      await session.query('DELETE FROM run WHERE handle = ?', [handle]);
    });
    this.forgetRun(id);
  }

  async claimRun(id: string): Promise<void> {
    const handle = await this.runHandle(id);
    const process = await this.#writing(() => this.shared.process());
    // Whoever is about to end the run has ended it before the claim, or sees the claim.
    await this.write(
      `INSERT INTO claim (run, process) SELECT handle, ?::bigint FROM run WHERE handle = ? FOR SHARE
       ON CONFLICT DO NOTHING`,
      process,
      handle,
    );
  }

  async releaseRun(id: string): Promise<void> {
    const process = await this.shared.known;
    if (process === undefined) return;
    await this.#transaction(async (session) => {
      const own =
        'DELETE FROM claim WHERE process = ? AND run = (SELECT handle FROM run WHERE id = ?) RETURNING run';
      const [claim] = await session.query<{ run: number }>(own, [process, id]);
      if (claim !== undefined) await completeRuns(session, claim.run);
    });
  }

  async putProblem(
    run: string,
    { id, dataset, promptTokens }: Omit<StoredProblem, 'handle' | 'digest'>,
    digest: string,
  ): Promise<number> {
    const handle = await this.runHandle(run);
    const [stored] = await this.all<{ handle: number; digest: string }>(findProblem, handle, id);
    if (stored?.digest === digest) return stored.handle;
    return this.#transaction(async (session) => {
      if (stored !== undefined) {
        await session.query(dropStale('want'), [handle, id, digest]);
        await session.query(dropStale('verdict'), [handle, id, digest]);
      }
      const cells = [handle, id, dataset, digest, promptTokens];
      const [row] = await session.query<{ handle: number }>(putProblem, cells);
      return (row as { handle: number }).handle;
    });
  }

  async findJudgements(keys: readonly string[]): Promise<Map<string, Judgement>> {
    const found = await this.#judgements.ask(keys);
    return new Map(pick(found, keys, (key) => key).map(([key, row]) => [key, toJudgement(row)]));
  }

  async #readJudgements(keys: readonly string[]): Promise<ReadonlyMap<string, JudgementRow>> {
    const rows = await this.#reading(() =>
      this.#session.query<JudgementRow>(
        `SELECT ${judgementColumns} FROM judgement j WHERE j.key = ANY(?::text[]) AND j.status <> 4`,
        [keys],
      ),
    );
    return new Map(rows.map((row) => [row.key, row]));
  }

  async findVerdicts(
    problem: number,
    verifier: number,
    candidates: readonly number[],
  ): Promise<Map<number, VerdictRow>> {
    if (candidates.length === 0) return new Map();
    const found = await this.#verdicts.ask(candidates.map((candidate) => ({ problem, verifier, candidate })));
    const own = pick(found, candidates, (candidate) => placeOf({ problem, verifier, candidate }));
    return new Map(own.map(([candidate, row]) => [candidate, toVerdictRow(row)]));
  }

  async #readVerdicts(places: readonly Place[]): Promise<ReadonlyMap<string, StoredVerdictRow>> {
    const rows = await this.#reading(() =>
      this.#session.query<StoredVerdictRow>(
        `SELECT ${verdictColumns}
         FROM unnest(?::bigint[], ?::smallint[], ?::bigint[]) AS w (problem, verifier, candidate)
         JOIN verdict v USING (problem, verifier, candidate) LEFT JOIN judgement j ON j.id = v.judgement`,
        [
          places.map(({ problem }) => problem),
          places.map(({ verifier }) => verifier),
          places.map(({ candidate }) => candidate),
        ],
      ),
    );
    return new Map(rows.map((row) => [placeOf(row), row]));
  }

  async commit(
    verdicts: readonly VerdictRow[],
    faults: readonly Fault[] = [],
    loads: readonly RunLoad[] = [],
  ): Promise<readonly VerdictRow[]> {
    const extras = await this.extraCells(faults, loads);
    const process = await this.shared.known;
    const { ids, refused } = await this.#writing(async () => {
      const free = await this.#ids.take(this.#db, freshOf(verdicts).length);
      return this.#db.transactionOnce((session) => commitRows(session, free, process, verdicts, extras));
    });
    for (const [judgement, id] of ids) judgement.id = id;
    return refused;
  }

  async withSnapshot<T>(read: (view: Store) => Promise<T>): Promise<T> {
    if (this.#session !== this.#db) return read(this);
    let begun = false;
    try {
      return await this.#db.snapshot((session) => {
        begun = true;
        return read(new PostgresStore(this.#db, this.location, this.shared.leaseMs, session));
      });
    } catch (error) {
      // What `read` throws is its own.
      throw begun ? error : readError(this.location, error);
    }
  }

  async close(): Promise<void> {
    if (this.#session !== this.#db) return;
    await this.shared.leave().catch(() => {});
    await this.#db.close();
  }
}

/** Of each question, by its key, what was found. */
function pick<Question, Row>(
  found: ReadonlyMap<string, Row>,
  questions: readonly Question[],
  keyOf: (question: Question) => string,
): [Question, Row][] {
  return questions.flatMap((question) => {
    const row = found.get(keyOf(question));
    return row === undefined ? [] : [[question, row] as [Question, Row]];
  });
}
