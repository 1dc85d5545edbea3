/** The durable queue of processes that share a Postgres store. */
import { ownName } from '../process-name.ts';
import type { SharedWork, TakenWork, Waiting, Want, Work } from '../store.ts';
import { lockProblems, unwant } from './commit.ts';
import type { Database } from './database.ts';
import { writeError } from './errors.ts';
import type { Session } from './session.ts';
import {
  completeRuns,
  contentUnknown,
  deadOwner,
  dropJudged,
  dropUnwanted,
  lockContents,
  putWants,
  putWork,
  takeFree,
  withWants,
} from './work.ts';

/** Milliseconds between looks for what nobody needs any more. */
const pruneMs = 60_000;

export class PostgresShared implements SharedWork {
  readonly leaseMs: number;
  readonly #db: Database;
  readonly #location: string;
  #process: Promise<number> | undefined;
  #pruned = performance.now();

  constructor(db: Database, location: string, leaseMs: number) {
    this.#db = db;
    this.#location = location;
    this.leaseMs = leaseMs;
  }

  /** Number of this process among those that share the store; it lives from now on. */
  process(): Promise<number> {
    this.#process ??= this.#db
      .query<{ id: number }>(`INSERT INTO process (name, until) VALUES (?, ${this.#leaseEnd}) RETURNING id`, [
        ownName,
      ])
      .then(([row]) => row?.id ?? 0);
    this.#process.catch(() => {
      this.#process = undefined;
    });
    return this.#process;
  }

  /** The same, for who writes and holds nothing: undefined where this process has no number. */
  get known(): Promise<number | undefined> | undefined {
    return this.#process?.catch(() => undefined);
  }

  get #leaseEnd(): string {
    return `clock_timestamp() + interval '${Math.round(this.leaseMs)} milliseconds'`;
  }

  async beat(): Promise<void> {
    const id = await this.#told(() => this.process());
    await this.#told(async () => {
      const [row] = await this.#db.query<{ ending: boolean }>(
        `INSERT INTO process (id, name, until) VALUES (?, ?, ${this.#leaseEnd})
         ON CONFLICT (id) DO UPDATE SET until = excluded.until
         RETURNING EXISTS (SELECT FROM run WHERE submitted AND state <> 2) AS ending`,
        [id, ownName],
      );
      if (row?.ending) await this.#db.transaction((session) => completeRuns(session));
      if (performance.now() - this.#pruned > pruneMs) await this.prune();
    });
  }

  /** Forgets what nobody needs any more: contents of no work, receipts, dead processes; all of an hour ago. */
  async prune(): Promise<void> {
    this.#pruned = performance.now();
    await this.#db.transaction(async (session) => {
      await session.query(
        `DELETE FROM content WHERE touched < clock_timestamp() - interval '1 hour'
           AND NOT EXISTS (SELECT FROM work WHERE work.digest = content.digest)`,
      );
      await session.query("DELETE FROM receipt WHERE at < clock_timestamp() - interval '1 hour'");
      await session.query(
        `DELETE FROM process WHERE id <> 0 AND until < clock_timestamp() - interval '1 hour'
           AND NOT EXISTS (SELECT FROM work WHERE owner = process.id)`,
      );
    });
  }

  putContent(digest: string, content: Uint8Array): Promise<void> {
    return this.#told(async () => {
      await this.#db.query(
        `INSERT INTO content (digest, bytes, touched) VALUES (?, ?, clock_timestamp())
         ON CONFLICT (digest) DO UPDATE SET touched = excluded.touched
         WHERE content.touched < excluded.touched - interval '10 minutes'`,
        [digest, content],
      );
    });
  }

  async enqueue(
    work: readonly Work[],
    wants: readonly Want[],
  ): Promise<Map<string, 'mine' | 'elsewhere' | 'judged'>> {
    const process = await this.#told(() => this.process());
    const byKey = new Map(work.map((each) => [each.key, each]));
    const byPlace = new Map(
      wants.map((want) => [`${want.problem} ${want.verifier} ${want.candidate}`, want]),
    );
    const other = wants.find(({ key }) => !byKey.has(key));
    if (other !== undefined) throw new RangeError(`a want of ${other.key}, which is not among the work`);
    if (byKey.size === 0) return new Map();
    return this.#told(() =>
      this.#db.transaction(async (session) => {
        const problems = wants.map(({ problem }) => problem);
        // In this order.
        const [, , , owners, , judged] = await Promise.all([
          lockProblems(session, problems),
          lockContents(session, [...byKey.values()]),
          this.#lockProcess(session, process),
          putWork(session, process, [...byKey.values()]),
          putWants(session, [...byPlace.values()]),
          dropJudged(session, [...byKey.keys()]),
        ]);
        const answer = ([key, owner]: [string, number]) => {
          return [key, judged.has(key) ? 'judged' : owner === process ? 'mine' : 'elsewhere'] as const;
        };
        return new Map(owners.map(answer));
      }),
    );
  }

  /** While it gets work it is not forgotten, however long it has been silent. */
  async #lockProcess(session: Session, process: number): Promise<void> {
    const lock = 'SELECT id FROM process WHERE id = ? FOR KEY SHARE';
    if ((await session.query(lock, [process])).length > 0) return;
    await session.query(
      `INSERT INTO process (id, name, until) VALUES (?, ?, ${this.#leaseEnd}) ON CONFLICT (id) DO NOTHING`,
      [process, ownName],
    );
  }

  async take(verifiers: readonly string[], limit: number, bytes = Infinity): Promise<TakenWork[]> {
    const process = await this.#told(() => this.process());
    const some = `SELECT FROM work WHERE verifier = ANY(?::text[]) AND ${deadOwner} LIMIT 1`;
    return this.#told(async () => {
      // Mostly there is nothing to take, and nothing to write.
      if ((await this.#db.query(some, [verifiers])).length === 0) return [];
      return this.#db.transactionOnce(async (session) => {
        await this.#lockProcess(session, process);
        const taken = await takeFree(session, process, verifiers, limit, bytes);
        return taken.length === 0 ? [] : withWants(session, taken);
      });
    });
  }

  content(digest: string): Promise<Uint8Array> {
    return this.#told(async () => {
      const find = 'SELECT bytes FROM content WHERE digest = ?';
      const [row] = await this.#db.query<{ bytes: Uint8Array }>(find, [digest]);
      if (row === undefined) throw contentUnknown([digest]);
      return row.bytes;
    });
  }

  async release(keys: readonly string[], failed = false): Promise<void> {
    if (keys.length === 0) return;
    const process = await this.#told(() => this.process());
    await this.#told(() =>
      this.#db.transaction(async (session) => {
        const held = await session.arrays<[string]>(
          'SELECT key FROM work WHERE key = ANY(?::text[]) AND owner = ? ORDER BY key FOR UPDATE',
          [keys, process],
        );
        const own = held.map(([key]) => key);
        if (own.length === 0) return;
        await dropUnwanted(session, own);
        const count = failed ? ', taken = taken + 1' : '';
        await session.query(`UPDATE work SET owner = 0${count} WHERE key = ANY(?::text[])`, [own]);
      }),
    );
  }

  unwant(wants: readonly Omit<Want, 'key' | 'tokens'>[]): Promise<void> {
    return this.#told(() => this.#db.transaction((session) => unwant(session, wants)));
  }

  async unsettled(wants: readonly Want[]): Promise<Waiting[]> {
    if (wants.length === 0) return [];
    return this.#told(() =>
      this.#db.query<Waiting>(
        `SELECT problem, verifier, candidate, tokens, key,
           EXISTS (SELECT FROM work JOIN process ON process.id = work.owner
             WHERE work.key = want.key AND process.until > clock_timestamp()) AS held
         FROM unnest(?::bigint[], ?::smallint[], ?::bigint[]) AS w (problem, verifier, candidate)
         JOIN want USING (problem, verifier, candidate)`,
        [
          wants.map(({ problem }) => problem),
          wants.map(({ verifier }) => verifier),
          wants.map(({ candidate }) => candidate),
        ],
      ),
    );
  }

  async unowned(): Promise<Map<string, number>> {
    const count = `SELECT verifier, COUNT(*)::int FROM work WHERE ${deadOwner} GROUP BY verifier`;
    return new Map(await this.#told(() => this.#db.arrays<[string, number]>(count)));
  }

  async leave(): Promise<void> {
    const process = await this.known;
    this.#process = undefined;
    if (process === undefined) return;
    await this.#told(() =>
      this.#db.transaction(async (session) => {
        await session.query("UPDATE process SET until = '-infinity' WHERE id = ?", [process]);
        await session.query('DELETE FROM claim WHERE process = ?', [process]);
        await completeRuns(session);
      }),
    );
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw writeError(this.#location, error);
    }
  }
}
