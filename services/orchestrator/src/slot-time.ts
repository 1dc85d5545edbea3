/** What a replica's slots had to do, and for whom. */
import type { Verdict } from '@assay/contract';
import type { Lane } from './lane.ts';

/** Slots × milliseconds in which a replica was there, and those of them in which it had work. */
export interface SlotTime {
  slotMs: number;
  busyMs: number;
}

/** Status tells of the load over this many milliseconds. */
const markMs = 5_000;

export class SlotMeter {
  /** Candidates there, by who pays for them. */
  readonly #payers = new Map<Lane, number>();
  inFlight = 0;
  /** Since it is known under its name. */
  #total: SlotTime = { slotMs: 0, busyMs: 0 };
  #accounted = performance.now();
  // Little's law, over the time since the last estimate: busy slot-milliseconds and verdicts.
  #busyMs = 0;
  #answered = 0;
  #statedMs = 0;
  #marks: ({ at: number; verdicts: number } & SlotTime)[] = [];
  /** Mean wall milliseconds of one candidate in one slot; undefined: not measured yet. */
  serviceMs: number | undefined;
  /** The same by what the verdicts say, without their way; undefined: they do not. */
  judgingMs: number | undefined;
  verdicts = 0;

  /**
   * Adds the slot-time since the last change of `inFlight`, of the slots or of whether it is `there`; to be called
   * before each. `alone`: what is there has all the slots.
   */
  account(slots: number, there: boolean, alone: boolean): void {
    const now = performance.now();
    const elapsed = now - this.#accounted;
    this.#accounted = now;
    const busyMs = elapsed * Math.min(this.inFlight, slots);
    this.#busyMs += busyMs;
    this.#total.busyMs += busyMs;
    // What is out of service has no slots but those that still judge.
    this.#total.slotMs += there ? elapsed * slots : busyMs;
    const charged = alone ? elapsed * slots : busyMs;
    for (const [payer, count] of this.#payers) payer.charge((charged * count) / this.inFlight);
  }

  add(count: number, payer: Lane | undefined): void {
    this.inFlight += count;
    if (payer === undefined) return;
    const left = (this.#payers.get(payer) ?? 0) + count;
    if (left === 0) this.#payers.delete(payer);
    else this.#payers.set(payer, left);
  }

  answered({ times }: Verdict): void {
    this.#answered++;
    this.#statedMs += (times?.serviceUs ?? Number.NaN) / 1000;
    this.verdicts++;
  }

  /** Mean service time = busy slot-time ÷ completions, over `periodMs` of it. */
  measure(periodMs: number): void {
    if (this.#busyMs < periodMs && this.serviceMs !== undefined) return;
    this.serviceMs = averaged(this.serviceMs, this.#busyMs / this.#answered);
    const stated = this.#statedMs / this.#answered;
    this.judgingMs = stated > 0 ? averaged(this.judgingMs, stated) : undefined;
    this.forgetPeriod();
  }

  forgetPeriod(): void {
    this.#busyMs = 0;
    this.#answered = 0;
    this.#statedMs = 0;
  }

  /** Another verifier at this address: what was before is not its load. */
  forgetTotal(): void {
    this.#total = { slotMs: 0, busyMs: 0 };
  }

  get total(): Readonly<SlotTime> {
    return { ...this.#total };
  }

  /** To be called now and then: `recent` tells of the time since. */
  mark(now: number): void {
    this.#marks.push({ at: now, verdicts: this.verdicts, ...this.#total });
    if (now - (this.#marks[1]?.at ?? now) > markMs) this.#marks.shift();
  }

  /** Verdicts per second, and the share of the slots' time in which they had work. */
  get recent(): { rate: number; occupied: number } {
    const [first] = this.#marks;
    if (first === undefined) return { rate: 0, occupied: 0 };
    const { slotMs, busyMs } = this.#total;
    const elapsed = performance.now() - first.at;
    return {
      rate: elapsed > 0 ? ((this.verdicts - first.verdicts) * 1000) / elapsed : 0,
      occupied: slotMs > first.slotMs ? (busyMs - first.busyMs) / (slotMs - first.slotMs) : 0,
    };
  }
}

function averaged(before: number | undefined, now: number): number {
  return before === undefined ? now : 0.7 * before + 0.3 * now;
}
