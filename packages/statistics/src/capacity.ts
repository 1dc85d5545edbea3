/** Load: what limits the speed of a run, and what another replica would give. */

/** The Universal Scalability Law: X(N) = λ N / (1 + σ (N - 1) + κ N (N - 1)) (Gunther 2007, "Guerrilla Capacity Planning"). */
export interface ScalabilityLaw {
  /** Throughput of one, per second. */
  readonly lambda: number;
  /** Contention. */
  readonly sigma: number;
  /** Coherency. */
  readonly kappa: number;
  /** Concurrency of the greatest throughput; null: it has none (κ = 0). */
  readonly peak: number | null;
  readonly r2: number;
}

/** One verifier's load over a run (operational analysis: Denning and Buzen 1978). */
export interface VerifierLoad {
  readonly name: string;
  /** Replicas that were there, in the mean over the run's active time, rounded; at least 1. */
  readonly replicas: number;
  /** Candidates that all replicas judge at the same time, in the mean over the active time; null: not recorded. */
  readonly slots: number | null;
  /** Verdicts that were asked of it, and those of them that it judged; the others came from identical work. */
  readonly offered: number;
  readonly judged: number;
  readonly shared: number;
  /** Means over what was judged, milliseconds. The service time is the verifier's word, or where it gives none, `occupied`'s. */
  readonly queueMs: number;
  readonly serviceMs: number;
  readonly cpuMs: number;
  /** Judged per second of the run's active time. */
  readonly rate: number;
  /** The most that its slots can judge per second: slots / service time; null where slots are not recorded. */
  readonly capacity: number | null;
  /** Share of its slots' time that it judged: rate / capacity. */
  readonly utilization: number | null;
  /**
   * Share of its slots' time in which they had work, of any run, as the orchestrator sees it: what is on its way counts.
   * Null: not recorded.
   */
  readonly occupied: number | null;
  /** Verdicts per second with identical work counted: what a run could get through if this verifier alone limited it. */
  readonly ceiling: number | null;
}

export interface Bottleneck {
  /** The verifier that limits speed; null: none does, the reader of the input or the orchestrator do. */
  readonly verifier: string | null;
  /** Said plainly, with the figures by which it is told. */
  readonly why: string;
  /** Candidates per second through all verifiers. */
  readonly rate: number;
  /** With one more replica of that verifier: candidates per second, and which verifier limits then. */
  readonly addOne: { readonly rate: number; readonly next: string | null } | null;
}
