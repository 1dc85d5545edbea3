/** The orchestrator: runs, pools of verifiers, and the store between them. Embedded or behind gRPC: the same. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from '@assay/client';
import {
  AssayError,
  type CreateRunRequestInit,
  type Run,
  type RunProgress,
  type VerifierStatus,
} from '@assay/contract';
import { buildReport } from '@assay/report';
import type { Store } from '@assay/store';
import { Committer } from './committer.ts';
import { parseTarget, resolveTarget, type Target } from './discovery.ts';
import { defaultOptions, type OrchestratorOptions } from './options.ts';
import { VerifierPool } from './pool.ts';
import { Replica, type ReplicaEvents } from './replica.ts';
import { ActiveRun } from './run.ts';

const tickMs = 250;
/** Milliseconds between claims of the runs at work. */
const claimMs = 5_000;

export class Orchestrator implements OrchestratorApi {
  readonly #store: Store;
  readonly #options: OrchestratorOptions;
  readonly #committer: Committer;
  readonly #pools = new Map<string, VerifierPool>();
  /** Every replica, whether it has said its name or not. */
  readonly #replicas = new Map<string, Replica>();
  readonly #targets: Target[] = [];
  /** When registered replicas must have registered again. */
  readonly #leases = new Map<string, number>();
  readonly #runs = new Map<string, ActiveRun>();
  readonly #timers: NodeJS.Timeout[];
  #lastTick = performance.now();
  #closed = false;

  /** `verifiers`: addresses as for `addVerifier`. */
  constructor(store: Store, verifiers: readonly string[] = [], options: Partial<OrchestratorOptions> = {}) {
    this.#store = store;
    this.#options = { ...defaultOptions, ...options };
    this.#committer = new Committer(store, this.#options);
    // The runs end with the error. Submitted again they try anew: there may be room on the disk by then.
    this.#committer.onFailure = (error) => {
      for (const run of this.#runs.values()) run.abort(error);
      this.#runs.clear();
      for (const pool of this.#pools.values()) pool.forgetAll();
    };
    this.#timers = [
      setInterval(() => this.#tick(), tickMs),
      setInterval(() => void this.#resolveNames(), this.#options.dnsIntervalMs),
      setInterval(() => void this.#renewClaims(), claimMs),
    ];
    for (const address of verifiers) this.addVerifier(address);
  }

  /** Adds `host:port` or `dns:host:port`. Error: `bad_address`. */
  addVerifier(address: string): void {
    const target = parseTarget(address);
    this.#targets.push(target);
    void this.#resolve(target);
  }

  /** Addresses that each DNS target had when it was last resolved. */
  readonly #resolved = new Map<Target, Set<string>>();

  async #resolve(target: Target): Promise<void> {
    const found = await resolveTarget(target);
    // A name server that fails for a while takes nobody out.
    if (found === undefined) return;
    const before = this.#resolved.get(target) ?? new Set();
    this.#resolved.set(target, new Set(found));
    for (const address of found) this.#connect(address);
    for (const address of before) if (!found.includes(address)) this.#disconnect(address);
  }

  async #resolveNames(): Promise<void> {
    for (const target of this.#targets) if (target.dns) await this.#resolve(target);
  }

  #connect(address: string): void {
    if (this.#closed || this.#replicas.has(address)) return;
    this.#replicas.set(address, new Replica(address, this.#events, this.#options));
  }

  /** The lease of a replica ends; one that is configured, too, stays. */
  #endLease(address: string): void {
    this.#leases.delete(address);
    if (!this.#resolved.values().some((addresses) => addresses.has(address))) this.#disconnect(address);
  }

  #disconnect(address: string): void {
    const replica = this.#replicas.get(address);
    if (replica === undefined) return;
    this.#replicas.delete(address);
    this.#leases.delete(address);
    replica.close();
    this.#poolOf(replica)?.detach(replica);
  }

  #poolOf(replica: Replica): VerifierPool | undefined {
    return replica.description && this.#pools.get(replica.description.name);
  }

