/** How many candidates a run, or a tenant with all its runs, may have at replicas at a time. */
export class Allowance {
  readonly #limit: () => number;
  readonly #parent: Allowance | undefined;
  #used = 0;
  readonly #waiting = new Set<() => void>();

  /** `limit`: 0 for none of its own; it may change. What is taken is taken of the parent as well. */
  constructor(limit: () => number, parent?: Allowance) {
    this.#limit = limit;
    this.#parent = parent;
  }

  get #own(): number {
    return (this.#limit() || Number.POSITIVE_INFINITY) - this.#used;
  }

  get left(): number {
    return Math.min(this.#own, this.#parent?.left ?? Number.POSITIVE_INFINITY);
  }

  take(count: number): void {
    this.#used += count;
    this.#parent?.take(count);
  }

  giveBack(count: number): void {
    this.#used -= count;
    this.#parent?.giveBack(count);
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const tell of waiting) tell();
  }

  /** Tells once, when something was given back. */
  whenLeft(tell: () => void): void {
    if (this.#own <= 0) this.#waiting.add(tell);
    this.#parent?.whenLeft(tell);
  }
}

/** What a tenant may have, 0 for as much as there is room for; undefined: there is no such tenant (any more). */
export type TenantLimitsOf = (tenant: string) => { maxInFlight: number } | undefined;

/** Of the tenants of an orchestrator, each shared by all its runs. */
export class TenantAllowances {
  readonly #limits: TenantLimitsOf;
  readonly #allowances = new Map<string, Allowance>();

  constructor(limits: TenantLimitsOf = () => ({ maxInFlight: 0 })) {
    this.#limits = limits;
  }

  of(tenant: string): Allowance {
    let allowance = this.#allowances.get(tenant);
    if (allowance === undefined) {
      allowance = new Allowance(() => this.#limit(tenant));
      this.#allowances.set(tenant, allowance);
    }
    return allowance;
  }

  /** What is under way for a tenant that is gone comes to its end, one by one; runs of nobody are no tenant's. */
  #limit(tenant: string): number {
    return tenant === '' ? 0 : (this.#limits(tenant)?.maxInFlight ?? 1);
  }
}
