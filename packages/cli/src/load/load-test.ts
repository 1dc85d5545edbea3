/** A load test of one verifier: which steps, and what they say together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerifierClient } from '@assay/client';
import { type LoadStep, type LoadTest, loadTestSchema } from '@assay/report';
import { type Capacity, capacityOf, replicasFor } from '@assay/statistics';
import type { Feed } from './feed.ts';
import { runStep } from './step.ts';

export interface LoadTestOptions {
  address: string;
  files: string[];
  verifier: VerifierClient;
  feed: Feed;
  /** Candidates in flight, step by step. Undefined: doubled until throughput stops to rise. */
  concurrency?: readonly number[] | undefined;
  /** Seconds that each step is measured. */
  seconds: number;
  /** Most candidates in one call. Undefined: half of those in flight, as in runs. */
  batch?: number | undefined;
  /** Verdicts per second for which replicas are counted. */
  target?: number | undefined;
  signal: AbortSignal;
  /** Milliseconds beyond the verifier's own limit for a candidate without any verdict: it has stalled. @default 5000 */
  stallSlackMs?: number;
  /** Before a step: candidates in flight; 0 for the first verdict. */
  onStep?: (inFlight: number) => void;
  /** After it. */
  onStepEnd?: (step: LoadStep) => void;
}

/** Most candidates in flight in automatic steps. */
const mostInFlight = 4_096;
/** A step whose throughput is not by this share above the best before is no gain; two of them end automatic steps. */
const gain = 0.05;
/** Share of candidates refused from which on there is no use in more of them. */
const full = 0.05;
/** Candidates that are tried until one gets a verdict, and the milliseconds between them. */
const firstTries = 10;
const tryMs = 500;
/** To which a replica is to be used: what is left is for bursts, and for a replica that fails. */
const use = 0.8;

/**
 * Loads the verifier in steps. Ends before the last one where it stalls, or where `signal` aborts: what was measured by
 * then is given, with a note. Never rejects for what the verifier does.
 */
export async function loadTest(options: LoadTestOptions): Promise<LoadTest> {
  const { address, files, verifier, feed, target, signal } = options;
  const { name, version, slots, capacity: room, maxBatch } = verifier.description;
  const steps: LoadStep[] = [];
  const notes: string[] = [];
  let firstMs: number | null = null;
  try {
    options.onStep?.(0);
    const first = await firstVerdict(options);
    if ('why' in first)
      notes.push(`The first candidates got no verdict (${first.why}): nothing was measured.`);
    else {
      firstMs = first.firstMs;
      await climb(options, steps);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    notes.push('Stopped before the last step.');
  }
  const capacity = capacityOf(
    steps.flatMap(({ inFlight, rate, latencyMs: { mean }, serviceMs }) =>
      mean === null ? [] : [{ n: inFlight, x: rate, ms: mean, serviceMs }],
    ),
  );
  notes.push(...notesOn(steps, feed, capacity));
  return {
    schema: loadTestSchema,
    address,
    verifier: { name, version, slots, capacity: room, maxBatch },
    samples: { files, distinct: feed.distinct, asked: feed.given },
    firstMs,
    steps,
    capacity,
    target:
      target === undefined || capacity === null
        ? null
        : {
            rate: target,
            use,
            replicas: replicasFor(target, capacity, use),
            least: target / capacity.throughput,
          },
    notes,
  };
}

/**
 * Milliseconds until the first verdict, so that what is loaded for it counts in no step. Where there is none, why: after
 * some candidates, as one alone may be to blame, and some time, as a verifier may listen before it is ready.
 */
async function firstVerdict({ verifier, feed, signal, stallSlackMs = 5_000 }: LoadTestOptions) {
  const start = performance.now();
  const cancel = () => verifier.cancel();
  signal.addEventListener('abort', cancel);
  try {
    for (let tries = 1; ; tries++) {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      let told: string | undefined;
      verifier.verify(feed.next(1, 1), verifier.description.candidateTimeoutMs + stallSlackMs, {
        verdict: ({ status, reason, message }) => {
          if (status === 'ERROR') told = `${reason}: ${message}`;
        },
        ended: (_, fault) => resolve(fault === undefined ? told : `${fault.kind}: ${fault.detail}`),
      });
      const why = await promise;
      signal.throwIfAborted();
      if (why === undefined) return { firstMs: performance.now() - start };
      if (tries === firstTries || why.startsWith('DEADLINE_EXCEEDED')) return { why };
      await sleep(tryMs, undefined, { signal });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function climb(options: LoadTestOptions, steps: LoadStep[]): Promise<void> {
  const { concurrency, verifier } = options;
  let best = 0;
  let idle = 0;
  const given = concurrency && [...new Set(concurrency)].sort((a, b) => a - b);
  for (const inFlight of given ?? doubling(verifier.description.capacity)) {
    options.onStep?.(inFlight);
    const done = await step(options, inFlight);
    steps.push(done);
    options.onStepEnd?.(done);
    if (done.stalled || done.rate === 0) return;
    idle = done.rate > (1 + gain) * best ? 0 : idle + 1;
    best = Math.max(best, done.rate);
    if (concurrency === undefined && (idle === 2 || done.refused > full * done.asked)) return;
  }
}

/** 1, 2, 4, … and at last as many as the verifier takes. */
function* doubling(capacity: number): Generator<number> {
  const most = Math.max(1, Math.min(mostInFlight, capacity));
  for (let n = 1; n < most; n *= 2) yield n;
  yield most;
}

function step(
  { verifier, feed, batch, seconds, signal, stallSlackMs = 5_000 }: LoadTestOptions,
  inFlight: number,
) {
  const { candidateTimeoutMs, maxBatch } = verifier.description;
  return runStep({
    verifier,
    feed,
    inFlight,
    batch: Math.max(1, Math.min(maxBatch, batch ?? Math.ceil(inFlight / 2))),
    seconds,
    stallMs: candidateTimeoutMs + stallSlackMs,
    signal,
  });
}

function notesOn(steps: readonly LoadStep[], feed: Feed, capacity: Capacity | null): string[] {
  const notes: string[] = [];
  if (feed.given > feed.distinct) {
    notes.push(
      `The samples have ${feed.distinct.toLocaleString('en-US')} different candidates, and ` +
        `${feed.given.toLocaleString('en-US')} were asked for: a verifier that keeps verdicts looks quicker than it is.`,
    );
  }
  if (feed.cut) notes.push('The samples have more candidates than are kept: their first part was used.');
  const stalled = steps.find((each) => each.stalled);
  if (stalled !== undefined) {
    notes.push(`With ${stalled.inFlight} in flight the verifier fell silent, which ended the test.`);
  }
  const few = steps.filter(({ verdicts, stalled: still }) => verdicts > 0 && verdicts < 30 && !still);
  if (few.length > 0) {
    const which = few.map(({ inFlight }) => inFlight).join(', ');
    notes.push(`Fewer than 30 verdicts were measured with ${which} in flight: give more --seconds.`);
  }
  if (capacity !== null && steps.some(({ refused, asked }) => refused > full * asked)) {
    notes.push('The verifier refused candidates as it was full: its capacity bounds what can be in flight.');
  }
  return notes;
}
