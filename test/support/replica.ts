/** A verifier's process that can be killed and started again at the same address. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Running, startNode, startProgram } from './process.ts';
import { repository } from './temp.ts';

export interface ReplicaOptions {
  /** Its main module. Default: the stub. */
  entry?: string;
  /** Instead of a module: a program and its first arguments. */
  program?: readonly [string, ...string[]];
  /** Flags of the kit. */
  flags?: string[];
  env?: Readonly<Record<string, string>>;
  /** Mean time of a judgement of the stub. */
  meanMs?: number;
}

export class Replica {
  readonly #t: TestContext;
  readonly #options: ReplicaOptions;
  #process: Running | undefined;
  #address = '';

  private constructor(t: TestContext, options: ReplicaOptions) {
    this.#t = t;
    this.#options = options;
  }

  /** Starts a replica and waits until it listens. */
  static async start(t: TestContext, options: ReplicaOptions = {}): Promise<Replica> {
    const replica = new Replica(t, options);
    await replica.restart();
    return replica;
  }

  /** host:port, the same in all its lives. */
  get address(): string {
    return this.#address;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** What it wrote in this life. */
  get output(): Pick<Running, 'stdout' | 'stderr'> {
    return { stdout: this.#process?.stdout ?? '', stderr: this.#process?.stderr ?? '' };
  }

  /** Kills it where it still runs. */
  async restart({ meanMs = this.#options.meanMs ?? 0 } = {}): Promise<void> {
    await this.kill();
    const { program, entry = join(repository, 'test/support/stub.ts'), flags = [] } = this.#options;
    const port = this.#address.split(':')[1] ?? '0';
    const args = ['--exit-with-parent', '--log-level', 'error', '--port', port, ...flags];
    const env = { ...this.#options.env, STUB_MEAN_MS: String(meanMs) };
    const options = { env, timeoutMs: 180_000 };
    this.#process = program
      ? startProgram(this.#t, program[0], [...program.slice(1), ...args], options)
      : startNode(this.#t, entry, args, options);
    const { address } = JSON.parse(await this.#process.line(/"ready":true/)) as { address: string };
    this.#address = address;
  }

  /** Sends a signal; SIGKILL settles when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#process?.kill(signal);
    if (signal === 'SIGKILL') await this.#process?.ended;
  }
}

/** The options of `assay run` for these replicas of the stub. */
export function judgedBy(...replicas: Replica[]): string[] {
  return ['--verifier', 'stub', ...replicas.flatMap(({ address }) => ['--verifier-address', address])];
}
