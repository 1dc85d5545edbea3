/** A process of the fleet, which comes back at the same address however it went. */
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, startNode } from '../support/process.ts';

/** Longer than any chaos: members end with their test. */
const lifetimeMs = 3_600_000;

export interface MemberOptions {
  /** Its module, and the arguments before `--port PORT`. */
  module: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export class Member {
  readonly name: string;
  readonly #t: TestContext;
  readonly #options: MemberOptions;
  #process: Running | undefined;
  #port = '0';
  #restarted = Promise.resolve();

  constructor(t: TestContext, name: string, options: MemberOptions) {
    this.#t = t;
    this.name = name;
    this.#options = options;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<this> {
    const { module, args, env = {} } = this.#options;
    this.#process = startNode(this.#t, module, [...args, '--port', this.#port], {
      env,
      timeoutMs: lifetimeMs,
    });
    const { address } = JSON.parse(await this.#process.line(/"ready":true/)) as { address: string };
    this.#port = address.split(':').at(-1) ?? '0';
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends it by this signal, waits until it is gone, and starts it again; after restarts that were asked for before. */
  restart(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.#restarted = this.#restarted.then(async () => {
      this.signal(signal);
      // One that is stopped hears no SIGTERM.
      this.signal('SIGCONT');
      await this.#process?.ended;
      await this.#startAgain();
    });
    return this.#restarted;
  }

  /** As its supervisor would: again, where the store was not there. */
  async #startAgain(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.start();
        return;
      } catch (error) {
        if (!/error \[store_/.test(String(error)) || tries === 60) throw error;
        await sleep(500);
      }
    }
  }
}
