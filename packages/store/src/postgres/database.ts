/** Connections to Postgres, and what is tried again on another one where one is lost. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AtMost } from './at-most.ts';
import { isConflict, isLost, isStarting, isTaken } from './errors.ts';
import { run, type Session, type Transaction, transactionOn, type Value } from './session.ts';
import { fromStored } from './text.ts';

export interface DatabaseOptions {
  /** Connections at most, beside those of snapshots (4). @default 10 */
  connections?: number;
  /** Milliseconds for one connection to be made. @default 5000 */
  connectTimeoutMs?: number;
  /** Milliseconds for one statement; 0: as long as it takes. @default 60000 */
  statementTimeoutMs?: number;
  /** Milliseconds for which what was lost with its connection is tried again. @default 30000 */
  retryMs?: number;
}

// Text, char varying; then numbers that JavaScript has room for: int8 and numeric hold counts, times and indices here.
const parsers = new Map<number, (text: string) => unknown>([
  [25, fromStored],
  [1043, fromStored],
  [20, Number],
  [1700, Number],
]);
const types = {
  getTypeParser: (oid: number, format?: string) =>
    (format === 'binary' ? undefined : parsers.get(oid)) ?? pg.types.getTypeParser(oid, format as 'text'),
};

/**
 * Plans are made for the tables as they are now, always by index: those of work grow from nothing to a million rows and
 * back faster than statistics are taken. In the index's order, so that all lock rows in one order.
 */
const settings = `SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
  SET jit = off`;

/** Snapshots at a time; who asks for one more waits. */
const snapshots = 4;

export class Database implements Session {
  readonly #pool: pg.Pool;
  /** Apart: a snapshot keeps its connection for as long as a report takes, and what commits must find one. */
  readonly #snapshots: pg.Pool;
  /** Before the pool: there, whoever waits for longer than a connection may take to be made is turned away. */
  readonly #turns = new AtMost(snapshots);
  readonly #retryMs: number;
  /** Receipts that nobody will ask for again. */
  readonly #spent: string[] = [];

  constructor(url: string, options: DatabaseOptions) {
    this.#retryMs = options.retryMs ?? 30_000;
    this.#pool = newPool(url, options.connections ?? 10, options);
    this.#snapshots = newPool(url, snapshots, options);
  }

  /** The first connection: a server that is not there is told at once, one that starts is waited for. */
  async greet(): Promise<void> {
    await this.#retrying(() => run(this.#pool, 'SELECT 1', [], false), isStarting);
  }

  /** Where it is and who asks, without password. */
  static locate(url: string): string {
    const { user, host, port, database } = new pg.Client(url);
    const where = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return `postgres://${user ?? ''}@${where}/${database ?? ''}`;
  }

  async query<Row>(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    return this.#retrying(() => run<Row>(this.#pool, sql, values, false));
  }

  async arrays<Row>(sql: string, values: readonly Value[] = []): Promise<Row[]> {
    return this.#retrying(() => run<Row>(this.#pool, sql, values, true));
  }

  async script(sql: string): Promise<void> {
    await this.#retrying(() => this.#pool.query(sql));
  }

  /**
   * Does everything or nothing. `body` is begun again where the connection is lost or the database gives it up: also
   * where it was committed and only the answer was lost, so it must bear that. Statements that need nothing of each
   * other are best asked together (Promise.all): each way to the database and back costs as much as most statements.
   */
  transaction<T>(body: (session: Session) => Promise<T>): Promise<T> {
    return this.#retrying(async () => {
      const client = await this.#pool.connect();
      const session = transactionOn(client);
      try {
        const begun = client.query('BEGIN');
        const [value] = await Promise.all([body(session), begun]);
        session.end();
        await client.query('COMMIT');
        client.release();
        return value;
      } catch (error) {
        await giveUp(client, session, error);
        throw error;
      }
    });
  }

  /**
   * The same for what must not be done twice. Its receipt, a row of the same transaction, tells a later attempt that an
   * earlier one was committed, or has it wait for one that is still under way. (The number of a transaction would not
   * do: after a crash the server gives those that it forgot to others.)
   */
  async transactionOnce<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const receipt = randomUUID();
    let committing: { value: T } | undefined;
    try {
      return await this.transaction(async (session) => {
        const spent = this.#spent.splice(0);
        const [, value] = await Promise.all([
          session.query(
            'WITH old AS (DELETE FROM receipt WHERE id = ANY(?::uuid[])) INSERT INTO receipt (id) VALUES (?)',
            [spent, receipt],
          ),
          body(session),
        ]);
        committing = { value };
        return value;
      });
    } catch (error) {
      if (committing === undefined || !isTaken(error, 'receipt_pkey')) throw error;
      return committing.value;
    } finally {
      this.#spent.push(receipt);
    }
  }

  /** Reads everything as it is at this moment, on one connection. */
  snapshot<T>(read: (session: Session) => Promise<T>): Promise<T> {
    return this.#turns.take(() => this.#readSnapshot(read));
  }

  async #readSnapshot<T>(read: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#retrying(async () => {
      const taken = await this.#snapshots.connect();
      try {
        await taken.query(
          'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0',
        );
        // The snapshot is taken by the first read of a transaction.
        await taken.query('SELECT 1 FROM run LIMIT 1');
        return taken;
      } catch (error) {
        taken.release(true);
        throw error;
      }
    });
    const session = transactionOn(client);
    try {
      return await read(session);
    } finally {
      await giveUp(client, session);
    }
  }

  async #retrying<T>(
    attempt: () => Promise<T>,
    mayPass = (error: unknown) => isLost(error) || isConflict(error),
  ): Promise<T> {
    const end = performance.now() + this.#retryMs;
    for (let pauseMs = 20; ; pauseMs = Math.min(1_000, pauseMs * 2)) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayPass(error) || performance.now() + pauseMs > end) throw error;
        // Those that lost their connections together do not come back together.
        await sleep(pauseMs * (0.5 + Math.random()));
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#snapshots.end()]);
  }
}

function newPool(url: string, max: number, options: DatabaseOptions): pg.Pool {
  const { connectTimeoutMs = 5_000, statementTimeoutMs = 60_000 } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // For a server that says nothing at all.
    query_timeout: statementTimeoutMs && statementTimeoutMs + 5_000,
    // A process that stands still keeps no row from others for longer than this.
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    // What is asked without waiting for the answer before it goes out at once, and is done in that order.
    pipeline: true,
    application_name: 'assay',
    allowExitOnIdle: true,
    types,
    onConnect: async (client) => {
      await client.query(settings);
    },
  } as pg.PoolConfig);
  // A connection that breaks is told to whoever uses it next; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Ends what the connection was at, and the connection where it is lost. */
async function giveUp(client: pg.PoolClient, transaction: Transaction, error?: unknown): Promise<void> {
  transaction.end();
  const rolledBack = !isLost(error) && (await client.query('ROLLBACK').catch(() => undefined));
  client.release(!rolledBack);
}
