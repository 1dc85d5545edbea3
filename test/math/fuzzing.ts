/** Runs the fuzzer's thread and watches it: a case that does not end is a finding like others. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Told, Work } from './fuzz-worker.ts';
import { Inputs } from './inputs.ts';
import type { Finding } from './properties.ts';

export interface NumberedFinding extends Finding {
  readonly number: number;
  /** The texts, or shorter ones with the same fault. */
  readonly shortest: readonly string[];
}

export interface Slow {
  readonly ms: number;
  readonly texts: readonly string[];
}

export interface Outcome {
  readonly cases: number;
  readonly findings: readonly NumberedFinding[];
  readonly slowest: readonly Slow[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Number of the first case. */
  readonly from?: number;
  /** Milliseconds that one judgement may take. @default 2000 */
  readonly deadlineMs?: number;
  readonly onFinding?: (finding: NumberedFinding) => void;
}

/** Slowest judgements that are kept. */
const keptSlow = 10;

/** Judges cases as function calls until the time is over. */
export async function fuzzFunction(options: FuzzOptions): Promise<Outcome> {
  const { seed, seconds, from = 0, deadlineMs = 2_000, onFinding = () => {} } = options;
  const findings: NumberedFinding[] = [];
  let slowest: Slow[] = [];
  const add = (finding: NumberedFinding) => {
    findings.push(finding);
    onFinding(finding);
  };
  const at = new SharedArrayBuffer(4);
  const current = new Int32Array(at);
  const end = performance.now() + 1000 * seconds;
  let next = from;
  while (performance.now() < end) {
    const workerData: Work = { seed, from: next, deadlineMs, at };
    Atomics.store(current, 0, next);
    const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.ts'), { workerData });
    worker.on('message', ({ number, findings: own, slowest: slow }: Told) => {
      for (const finding of own) add({ ...finding, number });
      slowest = [...slowest, slow].sort((a, b) => b.ms - a.ms).slice(0, keptSlow);
    });
    const stopped = await watch(worker, current, end, 10 * deadlineMs);
    next = Atomics.load(current, 0);
    if (stopped !== undefined) {
      const { texts } = new Inputs(seed).at(next);
      add({ number: next++, property: stopped, texts, shortest: texts, detail: 'the case never ended' });
    }
  }
  return { cases: next - from, findings, slowest };
}

/** Ends the thread when the time is over (undefined), a case hangs (a case has a dozen judgements), or it died. */
async function watch(
  worker: Worker,
  current: Int32Array,
  end: number,
  patienceMs: number,
): Promise<string | undefined> {
  const ended = Promise.withResolvers<string | undefined>();
  worker.on('error', (error) => ended.resolve(`the thread lives: ${String(error).slice(0, 200)}`));
  worker.on('exit', () => ended.resolve('the thread lives'));
  let [number, since] = [-1, performance.now()];
  const timer = setInterval(() => {
    const now = Atomics.load(current, 0);
    if (now !== number) [number, since] = [now, performance.now()];
    if (performance.now() - since > patienceMs) ended.resolve('a case ends');
    if (performance.now() > end) ended.resolve(undefined);
  }, 100);
  const why = await ended.promise;
  clearInterval(timer);
  await worker.terminate();
  return why;
}
