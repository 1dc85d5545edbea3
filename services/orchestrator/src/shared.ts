/** This process among others on a store that they share: its heartbeat, its part of the queue, and what it waits for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, problemCodec } from '@assay/contract';
import type { SharedWork, Store, TakenWork, VerdictRow, Want, Work } from '@assay/store';
import { errorVerdict, type ProblemRef } from './task.ts';

/** Milliseconds between questions for what others judge. */
const pollMs = 100;
/** Share of the time in which such a question may be under way. */
const pollShare = 0.2;
/** Longest pause between them, milliseconds. */
const maxPollMs = 1_000;
/** Wants that are asked for at a time. */
const pollSize = 2_000;
/** Milliseconds until a heartbeat that failed is tried again. */
const againMs = 500;
/** Contents that are known to be in the store. */
const maxContents = 1_000;

/** State of work in the queue, as of `SharedWork.enqueue`. */
export type Place = 'mine' | 'elsewhere' | 'judged';

/** A verdict that comes from another process. */
export interface Elsewhere {
  want: Want;
  /** What was stored for the candidate before, which is not it. */
  before: VerdictRow | undefined;
  wanted(): boolean;
  /** Milliseconds for which the work may be nobody's, until another process takes it. */
  patienceMs: number;
  /** Called once: with what is stored now, or undefined where nobody has worked on it for so long, or it is not wanted. */
  settle(row: VerdictRow | undefined): void;
}

/** Waits that are given up at a time: whoever waited asks the store again. */
const lateSize = 512;

/** Work and wants that go to the store together. */
interface Group {
  work: Work[];
  wants: Want[];
  /** Calls that are in it. */
  parts: number;
  places: Promise<Map<string, Place>>;
}

export class Sharing {
  readonly #store: Store;
  readonly #shared: SharedWork;
  /** With the time since when the work is nobody's; 0: somebody has it. */
  readonly #waits = new Map<Elsewhere, number>();
  readonly #contents = new Map<string, Promise<void>>();
  #heart: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  /** Of the last heartbeat, while none has reached the store. */
  #unseen: unknown = true;
  #group: Group | undefined;
  #enqueued: Promise<unknown> = Promise.resolve();
  #polling: Promise<void> | undefined;
  /** Keys, and whether this process could do nothing with them. */
  readonly #released = new Map<string, boolean>();
  #releasing: Promise<void> | undefined;
  /** A call has failed: what it did is not known. */
  #doubt = false;
  readonly #end = new AbortController();

  constructor(store: Store, shared: SharedWork) {
    this.#store = store;
    this.#shared = shared;
  }

  /** Resolves once others can see this process, rejects where the store cannot be told; to be called before all else. */
  async start(): Promise<void> {
    this.#beating ??= this.#beat();
    await this.#beating;
    if (this.#unseen !== undefined) throw this.#unseen;
  }

  async #beat(): Promise<void> {
    let pauseMs = this.#shared.leaseMs / 3;
    try {
      if (this.#doubt) await this.#startAnew();
      await this.#shared.beat();
      this.#unseen = undefined;
    } catch (error) {
      if (this.#unseen !== undefined) this.#unseen = error;
      pauseMs = Math.min(pauseMs, againMs);
    }
    if (this.#end.signal.aborted) return;
    this.#heart = setTimeout(() => {
      this.#beating = this.#beat();
    }, pauseMs);
  }

  /** Nothing may stay with a process that does not know of it. */
  async #startAnew(): Promise<void> {
    this.#doubt = false;
    try {
      await this.#shared.leave();
    } catch (error) {
      this.#doubt = true;
      throw error;
    }
  }

  /** The store has failed, and nothing that this process held is at work any more: others may take it. */
  giveUp(): void {
    this.#doubt = true;
  }

