/** A real Postgres server for tests, private to their process; it ends with it, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { programsOf } from './programs.ts';

/** Why there can be none, for a test to skip itself with; false: there can. */
export const noPostgres: string | false =
  programsOf('postgres') === undefined ? 'there is no Postgres here (scripts/postgres.ts brings it)' : false;

export class Cluster {
  /** Of its first database. */
  readonly url: string;
  readonly #keeper: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #databases = 0;

  private constructor(keeper: ChildProcess, answers: AsyncIterator<string>, url: string) {
    this.#keeper = keeper;
    this.#answers = answers;
    this.url = url;
  }

  static async start(): Promise<Cluster> {
    const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'cluster.ts')];
    // A session of its own: what kills this process's group does not kill what cleans up after it.
    const keeper = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const answers = createInterface({ input: keeper.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
    const first = String((await answers.next()).value);
    if (!first.startsWith('ready ')) throw new Error(`Postgres does not start: ${first}`);
    const cluster = new Cluster(keeper, answers, first.slice('ready '.length));
    cluster.#hold(false);
    return cluster;
  }

  /** The process does not stay for the server's sake. */
  #hold(on: boolean): void {
    const { stdin, stdout } = this.#keeper as unknown as Record<
      'stdin' | 'stdout',
      import('node:net').Socket
    >;
    for (const each of [this.#keeper, stdin, stdout]) on ? each.ref() : each.unref();
  }

  async #ask(command: string): Promise<void> {
    this.#hold(true);
    this.#keeper.stdin?.write(`${command}\n`);
    const answer = String((await this.#answers.next()).value);
    this.#hold(false);
    if (answer !== 'done') throw new Error(`${command}: ${answer}`);
  }

  /** Ends the server in good order, or at once as a crash does (`stop -m immediate`). */
  stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    return this.#ask(how === 'fast' ? 'stop' : 'kill');
  }

  start(): Promise<void> {
    return this.#ask('start');
  }

  /** Crashes it and starts it again. */
  async restart(): Promise<void> {
    await this.stop('immediate');
    await this.start();
  }

  /** Gives it a disk of this size (as tmpfs has it: `64m`); the first time while it is stopped. Rejects without the right to mount. */
  resizeDisk(size: string): Promise<void> {
    return this.#ask(`size ${size}`);
  }

  /** The URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `assay_${process.pid}_${this.#databases++}`;
    await queryOnce(this.url, `CREATE DATABASE ${name}`);
    return this.url.replace(/[^/]*$/, name);
  }

  /** Takes all the room on its own disk (see `resizeDisk`), until `freeDisk`. */
  fillDisk(): Promise<void> {
    return this.#ask('fill');
  }

  /** Gives the room back; a server that has died of it starts again. */
  freeDisk(): Promise<void> {
    return this.#ask('free');
  }

  /** Ends the server and removes its files. */
  async close(): Promise<void> {
    this.#hold(true);
    const ended = new Promise((resolve) => this.#keeper.once('exit', resolve));
    this.#keeper.stdin?.end();
    await ended;
  }
}

/** The rows of one statement, over a connection of its own. */
export async function queryOnce(database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

let shared: Promise<Cluster> | undefined;

/** A new database in the server that all tests of this process share. */
export async function freshDatabase(): Promise<string> {
  shared ??= Cluster.start();
  return (await shared).createDatabase();
}
