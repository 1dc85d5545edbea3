/** The slots of this service, each with its own warm sandboxes: as many programs run at once as there are slots. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { type Role, removeLeftovers } from './container.ts';
import { Gate } from './gate.ts';
import { Sandbox, SandboxLost } from './sandbox.ts';

export interface PoolOptions {
  readonly image: string;
  readonly runtime?: string | undefined;
}

/** Runs after which a sandbox is replaced by a fresh one, in case something does build up in it. */
const maxRuns = 50_000;

/** How long a slot waits for an engine that is not there, as while it is started anew. */
const engineMs = 15_000;

export class Slot {
  readonly #pool: SandboxPool;
  readonly #sandboxes = new Map<Role, Sandbox>();
  /** Of the work that has the slot. */
  #signal: AbortSignal | undefined;

  constructor(pool: SandboxPool) {
    this.#pool = pool;
  }

  get gate(): Gate {
    return this.#pool.gate;
  }

  /** Does work until it has ended; once `signal` has aborted, all that it runs is ended, and it gets no sandbox any more. */
  async occupy<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const end = () => void this.reset();
    signal.throwIfAborted();
    signal.addEventListener('abort', end);
    this.#signal = signal;
    try {
      return await work(this);
    } finally {
      this.#signal = undefined;
      signal.removeEventListener('abort', end);
    }
  }

  /**
   * A sandbox with this much memory that nobody else uses; started or replaced where it has to be. Throws SandboxLost,
   * and the reason of a signal that has aborted.
   */
  async sandbox(role: Role, memoryBytes: number): Promise<Sandbox> {
    const signal = this.#signal;
    signal?.throwIfAborted();
    const known = this.#sandboxes.get(role);
    if (
      known !== undefined &&
      !known.isLost &&
      known.runs < maxRuns &&
      (await known.setMemory(memoryBytes))
    ) {
      return known;
    }
    // One that is lost is being removed, as far as the engine can: nothing is to wait for that.
    if (known?.isLost) this.#pool.missing();
    else await known?.close();
    const fresh = await this.#pool.startSandbox(role, memoryBytes);
    this.#sandboxes.set(role, fresh);
    if (signal?.aborted) await this.reset();
    signal?.throwIfAborted();
    return fresh;
  }

  /** Ends its sandboxes: what runs in them is of no use any more, or cannot be trusted. */
  async reset(): Promise<void> {
    const all = [...this.#sandboxes.values()];
    this.#sandboxes.clear();
    await Promise.all(all.map((sandbox) => sandbox.close()));
  }
}

/** Whether the engine will say no again: it has no such image or runtime. */
function isRefusal(error: unknown): boolean {
  const { statusCode } = ((error as Error).cause ?? {}) as { statusCode?: number };
  return statusCode === 400 || statusCode === 404;
}

export class SandboxPool {
  readonly docker: Docker;
  readonly gate = new Gate();
  readonly #options: PoolOptions;
  readonly #free: Slot[] = [];
  readonly #all: Slot[] = [];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #closed = false;
  /** Whether the runtime turned out to have a kernel of its own. */
  #ownKernel = false;
  /** Whether a container may be left somewhere. */
  #missing = false;

  constructor(docker: Docker, slots: number, options: PoolOptions) {
    this.docker = docker;
    this.#options = options;
    for (let i = 0; i < slots; i++) this.#all.push(new Slot(this));
    this.#free.push(...this.#all);
  }

  /** Removes what services that died have left on this machine's engine. */
  async clean(): Promise<void> {
    await removeLeftovers(this.docker);
  }

  /** A sandbox was lost: when the engine works again, what is left of it is to be removed. */
  missing(): void {
    this.#missing = true;
  }

  /** Does work in a slot of its own. When `signal` aborts, what runs in the slot is ended. */
  async withSlot<T>(signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? (await new Promise<Slot>((take) => this.#waiting.push(take)));
    try {
      return await slot.occupy(signal, work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }

  /** @throws SandboxLost where no container can be started for a while. */
  async startSandbox(role: Role, memoryBytes: number): Promise<Sandbox> {
    const until = performance.now() + engineMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, 1000)) {
      try {
        if (this.#closed) throw new SandboxLost('the service is stopping');
        const ownKernel = this.#ownKernel;
        const sandbox = await Sandbox.start(this.docker, { ...this.#options, role, memoryBytes, ownKernel });
        if (this.#closed) {
          await sandbox.close();
          throw new SandboxLost('the service is stopping');
        }
        if (this.#missing) {
          this.#missing = false;
          this.clean().catch(() => this.missing());
        }
        if (sandbox.ownKernel === ownKernel) return sandbox;
        this.#ownKernel = sandbox.ownKernel;
        await sandbox.close();
        continue;
      } catch (error) {
        this.missing();
        if (this.#closed || isRefusal(error) || performance.now() > until) throw error;
      }
      await sleep(pauseMs);
    }
  }

  /** Ends all sandboxes. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#all.map((slot) => slot.reset()));
    if (this.#missing) await this.clean().catch(() => {});
  }
}
