/** How many pods KEDA asks for, by our external scaler: by the work that there is, and by use of the slots. */
import type { Inputs, VerifierInputs } from './inputs.ts';

/** Kubernetes' HorizontalPodAutoscaler leaves a ratio within a tenth of 1 alone, and at most doubles, or adds 4, in 15 s. */
const tolerance = 0.1;
const leastStep = 4;

export class Scaler {
  readonly #settleS: number;
  readonly #utilization: number;
  readonly #verifier: VerifierInputs;
  readonly #floor: number;
  /** What was wanted before, newest last. */
  #wanted: { at: number; pods: number }[] = [];

  constructor({ scaling }: Inputs, verifier: VerifierInputs, floor: number) {
    this.#settleS = scaling.settleS;
    this.#utilization = scaling.utilization;
    this.#verifier = verifier;
    this.#floor = floor;
  }

  /**
   * @param t seconds of the day
   * @param candidates that wait or are judged
   * @param busy share of the slots that is at work
   * @param ready pods; those that start count as idle, as the autoscaler has it
   * @param pods that are there or are starting
   */
  pods(t: number, candidates: number, busy: number, ready: number, pods: number): number {
    const { serviceS, slotsPerPod, targetS } = this.#verifier;
    // As services/orchestrator/src/scaler.ts has it: long candidates cannot be divided.
    const byWork = (candidates * serviceS) / slotsPerPod / Math.max(targetS, 2 * serviceS);
    const byUse = (ready * busy) / this.#utilization;
    const now = Math.max(byWork, byUse);
    const ratio = now / Math.max(pods, 1);
    const held = Math.abs(ratio - 1) <= tolerance ? pods : Math.ceil(now);
    this.#wanted = this.#wanted.filter(({ at }) => at > t - this.#settleS);
    this.#wanted.push({ at: t, pods: held });
    const settled = Math.max(held, ...this.#wanted.map((each) => Math.min(each.pods, pods)));
    return Math.max(this.#floor, Math.min(settled, Math.max(2 * pods, pods + leastStep)));
  }
}
