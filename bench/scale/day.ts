/** A day of a fleet, in steps of some seconds: arrivals by the daily profile, an autoscaler that lags, pods that go. */
import { Draws } from './draws.ts';
import { generalMeanWait } from './erlang.ts';
import { type Inputs, intensity, type VerifierInputs } from './inputs.ts';
import { Scaler } from './scaler.ts';
import { Times } from './times.ts';

/** Seconds. */
const step = 5;
const day = 86_400;

/** What became of a day's candidates of one verifier; they are `shared + judged + left` all together. */
export interface VerifierDay {
  arrived: number;
  /** Verdicts that another candidate had brought. */
  shared: number;
  judged: number;
  /** Without a verdict when the day ends. */
  left: number;
  /** Candidates that were judged again, as their pod was lost. */
  redone: number;
  podHours: number;
  mostPods: number;
  podsLost: number;
  /** Most pods that were asked for within a quarter of an hour. */
  mostStarted: number;
  /** Share of the slots at work, over the day. */
  busy: number;
  /** Seconds to the verdict that a share `q` of those judged stays below. */
  quantileS(q: number): number;
}

/** Simulates a day of each verifier. The same seed gives the same day. */
export function simulateDay(inputs: Inputs, seed: number): Record<string, VerifierDay> {
  const entries = Object.entries(inputs.verifiers);
  return Object.fromEntries(
    entries.map(([name, verifier], i) => [name, new Fleet(inputs, verifier, new Draws(seed, i)).day()]),
  );
}

/** The pods of one verifier. */
class Fleet {
  readonly #inputs: Inputs;
  readonly #verifier: VerifierInputs;
  readonly #draws: Draws;
  readonly #scaler: Scaler;
  readonly #times = new Times();
  /** Seconds that a pod lives: those on preemptible machines and the others together. */
  readonly #lifeS: number;
  #pods: number;
  #starting: { at: number; pods: number }[] = [];
  /** Newest last. */
  #asked: { at: number; pods: number }[] = [];
  #backlog = 0;
  /** Share of the slots that was at work in the last step. */
  #busy = 0;
  readonly #sum = { arrived: 0, shared: 0, judged: 0, redone: 0, podSeconds: 0, podsLost: 0 };
  #mostPods = 0;
  #mostStarted = 0;

  constructor(inputs: Inputs, verifier: VerifierInputs, draws: Draws) {
    const { share, duplicates, serviceS, slotsPerPod, floor, gpusPerPod } = verifier;
    this.#inputs = inputs;
    this.#verifier = verifier;
    this.#draws = draws;
    const pods = ((inputs.perDay / day) * share * (1 - duplicates) * serviceS) / slotsPerPod;
    const least = Math.max(1, Math.ceil(floor * pods));
    this.#scaler = new Scaler(inputs, verifier, least);
    // It fits the first minute.
    this.#pods = Math.max(least, Math.ceil((pods * intensity(inputs, 0)) / inputs.scaling.utilization));
    const spot = gpusPerPod > 0 ? 0 : inputs.spotShare;
    this.#lifeS = 1 / (spot / inputs.spotLifeS + (1 - spot) / inputs.podLifeS);
  }

  day(): VerifierDay {
    for (let t = 0; t < day; t += step) this.#step(t);
    const { podSeconds, ...sum } = this.#sum;
    const { serviceS, slotsPerPod } = this.#verifier;
    return {
      ...sum,
      left: this.#backlog,
      podHours: podSeconds / 3_600,
      mostPods: this.#mostPods,
      mostStarted: this.#mostStarted,
      busy: ((sum.judged + sum.redone) * serviceS) / (podSeconds * slotsPerPod),
      quantileS: (q) => this.#times.quantile(q),
    };
  }

  #step(t: number): void {
    const again = this.#loseAndStart(t);
    const { share, duplicates, serviceS, slotsPerPod } = this.#verifier;
    const expected = (this.#inputs.perDay / day) * share * intensity(this.#inputs, t) * step;
    const came = this.#draws.poisson(expected);
    const shared = Math.round(came * duplicates);
    const fresh = came - shared;
    const slots = this.#pods * slotsPerPod;
    const able = (slots / serviceS) * step;
    // What was lost with its pod takes its time twice.
    const done = Math.min(this.#backlog + fresh, Math.max(0, able - again));
    this.#backlog += fresh - done;
    this.#sum.arrived += came;
    this.#sum.shared += shared;
    this.#sum.judged += done;
    this.#sum.redone += again;
    this.#sum.podSeconds += (this.#pods + this.#coming) * step;
    this.#mostPods = Math.max(this.#mostPods, this.#pods);
    this.#time(fresh, slots);
    this.#busy = able === 0 ? 1 : Math.min(1, (done + again) / able);
    if (t % this.#inputs.scaling.pollS < step) this.#scale(t, (done / step) * serviceS);
  }

  get #coming(): number {
    return this.#starting.reduce((sum, { pods }) => sum + pods, 0);
  }

  /** Pods come and go; how many candidates were under way in those that went. */
  #loseAndStart(t: number): number {
    for (const { at, pods } of this.#starting) if (at <= t) this.#pods += pods;
    this.#starting = this.#starting.filter(({ at }) => at > t);
    const lost = Math.min(this.#pods, this.#draws.poisson((this.#pods * step) / this.#lifeS));
    if (lost === 0) return 0;
    this.#pods -= lost;
    this.#sum.podsLost += lost;
    this.#starting.push({ at: t + this.#verifier.podStartS, pods: lost });
    return lost * this.#verifier.slotsPerPod * this.#busy;
  }

  /** The times to the verdicts of what came in this step, from a few draws. */
  #time(fresh: number, slots: number): void {
    if (fresh === 0) return;
    const { serviceS, serviceCv, podStartS } = this.#verifier;
    const { nodeStartS } = this.#inputs.scaling;
    const queuedS = slots === 0 ? podStartS + nodeStartS : (this.#backlog * serviceS) / slots;
    // Where there is a backlog all wait; else some do, by chance.
    const rate = Math.min(fresh / step, (0.99 * slots) / serviceS);
    const chanceS = this.#backlog > 0 ? 0 : generalMeanWait(slots, rate, { serviceS, serviceCv });
    const samples = 8;
    for (let i = 0; i < samples; i++) {
      const waitS = queuedS + (chanceS > 0 ? this.#draws.exponential(chanceS) : 0);
      this.#times.add(waitS + this.#draws.time(serviceS, serviceCv), fresh / samples);
    }
  }

  /** `judging`: candidates in slots. */
  #scale(t: number, judging: number): void {
    const { podStartS } = this.#verifier;
    const there = this.#pods + this.#coming;
    const wanted = this.#scaler.pods(t, this.#backlog + judging, this.#busy, this.#pods, there);
    if (wanted > there) {
      const pods = wanted - there;
      this.#starting.push({ at: t + podStartS + this.#inputs.scaling.nodeStartS, pods });
      this.#asked.push({ at: t, pods });
      this.#asked = this.#asked.filter(({ at }) => at > t - 900);
      const recent = this.#asked.reduce((sum, each) => sum + each.pods, 0);
      this.#mostStarted = Math.max(this.#mostStarted, recent);
    } else if (wanted < there) {
      // Those that still start are let be.
      this.#pods = Math.max(1, this.#pods - (there - wanted));
    }
  }
}
