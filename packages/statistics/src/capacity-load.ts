/** From what was measured of a run to its verifiers' loads, and to the one that limits its speed. */
import type { Bottleneck, VerifierLoad } from './capacity.ts';

/** What was measured of one verifier over a run. */
export interface LoadMeasures {
  readonly name: string;
  readonly offered: number;
  readonly judged: number;
  /** Candidates that replicas judged, and sums of their times in microseconds. */
  readonly judgements: number;
  readonly queueUs: number;
  readonly serviceUs: number;
  readonly cpuUs: number;
  /** Null: not recorded. */
  readonly replicas: readonly ReplicaMeasures[] | null;
}

export interface ReplicaMeasures {
  readonly slots: number;
  /** Slots × milliseconds in which it was there, and those of them in which it had work. */
  readonly slotMs: number;
  readonly busyMs: number;
}

/** One verifier's load; `activeMs` is the run's. */
export function verifierLoad(measures: LoadMeasures, activeMs: number): VerifierLoad {
  const { name, offered, judged, judgements, replicas } = measures;
  const sum = (of: (replica: ReplicaMeasures) => number) =>
    (replicas ?? []).reduce((total, replica) => total + of(replica), 0);
  const [slotMs, busyMs] = [sum((replica) => replica.slotMs), sum((replica) => replica.busyMs)];
  const mean = (us: number) => (judgements === 0 ? 0 : us / judgements / 1000);
  // Little's law for verifiers that do not tell their times.
  const serviceMs = mean(measures.serviceUs === 0 ? 1000 * busyMs : measures.serviceUs);
  const known = replicas !== null && activeMs > 0 && slotMs > 0;
  const slots = known ? slotMs / activeMs : null;
  const capacity = slots !== null && serviceMs > 0 ? (1000 * slots) / serviceMs : null;
  const rate = perSecond(judged, activeMs);
  return {
    name,
    replicas: Math.max(
      1,
      Math.round(sum((replica) => replica.slotMs / replica.slots) / Math.max(1, activeMs)),
    ),
    slots,
    offered,
    judged,
    shared: offered - judged,
    queueMs: mean(measures.queueUs),
    serviceMs,
    cpuMs: mean(measures.cpuUs),
    rate,
    capacity,
    utilization: capacity === null ? null : rate / capacity,
    occupied: known ? busyMs / slotMs : null,
    ceiling: capacity === null || judged === 0 ? null : (capacity * offered) / judged,
  };
}

/** Share of its time from which on something counts as what limits a run. */
const limiting = 0.8;
/** Share of the time that slots have work below which most of it is not judging, and of the process's time. */
const mostly = 0.5;

/**
 * What limits a run's speed, by the utilisation law: of all that a candidate passes through, what is busy all the time.
 * With one replica more, the run gets on in proportion, up to the asymptotic bound that the next one sets (Denning and
 * Buzen 1978, "The Operational Analysis of Queueing Network Models"), of which it is taken to reach as large a share as
 * of the present one. Null where nothing was judged.
 *
 * @param loopMs of `activeMs`, milliseconds in which the process that reads, sends and stores was busy; null: not
 * recorded.
 */
export function bottleneckOf(
  loads: readonly VerifierLoad[],
  { activeMs, loopMs }: { activeMs: number; loopMs: number | null },
): Bottleneck | null {
  if (activeMs <= 0 || loads.every(({ judged }) => judged === 0)) return null;
  const candidates = loads.reduce((most, { offered }) => Math.max(most, offered), 0);
  const rate = perSecond(candidates, activeMs);
  const none = (why: string): Bottleneck => ({ verifier: null, why, rate, addOne: null });
  if (loads.some(({ occupied, judged }) => occupied === null && judged > 0)) {
    return none(
      'How many slots the verifiers had was not recorded with this run, so that their load is not known.',
    );
  }
  const busiest = loads.reduce((most, load) => (rank(load) > rank(most) ? load : most));
  const loop = (loopMs ?? 0) / activeMs;
  const { name, utilization } = busiest;
  const most = `${name}'s slots, the busiest, had work ${percent(busy(busiest))} of the time`;
  /** Its slots have work, most of which is on its way or done: the process at the other end may be what is slow. */
  const waits = busy(busiest) >= limiting && (utilization ?? 0) < mostly * busy(busiest);
  if ((waits && loop >= mostly) || (busy(busiest) < limiting && loop >= limiting)) {
    const judging = utilization === null ? '' : ` and judged ${percent(utilization)}`;
    return none(
      `The process that reads the input, sends and stores was busy ${percent(loop)} of the time; ${most}${judging}.`,
    );
  }
  if (busy(busiest) < limiting) {
    return none(
      `No verifier is busy: ${most}. The input came no faster, or the run was too short to fill them.`,
    );
  }
  const others = loads.filter((load) => load !== busiest);
  const second = others.reduce((top, load) => Math.max(top, busy(load)), 0);
  const idle = others.length === 0 ? '' : `, those of every other verifier at most ${percent(second)}`;
  const elsewhere = waits
    ? ` It judged ${percent(utilization ?? 0)} of the time: the rest is its own overhead, other runs' work, or on its way.`
    : '';
  return {
    verifier: name,
    why: `${name}'s slots had work ${percent(busy(busiest))} of the time${idle}.${elsewhere}`,
    rate,
    addOne: withOneMore(busiest, others, rate, loop),
  };
}

/** Candidates per second where what limits has one replica more. */
function withOneMore(
  busiest: VerifierLoad,
  others: readonly VerifierLoad[],
  rate: number,
  loop: number,
): NonNullable<Bottleneck['addOne']> {
  const reached = Math.min(1, busy(busiest));
  let best: { rate: number; next: string | null } = {
    rate: (rate * (busiest.replicas + 1)) / busiest.replicas,
    next: busiest.name,
  };
  // A verifier's bound by its judging alone: what is on its way would overlap at a higher load.
  const bounds = others.map(({ name, utilization }) => ({
    next: name as string | null,
    share: utilization ?? 0,
  }));
  for (const { next, share } of [...bounds, { next: null, share: loop }]) {
    if (share > 0 && (rate / share) * reached < best.rate) best = { rate: (rate / share) * reached, next };
  }
  // More of it takes nothing away.
  return { ...best, rate: Math.max(rate, best.rate) };
}

function busy({ occupied, utilization }: VerifierLoad): number {
  return Math.min(1, Math.max(occupied ?? 0, utilization ?? 0));
}

/** Of two that are about as busy, the one that judges more is ahead. */
function rank(load: VerifierLoad): number {
  return busy(load) + (load.utilization ?? 0) / 20;
}

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (1000 * count) / ms : 0;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
