/** One step of a load test: as many candidates in flight as it says, all the time. */
import type { CallFault, VerifierClient } from '@assay/client';
import type { Verdict } from '@assay/contract';
import type { LoadStep } from '@assay/report';
import { createRandom, quantile } from '@assay/statistics';
import type { Feed } from './feed.ts';

export interface StepOptions {
  verifier: VerifierClient;
  feed: Feed;
  /** Candidates in flight. */
  inFlight: number;
  /** Most candidates in one call. */
  batch: number;
  /** Seconds that are measured, at least. */
  seconds: number;
  /** Milliseconds without a verdict after which the verifier counts as stalled. */
  stallMs: number;
  signal: AbortSignal;
}

/** Answers that a step waits for, where they come slowly, and by how much that may lengthen it. */
const fewest = 30;
const longest = 6;

/** Share of the time that goes before the measurement. */
const warmUp = 0.2;

/** Milliseconds until a place that the verifier refused, or whose call failed, is used again. */
const restMs = 50;

/** Latencies that are kept for percentiles. */
const maxLatencies = 100_000;

/** Characters of candidates in one call, as in runs. */
const maxCallChars = 1024 * 1024;

const tickMs = 10;

/**
 * Loads a verifier until enough is measured, and waits for what is under way then. Settles early, `stalled`, where no
 * verdict comes; rejects with the reason of `signal`.
 */
export function runStep(options: StepOptions): Promise<LoadStep> {
  return new Step(options).run();
}

class Step {
  readonly #options: StepOptions;
  readonly #random = createRandom(0);
  readonly #start = performance.now();
  #free: number;
  #scheduled = false;
  #sending = true;
  #underWay = 0;
  #lastVerdict = performance.now();
  #stalled = false;
  /** Answers, ERRORs among them, before the measurement and in it. */
  #early = 0;
  #answers = 0;
  /** Measured from, and to. */
  #from = Number.POSITIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;
  /** Candidates done between, each counted with the share of its time that lies there. */
  #work = 0;
  #verdicts = 0;
  readonly #latencies: number[] = [];
  #latencySum = 0;
  readonly #times = { queueUs: 0, serviceUs: 0 };
  #asked = 0;
  #refused = 0;
  readonly #errors = new Map<string, { count: number; detail: string }>();

  constructor(options: StepOptions) {
    this.#options = options;
    this.#free = options.inFlight;
  }

  async run(): Promise<LoadStep> {
    const { signal, verifier } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setInterval(() => {
      if (this.#over() || signal.aborted) resolve();
    }, tickMs);
    signal.addEventListener('abort', () => resolve(), { once: true });
    this.#sendSoon();
    await promise;
    clearInterval(timer);
    this.#sending = false;
    if (this.#stalled && this.#underWay > 0)
      this.#count('no_verdict', this.#underWay, 'nothing came any more');
    verifier.cancel();
    signal.throwIfAborted();
    return this.#result();
  }

  /** Goes through warming up, measuring and waiting for the rest; true where the step has ended. */
  #over(): boolean {
    const { seconds, inFlight, stallMs } = this.#options;
    const now = performance.now();
    if (now - this.#lastVerdict > stallMs) {
      this.#stalled = true;
      this.#to = Math.min(this.#to, now);
      return true;
    }
    if (this.#from === Number.POSITIVE_INFINITY) {
      const enough = this.#early >= inFlight || now - this.#start > longest * warmUp * seconds * 1000;
      if (now - this.#start >= warmUp * seconds * 1000 && enough) this.#from = now;
    } else if (this.#sending) {
      const enough = this.#answers >= Math.max(fewest, 3 * inFlight);
      const elapsed = (now - this.#from) / 1000;
      if (elapsed >= longest * seconds || (elapsed >= seconds && enough)) {
        this.#to = now;
        this.#sending = false;
      }
    }
    return !this.#sending && this.#underWay === 0;
  }

  /** What becomes free together is sent together. */
  #sendSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#sending && this.#free > 0) this.#send();
    });
  }

  #send(): void {
    const { verifier, feed, batch, inFlight } = this.#options;
    const { slots, candidateTimeoutMs, maxMessageBytes } = verifier.description;
    const chars = maxMessageBytes === 0 ? maxCallChars : Math.min(maxCallChars, maxMessageBytes / 4);
    const portion = feed.next(Math.min(this.#free, batch), chars);
    const size = portion.texts.length;
    this.#free -= size;
    this.#underWay += size;
    this.#asked += size;
    const sentAt = performance.now();
    // As long as it takes where each before it runs out of its time.
    const deadlineMs = candidateTimeoutMs * Math.ceil(inFlight / Math.max(1, slots)) + 30_000;
    verifier.verify(portion, deadlineMs, {
      verdict: (verdict) => {
        this.#underWay--;
        this.#free++;
        this.#take(verdict, sentAt);
        this.#sendSoon();
      },
      ended: (left, fault) => {
        this.#underWay -= left;
        if (fault !== undefined && left > 0) this.#fault(left, fault);
        if (left > 0) setTimeout(() => this.#giveBack(left), restMs);
      },
    });
  }

  #giveBack(places: number): void {
    this.#free += places;
    this.#sendSoon();
  }

  #take(verdict: Verdict, sentAt: number): void {
    const now = performance.now();
    this.#lastVerdict = now;
    const early = this.#from === Number.POSITIVE_INFINITY;
    if (early) this.#early++;
    else this.#answers++;
    if (verdict.status === 'ERROR') this.#count(verdict.reason, 1, verdict.message);
    if (early || verdict.status === 'ERROR') return;
    const latency = Math.max(now - sentAt, 1e-3);
    this.#work += Math.max(0, Math.min(now, this.#to) - Math.max(sentAt, this.#from)) / latency;
    if (now > this.#to) return;
    this.#verdicts++;
    this.#latencySum += latency;
    this.#times.queueUs += verdict.times?.queueUs ?? 0;
    this.#times.serviceUs += verdict.times?.serviceUs ?? 0;
    // A uniform sample of all (reservoir sampling).
    if (this.#latencies.length < maxLatencies) this.#latencies.push(latency);
    else {
      const at = this.#random.below(this.#verdicts);
      if (at < maxLatencies) this.#latencies[at] = latency;
    }
  }

  #fault(candidates: number, { kind, detail }: CallFault): void {
    if (kind === 'refused') this.#refused += candidates;
    // What this side cancelled at its end is nobody's fault.
    else if (this.#sending || kind !== 'CANCELLED') this.#count(kind, candidates, detail);
  }

  #count(kind: string, count: number, detail: string): void {
    this.#errors.set(kind, { count: (this.#errors.get(kind)?.count ?? 0) + count, detail });
  }

  #result(): LoadStep {
    const seconds = this.#from < this.#to ? (this.#to - this.#from) / 1000 : 0;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const measured = this.#verdicts > 0;
    const at = (q: number) => (measured ? quantile(sorted, q) : null);
    return {
      inFlight: this.#options.inFlight,
      seconds,
      verdicts: this.#verdicts,
      rate: seconds > 0 ? this.#work / seconds : 0,
      latencyMs: {
        mean: measured ? this.#latencySum / this.#verdicts : null,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
      },
      queueMs: measured ? this.#times.queueUs / this.#verdicts / 1000 : null,
      serviceMs: measured ? this.#times.serviceUs / this.#verdicts / 1000 : null,
      asked: this.#asked,
      refused: this.#refused,
      errors: [...this.#errors].map(([reason, more]) => ({ reason, ...more })),
      stalled: this.#stalled,
    };
  }
}