  #pool(name: string): VerifierPool {
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = new VerifierPool(name, this.#options);
      this.#pools.set(name, pool);
    }
    return pool;
  }

  readonly #events: ReplicaEvents = {
    described: (replica) => {
      for (const pool of this.#pools.values()) pool.detach(replica);
      this.#pool(replica.description?.name ?? '').attach(replica);
    },
    verdict: (replica, task, verdict) => this.#poolOf(replica)?.onVerdict(replica, task, verdict),
    ended: (replica, batch, missing, end) => this.#poolOf(replica)?.onEnd(replica, batch, missing, end),
    changed: (replica) => this.#poolOf(replica)?.pump(),
  };

  #tick(): void {
    const now = performance.now();
    const late = now - this.#lastTick > 2 * tickMs;
    this.#lastTick = now;
    for (const pool of this.#pools.values()) pool.tick(now, late);
    for (const run of this.#runs.values()) if (!run.aborted) run.load.tick();
    for (const [address, end] of this.#leases) if (end < now) this.#endLease(address);
  }

  async #renewClaims(): Promise<void> {
    for (const [id, run] of this.#runs) {
      try {
        await this.#store.claimRun(id);
      } catch (error) {
        run.abort(error);
      }
    }
  }

  async createRun(request: CreateRunRequestInit): Promise<Run> {
    const id = request.id || randomUUID();
    const verifiers = request.verifiers ?? [];
    const mend = 'Name one or more verifiers, each once; ids are [A-Za-z0-9._-], up to 128 characters.';
    if (!/^[A-Za-z0-9._-]{1,128}$/.test(id)) {
      throw new AssayError('invalid_run', `${JSON.stringify(id.slice(0, 200))} is not a run id.`, { mend });
    }
    if (verifiers.length === 0 || new Set(verifiers).size < verifiers.length) {
      throw new AssayError('invalid_run', `Run ${id} names no verifier, or one twice.`, { mend });
    }
    return this.#store.openRun({
      id,
      verifiers,
      earlyStop: request.earlyStop ?? false,
      maxAttempts: request.maxAttempts ?? 0,
      labels: Object.fromEntries(Object.entries(request.labels ?? {})),
      uncached: request.uncached ?? false,
      priority: request.priority ?? 0,
      weight: Number(request.weight ?? 0) || 1,
      maxInFlight: request.maxInFlight ?? 0,
    });
  }

  async #open(id: string): Promise<Run> {
    const run = await this.#store.getRun(id);
    if (run === undefined) {
      throw new AssayError('run_unknown', `There is no run ${id}.`, {
        mend: 'List the runs with: assay report',
      });
    }
    return run;
  }

  /** The run at work, with one submission more; its verifiers must have been heard of. Error: `verifier_unknown`. */
  async #activate(id: string, signal: AbortSignal | undefined): Promise<ActiveRun> {
    const run = await this.#open(id);
    const pools = run.verifiers.map((name) => this.#pool(name));
    for (const pool of pools) {
      if (!(await pool.waitKnown(this.#options.unavailableMs, signal))) {
        signal?.throwIfAborted();
        const heard = [...this.#replicas.values()].map((replica) => {
          return `${replica.address}: ${replica.description?.name ?? replica.lastFault}`;
        });
        throw new AssayError(
          'verifier_unknown',
          `No replica of verifier ${pool.name} answers (${heard.join('; ') || 'no address is known'}).`,
          { mend: 'Start it and name its address with --verifier-address, or let it register itself.' },
        );
      }
    }
    if (run.state !== 'CANCELLED' && (await this.#open(id)).state === 'CANCELLED') throw cancelled(id);
    if (!this.#runs.has(id)) {
      await this.#store.claimRun(id);
      await this.#store.setRunState(id, 'OPEN');
    }
    // Asked after the awaits: another submission may have been here meanwhile.
    let active = this.#runs.get(id);
    if (active === undefined) {
      active = new ActiveRun({ ...run, state: 'OPEN' }, pools, this.#store, this.#committer, this.#options);
      active.onIdle = (idle) => {
        this.#retireIdle(idle).catch((error: unknown) => this.#committer.fail(error));
      };
      this.#runs.set(id, active);
    }
    active.submissions++;
    return active;
  }

  async submit(id: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    const active = await this.#activate(id, options.signal);
    active.load.begin();
    try {
      await active.submit(input, options);
      active.whole ||= options.complete ?? false;
    } catch (error) {
      // What the store has lost may be needed by other work under way.
      if (error instanceof AssayError && error.code === 'store_write') this.#committer.fail(error);
      throw error;
    } finally {
      active.load.end(active.aborted);
      await this.#committer.flush();
      active.submissions--;
      await this.#retireIdle(active);
    }
  }

  /** Lets a run go when nobody submits to it and all its work is durable. */
  async #retireIdle(active: ActiveRun): Promise<void> {
    const { id } = active.run;
    if (active.submissions > 0 || active.outstanding > 0 || this.#runs.get(id) !== active) return;
    if (active.whole) active.run.state = 'COMPLETE';
    // Begun together: a submission that comes in between claims the run anew.
    await Promise.all([active.whole && this.#store.setRunState(id, 'COMPLETE'), this.#retire(id)]);
  }

  async #retire(id: string): Promise<void> {
    this.#runs.delete(id);
    // A claim that cannot be taken back is void when this process ends.
    await this.#store.releaseRun(id).catch(() => {});
  }

  async *watchRun(
    id: string,
    options: { once?: boolean; intervalMs?: number; signal?: AbortSignal } = {},
  ): AsyncIterable<RunProgress> {
    const { once = false, intervalMs = 500, signal } = options;
    await this.#open(id);
    let active = this.#runs.get(id);
    for (;;) {
      active = this.#runs.get(id) ?? active;
      const run = await this.#open(id);
      yield { ...(active?.progress() ?? idleProgress), run };
      if (once || (run.state !== 'OPEN' && !this.#runs.has(id))) return;
      await sleep(intervalMs, undefined, { signal }).catch(() => {});
      if (signal?.aborted) return;
    }
  }

  async getReport(id: string, options: { level?: number } = {}): Promise<string> {
    await this.#open(id);
    await this.#committer.flush();
    return JSON.stringify(await buildReport(this.#store, id, options));
  }

  listRuns(): Promise<Run[]> {
    return this.#store.listRuns();
  }

  /** Replicas that have not said their name are listed under an empty one. */
  async listVerifiers(): Promise<VerifierStatus[]> {
    const named = [...this.#pools.values()].map((pool) => pool.status());
    const unnamed = [...this.#replicas.values()].filter((replica) => replica.description === undefined);
    if (unnamed.length > 0) {
      named.push({
        name: '',
        replicas: unnamed.map((replica) => replica.status()),
        queued: 0,
        workS: 0,
        slots: 0,
      });
    }
    return named;
  }

  async cancelRun(id: string): Promise<Run> {
    const run = await this.#open(id);
    const active = this.#runs.get(id);
    if (active !== undefined) {
      active.abort(cancelled(id));
      for (const pool of this.#pools.values()) pool.dropUnwanted();
      await this.#committer.flush();
      await this.#retire(id);
    }
    await this.#store.setRunState(id, 'CANCELLED');
    return { ...run, state: 'CANCELLED' };
  }

  async registerVerifier(address: string, drain = false): Promise<number> {
    const { host, port, dns } = parseTarget(address);
    if (dns) throw new AssayError('bad_address', 'A replica registers under one address: host:port.');
    const canonical = (await resolveTarget({ host, port, dns }))?.[0] ?? address;
    if (drain) {
      this.#endLease(canonical);
      return 0;
    }
    this.#connect(canonical);
    this.#leases.set(canonical, performance.now() + this.#options.leaseS * 1000);
    return this.#options.leaseS;
  }

  /** Makes what is finished durable and closes all connections; the store stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    const closed = new AssayError('closed', 'The orchestrator is shutting down.', {
      mend: 'Run the same command again to go on.',
    });
    for (const run of this.#runs.values()) run.abort(closed);
    await this.#committer.flush();
    for (const id of [...this.#runs.keys()]) await this.#retire(id);
    for (const pool of this.#pools.values()) pool.close();
    for (const address of [...this.#replicas.keys()]) this.#disconnect(address);
  }
}

function cancelled(id: string): AssayError {
  return new AssayError('run_cancelled', `Run ${id} was cancelled.`, {
    mend: 'Its verdicts are kept; submit again to go on.',
  });
}

const idleProgress = {
  problems: 0,
  submitted: 0,
  done: 0,
  judged: 0,
  shared: 0,
  stored: 0,
  skipped: 0,
  errors: 0,
  correct: 0,
  rate: 0,
  inputShare: 0,
};
