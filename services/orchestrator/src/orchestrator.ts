/** The orchestrator: runs, pools of verifiers, and the store between them. Embedded or behind gRPC: the same. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from '@assay/client';
import {
  AssayError,
  type CreateRunRequestInit,
  type Dialed,
  Dialer,
  type Run,
  type RunProgress,
  type VerifierStatus,
} from '@assay/contract';
import { buildReport } from '@assay/report';
import type { Store, TakenWork } from '@assay/store';
import { TenantAllowances } from './allowance.ts';
import { Committer } from './committer.ts';
import { formatAddress, parseTarget, resolveTarget, type Target } from './discovery.ts';
import { defaultOptions, type OrchestratorOptions } from './options.ts';
import { VerifierPool } from './pool.ts';
import { Replica, type ReplicaEvents } from './replica.ts';
import { Reports } from './reports.ts';
import { ActiveRun } from './run.ts';
import { runSettings } from './run-settings.ts';
import { Sharing } from './shared.ts';
import { Takeover } from './takeover.ts';
import type { ProblemRef } from './task.ts';

/** To processes that this one started. */
const localDialer = new Dialer();

const tickMs = 250;
/** Milliseconds between claims of the runs at work; in a shared store that is also when it is seen that one was cancelled. */
const claimMs = 5_000;
const sharedClaimMs = 1_000;
/** Of these, milliseconds in which it is asked which problems others have solved. */
const learnMs = 200;

export class Orchestrator implements OrchestratorApi {
  readonly #store: Store;
  readonly #options: OrchestratorOptions;
  readonly #dialer: Dialer;
  readonly #committer: Committer;
  readonly #reports: Reports;
  readonly #sharing: Sharing | undefined;
  readonly #takeover: Takeover | undefined;
  readonly #pools = new Map<string, VerifierPool>();
  /** Every replica, whether it has said its name or not. */
  readonly #replicas = new Map<string, Replica>();
  readonly #targets = new Map<Target, Dialed>();
  /** When registered replicas must have registered again. */
  readonly #leases = new Map<string, number>();
  readonly #runs = new Map<string, ActiveRun>();
  readonly #tenants: TenantAllowances;
  /** Those that were at work a moment ago: their claims are being taken back. */
  readonly #retiring = new Map<string, Promise<unknown>>();
  readonly #submitting = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[];
  #isRenewing = false;
  #lastTick = performance.now();
  #closed = false;

