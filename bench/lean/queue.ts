/** What the scheduler itself takes: memory and time of a long queue. */
import { setImmediate as turn } from 'node:timers/promises';
import { Scheduler } from '@assay/lean/schedule';

export interface QueueCost {
  readonly theorems: number;
  readonly bytesEach: number;
  /** To submit, and to pick, run and settle. */
  readonly submitUs: number;
  readonly pickUs: number;
  /** To give all of them up at once. */
  readonly cancelMs: number;
}

/** Needs `--expose-gc`. */
export async function queueCost(jobs: number, theorems: number): Promise<QueueCost> {
  const scheduler = new Scheduler<void>({ workers: 10 });
  const controller = new AbortController();
  const texts = Array.from({ length: jobs }, (_, i) => ({ theorem: `${i % theorems}`, key: `${i}` }));
  let gate = Promise.withResolvers<void>();
  const attempt = async () => {
    await gate.promise;
    return { kind: 'done', outcome: undefined, cpuMs: 1_000 } as const;
  };
  const submitAll = () => {
    for (const [i, text] of texts.entries()) {
      const job = { ...text, header: 'header', cost: 100 + ((i * 7919) % 1000), attempt };
      scheduler.run(job, controller.signal).catch(() => {});
    }
  };
  const { gc } = globalThis;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  submitAll();
  const submitted = performance.now();
  await turn();
  gc?.();
  const bytesEach = (process.memoryUsage().heapUsed - before) / jobs;
  const opened = performance.now();
  gate.resolve();
  while (scheduler.queued + scheduler.running > 0) await turn();
  const drained = performance.now();
  gate = Promise.withResolvers<void>();
  submitAll();
  await turn();
  const cancelled = performance.now();
  controller.abort();
  const cancelMs = performance.now() - cancelled;
  gate.resolve();
  return {
    theorems,
    bytesEach,
    submitUs: (1000 * (submitted - start)) / jobs,
    pickUs: (1000 * (drained - opened)) / jobs,
    cancelMs,
  };
}
