/** Prometheus metrics of one orchestrator, in a registry of its own. */
import type { VerdictSource, VerdictStatus, VerifierStatus } from '@assay/contract';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type CallEnd, isFault } from './call-end.ts';

/** What is asked for when metrics are read. */
export interface Levels {
  verifiers(): Promise<VerifierStatus[]>;
  /** Runs at work. */
  runs(): number;
  /** Candidates × verifiers that are not durable yet; in a shared store those whose work this process holds. */
  outstanding(): number;
}

/** Names come from replicas: more than this many are counted together. */
const maxVerifiers = 100;
const others = 'others';

const seconds = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
];

export class Meters {
  readonly registry = new Registry();
  readonly #names = new Set<string>();
  readonly #answers: Counter<'verifier' | 'source' | 'status'>;
  readonly #times: Histogram<'verifier'>;
  readonly #faults: Counter<'verifier' | 'kind'>;
  readonly #commitTime: Histogram;
  readonly #commitRows: Histogram;
  readonly #storeErrors: Counter;
  readonly #takenOver: Counter;
  /** Children by labels: looking those up for every verdict is what costs. */
  readonly #children = new Map<string, { inc(): void }>();
  readonly #timers = new Map<string, { observe(value: number): void }>();

  constructor() {
    const registers = [this.registry];
    const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
      new Counter({ name: `assay_orchestrator_${name}`, help, labelNames, registers });
    const histogram = <T extends string>(
      name: string,
      help: string,
      buckets: number[],
      labelNames: T[] = [],
    ) => new Histogram({ name: `assay_orchestrator_${name}`, help, buckets, labelNames, registers });
    this.#answers = counter('candidates_total', 'Candidates that got what they were submitted for.', [
      'verifier',
      'source',
      'status',
    ]);
    const timeHelp = 'From the acceptance of a candidate until its verdict is durable.';
    this.#times = histogram('time_to_verdict_seconds', timeHelp, seconds, ['verifier']);
    this.#faults = counter('faults_total', 'Calls of verifiers that failed, and verdicts ERROR.', [
      'verifier',
      'kind',
    ]);
    this.#commitTime = histogram('commit_seconds', 'Transactions of the store.', seconds);
    this.#commitRows = histogram(
      'commit_rows',
      'Verdicts of a transaction.',
      [1, 4, 16, 64, 256, 1024, 4096],
    );
    this.#storeErrors = counter('store_errors_total', 'Transactions that failed.');
    this.#takenOver = counter('work_taken_over_total', 'Work taken over from other orchestrators.');
    collectDefaultMetrics({ register: this.registry });
  }

  /** From now on metrics tell of this orchestrator. */
  watch(levels: Levels): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name: `assay_orchestrator_${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('runs', 'Runs at work.', () => levels.runs());
    gauge('outstanding_candidates', 'Candidates × verifiers under way.', () => levels.outstanding());
    // Asked once for all that are read together.
    let read: Promise<VerifierStatus[]> | undefined;
    const statuses = () => {
      read ??= levels.verifiers().finally(() => setImmediate(() => (read = undefined)));
      return read;
    };
    // Names that no replica bears are callers' own.
    const label = ({ name, replicas }: VerifierStatus) =>
      replicas.some(({ description }) => description !== null) || this.#names.has(name)
        ? this.#label(name)
        : others;
    const byVerifier = (name: string, help: string, value: (status: VerifierStatus) => number) =>
      new Gauge({
        name: `assay_orchestrator_${name}`,
        help,
        labelNames: ['verifier'],
        registers,
        async collect() {
          const all = await statuses();
          this.reset();
          for (const status of all) this.inc({ verifier: label(status) }, value(status));
        },
      });
    byVerifier('queued_candidates', 'Candidates that wait for a replica.', ({ queued }) => queued);
    byVerifier('in_flight_candidates', 'Candidates at replicas.', ({ replicas }) =>
      replicas.reduce((sum, { inFlight }) => sum + inFlight, 0),
    );
    byVerifier('work_seconds', 'Seconds of one slot that all of them will take.', ({ workS }) => workS);
    byVerifier(
      'work_seconds_per_slot',
      'The same for each slot that is READY: how long until all is done.',
      ({ workS, slots }) => workS / Math.max(1, slots),
    );
    byVerifier('slots', 'Slots of replicas that are READY.', ({ slots }) => slots);
    byVerifier(
      'waiting_submissions',
      'Submissions that wait for the first replica of a verifier.',
      ({ waiting }) => waiting,
    );
    new Gauge({
      name: 'assay_orchestrator_replicas',
      help: 'Replicas by state.',
      labelNames: ['verifier', 'state'],
      registers,
      async collect() {
        const all = await statuses();
        this.reset();
        for (const status of all) {
          for (const state of ['READY', 'CONNECTING', 'EJECTED', 'DRAINING'] as const) {
            const count = status.replicas.filter((replica) => replica.state === state).length;
            this.inc({ verifier: label(status), state }, count);
          }
        }
      },
    });
  }

  #label(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= maxVerifiers) return others;
    this.#names.add(name);
    return name;
  }

  /** A candidate is durable; `status` is absent where it was skipped. */
  answered(
    verifier: string,
    source: VerdictSource,
    status: VerdictStatus | undefined,
    seconds: number,
  ): void {
    const key = `${verifier} ${source} ${status}`;
    let child = this.#children.get(key);
    let timer = this.#timers.get(verifier);
    if (child === undefined || timer === undefined) {
      const name = this.#label(verifier);
      child = this.#answers.labels({ verifier: name, source, status: status ?? '' });
      timer = this.#times.labels({ verifier: name });
      if (name === verifier) {
        this.#children.set(key, child);
        this.#timers.set(verifier, timer);
      }
    }
    child.inc();
    timer.observe(seconds);
  }

  /** A call ended so; what is nobody's fault does not count. */
  ended(verifier: string, end: CallEnd): void {
    if (isFault(end)) this.#fault(verifier, end.kind);
  }

  /** A verdict was an ERROR. */
  error(verifier: string): void {
    this.#fault(verifier, 'error');
  }

  #fault(verifier: string, kind: string): void {
    this.#faults.inc({ verifier: this.#label(verifier), kind });
  }

  committed(rows: number, seconds: number): void {
    this.#commitRows.observe(rows);
    this.#commitTime.observe(seconds);
  }

  storeError(): void {
    this.#storeErrors.inc();
  }

  tookOver(work: number): void {
    this.#takenOver.inc(work);
  }
}
