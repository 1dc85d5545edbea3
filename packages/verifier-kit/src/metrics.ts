/** Prometheus metrics of one served verifier, in a registry of its own. */
import type { status } from '@assay/contract';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { VerdictBody } from './definition.ts';
import { statusName } from './verdict.ts';

/** Values that are read when metrics are asked for. */
export interface Levels {
  inFlight(): number;
  queued(): number;
  leaked(): number;
  readonly capacity: number;
  readonly slots: number;
  serving(): boolean;
  /** Of the verifier. */
  readonly name: string;
  readonly version: string;
}

const seconds = [
  1e-5, 1e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
];

export class Metrics {
  readonly registry = new Registry();
  readonly #verdicts: Counter<'status' | 'reason'>;
  /** A counter's child by status and reason: looking labels up for every verdict is what costs. */
  readonly #children = new Map<string, { inc(): void }>();
  readonly #calls: Counter<'code'>;
  readonly #batch: Histogram;
  readonly #queueTime: Histogram;
  readonly #serviceTime: Histogram;

  constructor(levels: Levels, withProcess: boolean) {
    const registers = [this.registry];
    this.#verdicts = new Counter({
      name: 'assay_verifier_candidates_total',
      help: 'Candidates that got a verdict.',
      labelNames: ['status', 'reason'],
      registers,
    });
    this.#calls = new Counter({
      name: 'assay_verifier_calls_total',
      help: 'Verify calls that ended.',
      labelNames: ['code'],
      registers,
    });
    this.#batch = new Histogram({
      name: 'assay_verifier_batch_candidates',
      help: 'Candidates of an accepted call.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    });
    this.#queueTime = new Histogram({
      name: 'assay_verifier_queue_seconds',
      help: 'From acceptance of a candidate to the start of its judging.',
      buckets: seconds,
      registers,
    });
    this.#serviceTime = new Histogram({
      name: 'assay_verifier_service_seconds',
      help: 'Judging of a candidate.',
      buckets: seconds,
      registers,
    });
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name: `assay_verifier_${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('in_flight_candidates', 'Candidates accepted and not yet answered.', () => levels.inFlight());
    gauge('queued_candidates', 'Candidates that wait for a slot.', () => levels.queued());
    gauge('leaked_slots', 'Slots whose work was given up and still runs.', () => levels.leaked());
    gauge('capacity_candidates', 'Most candidates accepted at a time.', () => levels.capacity);
    gauge('slots', 'Pieces of work judged at a time.', () => levels.slots);
    gauge('serving', '1: takes calls; 0: drains, or is not fit.', () => Number(levels.serving()));
    new Gauge({
      name: 'assay_verifier_info',
      help: 'Always 1; tells which verifier this is.',
      labelNames: ['verifier', 'version'],
      registers,
    }).set({ verifier: levels.name, version: levels.version }, 1);
    if (withProcess) collectDefaultMetrics({ register: this.registry });
  }

  verdict(body: VerdictBody, queueMs: number, serviceMs: number): void {
    const key = `${body.status} ${body.reason}`;
    let child = this.#children.get(key);
    if (child === undefined) {
      child = this.#verdicts.labels({ status: statusName(body.status), reason: body.reason ?? '' });
      this.#children.set(key, child);
    }
    child.inc();
    this.#queueTime.observe(queueMs / 1000);
    this.#serviceTime.observe(serviceMs / 1000);
  }

  accepted(candidates: number): void {
    this.#batch.observe(candidates);
  }

  call(code: keyof typeof status): void {
    this.#calls.inc({ code });
  }
}