  /** Passes a call on; where it fails, all that this process holds is given back with the next heartbeat. */
  async #surely<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      this.#doubt ||= !hasDoneNothing(error);
      throw error;
    }
  }

  /** Makes work of a problem durable, and answers where each key is. What comes during a write goes with the next. */
  async enqueue(
    problem: ProblemRef,
    work: readonly Work[],
    wants: readonly Want[],
  ): Promise<Map<string, Place>> {
    for (let again = true; ; again = false) {
      await this.#content(problem);
      const group = this.#group ?? this.#openGroup();
      group.work.push(...work);
      group.wants.push(...wants);
      group.parts++;
      try {
        return await group.places;
      } catch (error) {
        if (error instanceof AssayError && error.code === 'content_unknown' && again) {
          // Of any problem of the group; the store forgets what nobody has asked for in a long time.
          this.#contents.delete(problem.digest);
          continue;
        }
        // It may be another's fault.
        if (group.parts > 1) return this.#surely(this.#shared.enqueue(work, wants));
        throw error;
      }
    }
  }

  #openGroup(): Group {
    const { promise, resolve } = Promise.withResolvers<Map<string, Place>>();
    const group: Group = { work: [], wants: [], parts: 0, places: promise };
    this.#group = group;
    this.#enqueued = this.#enqueued.then(() => {
      this.#group = undefined;
      const places = this.#surely(this.#shared.enqueue(group.work, group.wants));
      resolve(places);
      return places.catch(() => {});
    });
    return group;
  }

  #content({ digest, message }: ProblemRef): Promise<void> {
    let put = this.#contents.get(digest);
    if (put === undefined) {
      put = this.#shared.putContent(digest, problemCodec.serialize(message));
      put.catch(() => this.#contents.delete(digest));
      for (const oldest of this.#contents.keys()) {
        if (this.#contents.size < maxContents) break;
        this.#contents.delete(oldest);
      }
      this.#contents.set(digest, put);
    }
    return put;
  }

  /** Takes over work of others: see `SharedWork.take`. */
  take(verifiers: readonly string[], limit: number, bytes: number): Promise<TakenWork[]> {
    return this.#surely(this.#shared.take(verifiers, limit, bytes));
  }

  /** The problem of work that was taken. */
  async problem(digest: string): Promise<ProblemRef> {
    const content = await this.#shared.content(digest);
    return { digest, message: problemCodec.deserialize(Buffer.from(content)), bytes: content.length };
  }

  /** Gives up work that was taken too often from those who died of it: it is an ERROR for all who want it. */
  async condemn({ key, taken, wants }: TakenWork): Promise<void> {
    const detail = `${taken} orchestrators that were given it died or failed`;
    const verdict = errorVerdict('poison', detail, false);
    const judgement = { key, work: key, verdict, replica: '', attempts: 0 };
    await this.#store.commit(
      wants.map(({ problem, verifier, candidate, tokens }) => {
        return { problem, verifier, candidate, tokens, source: 'JUDGED', judgement };
      }),
    );
  }

  /** Of a run that was cancelled. */
  unwant(wants: readonly Want[]): Promise<void> {
    return this.#surely(this.#shared.unwant(wants));
  }

  /** Gives work back, soon; see `SharedWork.release`. */
  release(keys: readonly string[], failed = false): void {
    // All of it is given back.
    if (this.#end.signal.aborted) return;
    for (const key of keys) this.#released.set(key, failed || this.#released.get(key) === true);
    this.#releasing ??= Promise.resolve().then(() => this.#release());
  }

  async #release(): Promise<void> {
    try {
      while (this.#released.size > 0) {
        const released = [...this.#released];
        this.#released.clear();
        for (const failed of [false, true]) {
          const keys = released.filter((each) => each[1] === failed).map(([key]) => key);
          if (keys.length > 0) await this.#shared.release(keys, failed);
        }
      }
    } catch {
      this.#doubt = true;
    } finally {
      this.#releasing = undefined;
    }
  }

  /** Waits for a verdict that another process gives. */
  wait(elsewhere: Elsewhere): void {
    this.#waits.set(elsewhere, 0);
    this.#polling ??= this.#poll();
  }

  async #poll(): Promise<void> {
    let pauseMs = pollMs;
    while (this.#waits.size > 0 && !this.#end.signal.aborted) {
      await sleep(pauseMs, undefined, { signal: this.#end.signal }).catch(() => {});
      const start = performance.now();
      for (const each of this.#waits.keys()) if (!each.wanted()) this.#settle(each, undefined);
      const all = [...this.#waits.keys()];
      try {
        for (let at = 0; at < all.length && !this.#end.signal.aborted; at += pollSize) {
          await this.#ask(all.slice(at, at + pollSize));
        }
        const late = all.filter((each) => this.#isLate(each)).slice(0, lateSize);
        for (const each of late) this.#settle(each, undefined);
      } catch {
        // The store may be back next time; where it is not, whoever commits tells.
      }
      pauseMs = Math.min(maxPollMs, Math.max(pollMs, (performance.now() - start) / pollShare));
    }
    this.#polling = undefined;
  }

  async #ask(waits: readonly Elsewhere[]): Promise<void> {
    const found = await this.#shared.unsettled(waits.map(({ want }) => want));
    const unsettled = new Map(found.map((each) => [idOf(each), each]));
    const settled = waits.filter(({ want }) => !unsettled.has(idOf(want)));
    for (const each of waits) {
      const held = unsettled.get(idOf(each.want))?.held;
      if (held === undefined || !this.#waits.has(each)) continue;
      this.#waits.set(each, held ? 0 : this.#waits.get(each) || performance.now());
    }
    const groups = Map.groupBy(settled, ({ want }) => `${want.problem}/${want.verifier}`);
    for (const group of groups.values()) {
      const { problem, verifier } = (group[0] as Elsewhere).want;
      const candidates = [...new Set(group.map(({ want }) => want.candidate))];
      const rows = await this.#store.findVerdicts(problem, verifier, candidates);
      for (const each of group) {
        const row = rows.get(each.want.candidate);
        const isNew =
          row !== undefined && (each.before === undefined || row.judgement?.id !== each.before.judgement?.id);
        this.#settle(each, isNew ? row : undefined);
      }
    }
  }

  #isLate(each: Elsewhere): boolean {
    const since = this.#waits.get(each) ?? 0;
    return since > 0 && performance.now() - since >= each.patienceMs;
  }

  #settle(each: Elsewhere, row: VerdictRow | undefined): void {
    if (this.#waits.delete(each)) each.settle(row);
  }

  /** Gives everything back: this process is about to end. */
  async close(): Promise<void> {
    this.#end.abort();
    clearTimeout(this.#heart);
    this.#waits.clear();
    if (this.#beating === undefined) return;
    await Promise.all([this.#beating, this.#enqueued, this.#releasing, this.#polling]);
    clearTimeout(this.#heart);
    // Where it fails, the lease ends by itself.
    await this.#shared.leave().catch(() => {});
  }
}

function idOf({ problem, verifier, candidate }: Want): string {
  return `${problem}/${verifier}/${candidate}`;
}

/** The store is well, and did not take what it was given. */
function hasDoneNothing(error: unknown): boolean {
  return error instanceof AssayError && ['content_unknown', 'store_refused'].includes(error.code);
}