  /** `verifiers`: addresses as for `addVerifier`. */
  constructor(store: Store, verifiers: readonly string[] = [], options: Partial<OrchestratorOptions> = {}) {
    this.#store = store;
    this.#options = { ...defaultOptions, ...options };
    this.#dialer = this.#options.dialer ?? Dialer.ofVerifiers();
    this.#tenants = new TenantAllowances(this.#options.tenantLimits);
    this.#committer = new Committer(store, this.#options);
    this.#reports = new Reports(async (id, level) => {
      await this.#committer.flush();
      return JSON.stringify(await buildReport(store, id, level === undefined ? {} : { level }));
    });
    // The runs end with the error. Submitted again they try anew: there may be room on the disk by then.
    this.#committer.onFailure = (error) => {
      for (const run of this.#runs.values()) run.abort(error);
      this.#runs.clear();
      for (const pool of this.#pools.values()) pool.forgetAll();
      this.#sharing?.giveUp();
    };
    // The store is well: only this run ends, and what it judged is given back.
    this.#committer.onRefused = (id, rows, error) => {
      this.#runs.get(id)?.fail(error);
      for (const pool of this.#pools.values()) {
        pool.forgetAll();
        pool.dropUnwanted();
      }
      const works = new Set(rows.map(({ judgement }) => judgement?.work));
      this.#sharing?.release(
        [...works].filter((key) => key !== undefined),
        true,
      );
    };
    this.#sharing = store.shared && new Sharing(store, store.shared);
    this.#takeover =
      this.#sharing &&
      new Takeover(this.#sharing, {
        pools: () => this.#pools.values(),
        room: () => this.#room(),
        adopt: (work, problem) => {
          this.#options.meters?.tookOver(1);
          return this.#adopt(work, problem);
        },
      });
    this.#timers = [
      setInterval(() => this.#tick(), tickMs),
      setInterval(() => void this.#resolveNames(), this.#options.dnsIntervalMs),
      setInterval(() => void this.#renewClaims(), store.shared === undefined ? claimMs : sharedClaimMs),
    ];
    this.#options.meters?.watch({
      verifiers: () => this.listVerifiers(),
      runs: () => this.#runs.size,
      outstanding: () => this.#runs.values().reduce((sum, run) => sum + run.outstanding, 0),
    });
    for (const address of verifiers) this.addVerifier(address);
  }

  /**
   * Adds `host:port` or `dns:host:port`; `local`: a process of ours on this machine, which needs neither TLS nor a
   * token. Errors: `bad_address`, `plain_text`.
   */
  addVerifier(address: string, { local = false } = {}): void {
    const target = parseTarget(address);
    const { host, port, dns } = target;
    const dialed = (local ? localDialer : this.#dialer).dial(
      formatAddress(host, port),
      dns ? host : undefined,
    );
    this.#targets.set(target, dialed);
    void this.#resolve(target, dialed);
  }

  /** Addresses that each DNS target had when it was last resolved. */
  readonly #resolved = new Map<Target, Set<string>>();

  async #resolve(target: Target, dialed: Dialed): Promise<void> {
    const found = await resolveTarget(target);
    // A name server that fails for a while, or knows of nobody, takes nobody out.
    if (found === undefined || found.length === 0) return;
    const before = this.#resolved.get(target) ?? new Set();
    this.#resolved.set(target, new Set(found));
    for (const address of found) this.#connect(address, dialed);
    for (const address of before) if (!found.includes(address)) this.#retireReplica(address);
  }

  async #resolveNames(): Promise<void> {
    for (const [target, dialed] of this.#targets) if (target.dns) await this.#resolve(target, dialed);
  }

  #connect(address: string, dialed: Dialed): void {
    this.#replicas.get(address)?.stay();
    if (this.#closed || this.#replicas.has(address)) return;
    this.#replicas.set(address, new Replica(address, dialed, this.#events, this.#options));
    // Who only reads takes no part.
    this.#sharing?.start().catch(() => {});
    this.#takeover?.start();
  }

  /** The lease of a replica ends; one that is configured, too, stays. */
  #endLease(address: string): void {
    this.#leases.delete(address);
    this.#retireReplica(address);
  }

  /** Nobody names the replica any more: it ends what it has, and goes. */
  #retireReplica(address: string): void {
    const named = this.#resolved.values().some((addresses) => addresses.has(address));
    if (!named && !this.#leases.has(address)) this.#replicas.get(address)?.retire();
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
    verdict: (replica, call, task, verdict, ms) => {
      if (verdict.status === 'ERROR') this.#options.meters?.error(replica.description?.name ?? '');
      this.#poolOf(replica)?.onVerdict(replica, call, task, verdict, ms);
    },
    ended: (replica, batch, missing, end) => {
      this.#options.meters?.ended(replica.description?.name ?? '', end);
      this.#poolOf(replica)?.onEnd(replica, batch, missing, end);
    },
    changed: (replica) => this.#poolOf(replica)?.changed(replica),
    retired: (replica) => this.#disconnect(replica.address),
  };

  #tick(): void {
    const now = performance.now();
    const late = now - this.#lastTick > 2 * tickMs;
    this.#lastTick = now;
    this.#forgetUnheard();
    for (const pool of this.#pools.values()) pool.tick(now, late);
    for (const run of this.#runs.values()) if (!run.aborted) run.load.tick();
    for (const [address, end] of this.#leases) if (end < now) this.#endLease(address);
  }

  /** Names come from callers: what nobody has heard of is not kept. */
  #forgetUnheard(): void {
    const unheard = [...this.#pools.values()].filter((pool) => pool.unheard);
    if (unheard.length === 0) return;
    const used = new Set([...this.#runs.values()].flatMap(({ run }) => run.verifiers));
    for (const { name } of unheard) if (!used.has(name)) this.#pools.delete(name);
  }

  /** Renews the claims, and ends runs that were cancelled by way of another process. */
  async #renewClaims(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    for (const [id, run] of this.#runs) {
      try {
        await this.#store.claimRun(id);
        if (this.#sharing !== undefined && (await this.#store.getRun(id))?.state === 'CANCELLED') {
          await this.#stop(run);
        }
        await run.learnSolved(learnMs / this.#runs.size);
      } catch (error) {
        run.fail(error);
      }
    }
    this.#isRenewing = false;
  }

  async createRun(request: CreateRunRequestInit, tenant = ''): Promise<Run> {
    return this.#store.openRun(runSettings(request, request.id || randomUUID(), tenant));
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
    await Promise.all(run.verifiers.map((name) => this.#waitFor(name, run, signal)));
    if (run.state !== 'CANCELLED' && (await this.#open(id)).state === 'CANCELLED') throw cancelled(id);
    await this.#sharing?.start();
    if (!this.#runs.has(id)) {
      await this.#retiring.get(id)?.catch(() => {});
      await this.#store.claimRun(id);
      // In a shared store it may be open, and all its input there, while others still judge: that stands.
      const isOpen = this.#sharing !== undefined && (await this.#open(id)).state === 'OPEN';
      if (!isOpen) await this.#store.setRunState(id, 'OPEN');
    }
    // Asked after the awaits: another submission may have been here meanwhile.
    const active = this.#activeRun({ ...run, state: 'OPEN' });
    active.submissions++;
    return active;
  }

  /** Waits until the verifier has been heard of. Error: `verifier_unknown`. */
  async #waitFor(name: string, { tenant }: Run, signal: AbortSignal | undefined): Promise<void> {
    if (await this.#pool(name).waitKnown(this.#options.unavailableMs, signal)) return;
    signal?.throwIfAborted();
    const heard = [...this.#replicas.values()].map((replica) => {
      return `${replica.address}: ${replica.description?.name ?? replica.status().lastFault}`;
    });
    // Addresses and faults are not for tenants.
    const where = tenant === '' ? ` (${heard.join('; ') || 'no address is known'})` : '';
    throw new AssayError('verifier_unknown', `No replica of verifier ${name} answers${where}.`, {
      mend: 'Start it and name its address with --verifier-address, or let it register itself.',
    });
  }

  #activeRun(run: Run): ActiveRun {
    let active = this.#runs.get(run.id);
    if (active === undefined) {
      const pools = run.verifiers.map((name) => this.#pool(name));
      const context = {
        store: this.#store,
        sharing: this.#sharing,
        committer: this.#committer,
        tenants: this.#tenants,
        options: this.#options,
      };
      active = new ActiveRun(run, pools, context);
      active.onIdle = (idle) => {
        this.#retireIdle(idle).catch((error: unknown) => this.#committer.fail(error));
      };
      active.onFail = (failed) => {
        if (this.#runs.get(run.id) === failed) void this.#retire(run.id);
      };
      this.#runs.set(run.id, active);
    }
    return active;
  }

  /** For work of other processes, beside what of it is not durable yet. */
  #room(): { count: number; bytes: number } {
    const room = { count: this.#options.maxOutstanding, bytes: this.#options.maxOutstandingChars };
    for (const { adopted } of this.#runs.values()) {
      room.count -= adopted.count;
      room.bytes -= adopted.chars;
    }
    return room;
  }

  /** Has work of other processes judged for all runs that want it. */
  async #adopt(work: TakenWork, problem: ProblemRef): Promise<void> {
    let [wanted, adopted] = [0, 0];
    for (const [id, wants] of Map.groupBy(work.wants, (want) => want.run)) {
      const run = this.#runs.get(id)?.run ?? (await this.#store.getRun(id));
      if (run?.state === 'CANCELLED') await this.#sharing?.unwant(wants);
      if (run === undefined || run.state === 'CANCELLED') continue;
      wanted += wants.length;
      if (!this.#runs.has(id)) await this.#store.claimRun(id);
      const active = this.#activeRun(run);
      // Stays while it adopts.
      active.submissions++;
      try {
        adopted += await active.adopt(work, wants, problem);
      } finally {
        active.submissions--;
        await this.#retireIdle(active);
      }
    }
    if (adopted === 0) this.#sharing?.release([work.key], wanted > 0);
  }

  async submit(id: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    const submitting = this.#submit(id, input, options);
    this.#submitting.add(submitting);
    return submitting.finally(() => this.#submitting.delete(submitting));
  }

  async #submit(id: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions): Promise<void> {
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
    const retiring = Promise.all([active.whole && this.#store.setRunState(id, 'COMPLETE'), this.#retire(id)]);
    this.#retiring.set(id, retiring);
    await retiring.finally(() => this.#retiring.delete(id));
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
    return this.#reports.of(id, options.level);
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
        waiting: 0,
      });
    }
    return named;
  }

  async cancelRun(id: string): Promise<Run> {
    const run = await this.#open(id);
    const active = this.#runs.get(id);
    if (active !== undefined) await this.#stop(active);
    await this.#store.setRunState(id, 'CANCELLED');
    return { ...run, state: 'CANCELLED' };
  }

  async #stop(active: ActiveRun): Promise<void> {
    active.abort(cancelled(active.run.id));
    for (const pool of this.#pools.values()) pool.dropUnwanted();
    await this.#committer.flush();
    await this.#retire(active.run.id);
  }

  async registerVerifier(address: string, drain = false): Promise<number> {
    const { host, port, dns } = parseTarget(address);
    if (dns) throw new AssayError('bad_address', 'A replica registers under one address: host:port.');
    const canonical = (await resolveTarget({ host, port, dns }))?.[0] ?? address;
    if (drain) {
      this.#endLease(canonical);
      return 0;
    }
    this.#connect(canonical, this.#dialer.dial(canonical));
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
    if (this.#sharing !== undefined) {
      await Promise.all([this.#takeover?.close(), Promise.allSettled(this.#submitting)]);
    }
    for (const id of [...this.#runs.keys()]) await this.#retire(id);
    await this.#sharing?.close();
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
