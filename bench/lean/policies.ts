/** Two ways to have proofs checked, on the same stand-ins. */
import { firstBudgetMs, Scheduler } from '@assay/lean/schedule';
import type { Clock } from './clock.ts';
import type { Proof } from './proofs.ts';
import { leanOn } from './repls.ts';

export interface Setting {
  readonly workers: number;
  /** CPU and wall milliseconds of an import. */
  readonly importMs: number;
}

export interface Result {
  /** Proofs that got a verdict; the others were given up after their theorem's first right one. */
  readonly verdicts: number;
  /** Simulated milliseconds from the beginning. */
  readonly meanMs: number;
  readonly medianMs: number;
  readonly makespanMs: number;
  readonly cpuMs: number;
  readonly importMs: number;
  /** Checks that were begun. */
  readonly checks: number;
  /** Proofs that end within the longest limit of all policies, and were called too slow. */
  readonly lost: number;
  /** Theorems with a right proof found, and the mean time until then. */
  readonly solved: number;
  readonly meanSolvedMs: number;
}

/** The limit that proofs count as lost against. */
export const longestMs = 60_000;

class Record {
  readonly #times: number[] = [];
  readonly #solved = new Map<string, number>();
  #lost = 0;

  verdict(proof: Proof, ended: boolean, now: number): void {
    this.#times.push(now);
    if (!ended && proof.ms <= longestMs) this.#lost++;
    if (ended && proof.right && !this.#solved.has(proof.theorem)) this.#solved.set(proof.theorem, now);
  }

  result(lean: { cpuMs: number; importMs: number; checks: number }): Result {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return {
      verdicts: sorted.length,
      meanMs: mean(sorted),
      medianMs: sorted[sorted.length >> 1] ?? Number.NaN,
      makespanMs: sorted.at(-1) ?? Number.NaN,
      cpuMs: lean.cpuMs,
      importMs: lean.importMs,
      checks: lean.checks,
      lost: this.#lost,
      solved: this.#solved.size,
      meanSolvedMs: mean([...this.#solved.values()]),
    };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Kimina Lean Server's policy, by its source: in the order of arrival, one limit by wall clock, the process killed
 * at it and the import paid again by the next job, every proof checked.
 */
export async function kimina(
  clock: Clock,
  proofs: readonly Proof[],
  { workers, importMs }: Setting,
  limitMs: number,
): Promise<Result> {
  const lean = leanOn(clock, importMs);
  const record = new Record();
  let next = 0;
  const work = async () => {
    for (let proof = proofs[next++]; proof !== undefined; proof = proofs[next++]) {
      const ended = await lean.check(proof.ms, limitMs, false);
      record.verdict(proof, ended, clock.now());
    }
  };
  await clock.run(Promise.all(Array.from({ length: workers }, work)));
  return record.result(lean);
}

export interface Ours {
  /** CPU milliseconds of the second pass. The first has as much where it is not divided. */
  readonly limitMs: number;
  readonly twoPasses: boolean;
  /** Share of exhausted budgets that heartbeats end, which leaves the process alive; the others are killed. */
  readonly softly: number;
  /** A theorem's rest is given up after its first right proof. */
  readonly earlyStop: boolean;
}

/** This project's scheduler, as the service runs it. */
export async function ours(
  clock: Clock,
  proofs: readonly Proof[],
  { workers, importMs }: Setting,
  { limitMs, twoPasses, softly, earlyStop }: Ours,
): Promise<Result> {
  const lean = leanOn(clock, importMs);
  const record = new Record();
  const scheduler = new Scheduler<boolean>({ workers, switchMs: importMs, now: clock.now });
  const theorems = new Map<string, AbortController>();
  const judge = async (proof: Proof, key: string) => {
    let controller = theorems.get(proof.theorem);
    if (controller === undefined) {
      controller = new AbortController();
      theorems.set(proof.theorem, controller);
    }
    const { signal } = controller;
    try {
      const ended = await scheduler.run(
        {
          theorem: proof.theorem,
          header: 'header',
          key,
          cost: proof.length,
          async attempt(pass, aborted, predictedMs) {
            const limit = pass === 0 && twoPasses ? Math.min(limitMs, firstBudgetMs(predictedMs)) : limitMs;
            // Evenly spread over the proofs.
            const soft = (Number(key) * 0.618) % 1 < softly;
            const inTime = await lean.check(proof.ms, limit, soft, aborted);
            aborted.throwIfAborted();
            const again = !inTime && limit < limitMs;
            return {
              kind: again ? 'again' : 'done',
              outcome: inTime,
              cpuMs: Math.min(proof.ms, limit),
            };
          },
        },
        signal,
      );
      record.verdict(proof, ended, clock.now());
      if (earlyStop && ended && proof.right) controller.abort();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  // What was given up while it ran still takes its worker until it has ended.
  const rest = async () => {
    while (scheduler.running > 0) await clock.sleep(1);
  };
  await clock.run(Promise.all(proofs.map((proof, i) => judge(proof, `${i}`))).then(rest));
  return record.result(lean);
}
