/** The orchestrator as one tenant may see and use it. */
import { randomUUID } from 'node:crypto';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from '@assay/client';
import {
  AssayError,
  type Caller,
  type CreateRunRequestInit,
  hasRight,
  type Run,
  type RunProgress,
  type VerifierStatus,
} from '@assay/contract';
import type { Metadata } from '@grpc/grpc-js';
import { Rates } from './tenants-rate.ts';

/** What a caller may use, by the metadata of a call. */
export type ViewOf = (metadata: Metadata) => OrchestratorApi;

type Opened = Pick<Run, 'tenant' | 'id'> & Partial<Run>;

/** What all callers of a server share: how much each tenant has used. */
export class Tenants {
  readonly #api: OrchestratorApi;
  readonly rates = new Rates();
  /** Runs that are being opened, or fed: they are open, or soon will be. */
  readonly opening = new Set<Opened>();

  constructor(api: OrchestratorApi) {
    this.#api = api;
  }

  /** For this caller; everything where there are no tenants. */
  viewOf(caller: Caller | undefined): OrchestratorApi {
    return caller === undefined ? this.#api : new TenantView(this.#api, caller, this);
  }
}

/**
 * A run of another tenant is `run_unknown`. Further errors: `rate_limited`, `too_many_runs`, and `run_exists` where the
 * id of a new run is another tenant's.
 */
class TenantView implements OrchestratorApi {
  readonly #api: OrchestratorApi;
  readonly #caller: Caller;
  readonly #tenants: Tenants;

  constructor(api: OrchestratorApi, caller: Caller, tenants: Tenants) {
    this.#api = api;
    this.#caller = caller;
    this.#tenants = tenants;
  }

  get #isAdmin(): boolean {
    return hasRight(this.#caller, 'admin');
  }

  #sees({ tenant }: Run): boolean {
    return this.#isAdmin || tenant === this.#caller.tenant;
  }

  /** Counts a call. Error: `rate_limited`. */
  #call(): void {
    const { tenant, rate } = this.#caller;
    // Not of what its candidates wait for: they would leave nothing to look after them with.
    if (this.#tenants.rates.take(`calls of ${tenant}`, rate, 1)) return;
    throw new AssayError('rate_limited', `Tenant ${tenant} may call ${rate} times a second, and has.`, {
      mend: 'Try again in a second.',
    });
  }

  async #find(id: string): Promise<Run | undefined> {
    try {
      for await (const { run } of this.#api.watchRun(id, { once: true })) return run ?? undefined;
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'run_unknown')) throw error;
    }
    return undefined;
  }

  /** Error: `run_unknown`, also where it is another's. */
  async #own(id: string): Promise<Run> {
    this.#call();
    const run = await this.#find(id);
    if (run !== undefined && this.#sees(run)) return run;
    throw new AssayError('run_unknown', `There is no run ${JSON.stringify(id.slice(0, 200))}.`);
  }

  async createRun(request: CreateRunRequestInit): Promise<Run> {
    this.#call();
    const { tenant, maxPriority, maxWeight } = this.#caller;
    const before = request.id ? await this.#find(request.id) : undefined;
    if (before !== undefined) {
      if (this.#sees(before)) return this.#api.createRun(request, before.tenant);
      throw new AssayError('run_exists', `The id ${request.id} is taken.`, { mend: 'Choose another one.' });
    }
    const { priority = 0, weight = 0 } = request;
    if (priority > maxPriority || Number(weight) > maxWeight) {
      throw new AssayError(
        'invalid_run',
        `Tenant ${tenant} may not have runs of priority ${priority} and weight ${weight}.`,
        { mend: `Its runs have a priority of at most ${maxPriority} and a weight of at most ${maxWeight}.` },
      );
    }
    const named = { ...request, id: request.id || randomUUID() };
    return this.#opening({ tenant, id: named.id }, () => this.#api.createRun(named, tenant));
  }

  /** Does what opens a run, or keeps it open. Error: `too_many_runs`. */
  async #opening<T>(run: Opened, open: () => Promise<T>): Promise<T> {
    const { tenant, maxRuns } = this.#caller;
    if (maxRuns === 0 || run.tenant !== tenant) return open();
    const { opening } = this.#tenants;
    const all = [...opening];
    opening.add(run);
    try {
      if (run.state !== 'OPEN') {
        all.push(...(await this.#api.listRuns()).filter(({ state }) => state === 'OPEN'));
        const others = all.filter((each) => each.tenant === tenant && each.id !== run.id);
        if (new Set(others.map(({ id }) => id)).size >= maxRuns) {
          throw new AssayError('too_many_runs', `Tenant ${tenant} may have ${maxRuns} runs open, and has.`, {
            mend: 'Complete or cancel one of them.',
          });
        }
      }
      return await open();
    } finally {
      opening.delete(run);
    }
  }

  async submit(id: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    const run = await this.#own(id);
    // The options may be read late, so they stay the object that they are.
    await this.#opening(run, () => this.#api.submit(id, this.#paced(input, options.signal), options));
  }

  /** The input, no faster than the tenant's rate. */
  async *#paced(input: AsyncIterable<SubmitChunk>, signal?: AbortSignal): AsyncIterable<SubmitChunk> {
    const { tenant, rate } = this.#caller;
    for await (const chunk of input) {
      await this.#tenants.rates.wait(`candidates of ${tenant}`, rate, chunk.candidates.length, signal);
      yield chunk;
    }
  }

  async *watchRun(
    run: string,
    options: { once?: boolean; intervalMs?: number; signal?: AbortSignal } = {},
  ): AsyncIterable<RunProgress> {
    await this.#own(run);
    yield* this.#api.watchRun(run, options);
  }

  async getReport(run: string, options: { level?: number } = {}): Promise<string> {
    await this.#own(run);
    return this.#api.getReport(run, options);
  }

  async listRuns(): Promise<Run[]> {
    this.#call();
    return (await this.#api.listRuns()).filter((run) => this.#sees(run));
  }

  /** What a replica last said may be of another's candidates. */
  async listVerifiers(): Promise<VerifierStatus[]> {
    this.#call();
    const all = await this.#api.listVerifiers();
    if (this.#isAdmin) return all;
    return all.map((verifier) => ({
      ...verifier,
      replicas: verifier.replicas.map((replica) => ({ ...replica, lastFault: '' })),
    }));
  }

  async cancelRun(run: string): Promise<Run> {
    await this.#own(run);
    return this.#api.cancelRun(run);
  }

  registerVerifier(address: string, drain?: boolean): Promise<number> {
    return this.#api.registerVerifier(address, drain);
  }

  /** It is not this caller's to close. */
  async close(): Promise<void> {}
}
