/** The thread that judges: it can hang, the one that watches it cannot. */
import { parentPort, workerData } from 'node:worker_threads';
import { Inputs } from './inputs.ts';
import { examine, type Finding, minimise } from './properties.ts';

export interface Work {
  readonly seed: number;
  readonly from: number;
  readonly deadlineMs: number;
  /** Its one number is the case that is judged now. */
  readonly at: SharedArrayBuffer;
}

export interface Told {
  readonly number: number;
  readonly findings: readonly (Finding & { readonly shortest: readonly string[] })[];
  readonly slowest: { readonly ms: number; readonly texts: readonly string[] };
}

const { seed, from, deadlineMs, at } = workerData as Work;
const current = new Int32Array(at);
const inputs = new Inputs(seed);
const minimised = new Map<string, number>();
/** Findings of one property that are minimised; the rest is like them, most of the time. */
const mostMinimised = 12;

for (let number = from; ; number++) {
  Atomics.store(current, 0, number);
  const input = inputs.at(number);
  const { findings, slowest } = examine(input, deadlineMs);
  const told = findings.map((finding) => {
    const { property } = finding;
    const count = (minimised.get(property) ?? 0) + 1;
    minimised.set(property, count);
    if (count > mostMinimised || property === 'in time') return { ...finding, shortest: finding.texts };
    const shortest = minimise(input, property, deadlineMs);
    const same = examine(shortest, deadlineMs).findings.find((one) => one.property === property) ?? finding;
    return { ...finding, shortest: same.texts, detail: same.detail };
  });
  // Now and then it says where it is, and how long the slowest judgement took.
  if (told.length > 0 || slowest.ms > 20 || number % 500 === 0) {
    parentPort?.postMessage({ number, findings: told, slowest } satisfies Told);
  }
}
