/** The orchestrator as one tenant may see and use it. */
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
import { Rates } from './tenants-rate.ts';

/** What all callers of a server share: how much each tenant has used. */
export class Tenants {
  readonly #api: OrchestratorApi;
  readonly rates = new Rates();
  /** Runs that are being created, by tenant. */
  readonly creating = new Map<string, number>();

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
    if (this.#tenants.rates.take(tenant, rate, 1)) return;
    throw new AssayError('rate_limited', `Tenant ${tenant} may do ${rate} things a second, and has.`, {
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
  async #own(id: string): Promise<void> {
    this.#call();
    const run = await this.#find(id);
    if (run !== undefined && this.#sees(run)) return;
    throw new AssayError('run_unknown', `There is no run ${JSON.stringify(id.slice(0, 200))}.`);
  }

  async createRun(request: CreateRunRequestInit): Promise<Run> {
    this.#call();
    const { tenant, maxRuns } = this.#caller;
    const before = request.id ? await this.#find(request.id) : undefined;
    if (before !== undefined) {
      if (this.#sees(before)) return this.#api.createRun(request, before.tenant);
      throw new AssayError('run_exists', `The id ${request.id} is taken.`, { mend: 'Choose another one.' });
    }
    if (maxRuns === 0) return this.#api.createRun(request, tenant);
    const { creating } = this.#tenants;
    const already = creating.get(tenant) ?? 0;
    creating.set(tenant, already + 1);
    try {
      const open = (await this.#api.listRuns()).filter(
        (run) => run.tenant === tenant && run.state === 'OPEN',
      );
      if (open.length + already >= maxRuns) {
        throw new AssayError('too_many_runs', `Tenant ${tenant} may have ${maxRuns} runs open, and has.`, {
          mend: 'Complete or cancel one of them.',
        });
      }
      return await this.#api.createRun(request, tenant);
    } finally {
      creating.set(tenant, (creating.get(tenant) ?? 1) - 1);
    }
  }

  async submit(run: string, input: AsyncIterable<SubmitChunk>, options: SubmitOptions = {}): Promise<void> {
    await this.#own(run);
    // The options may be read late, so they stay the object that they are.
    await this.#api.submit(run, this.#paced(input, options.signal), options);
  }

  /** The input, no faster than the tenant's rate. */
  async *#paced(input: AsyncIterable<SubmitChunk>, signal?: AbortSignal): AsyncIterable<SubmitChunk> {
    const { tenant, rate } = this.#caller;
    for await (const chunk of input) {
      await this.#tenants.rates.wait(tenant, rate, chunk.candidates.length, signal);
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
