/**
 * Sessions for many headers, within a number of processes that is never exceeded. Who waits is served in order of
 * arrival, by a session that stands ready for its header or by one that is started for it; the sessions of headers that
 * nobody has asked for longest make room. A session that was used enough gives way to a new one.
 */
import type { Header } from '../types.ts';
import type { NoSession, Session } from './session.ts';

export interface PoolOptions {
  /** Starts a session; all that it started has ended where it gives none. */
  readonly start: (header: Header, signal: AbortSignal) => Promise<Session | NoSession>;
  /** Sessions that work, or start for somebody who waits, at the same time. */
  readonly slots: number;
  /** Processes above the slots. They stand ready, unused, to take over at once. @default 1 */
  readonly spares?: number;
  /** Checks after which a session is replaced. @default 500 */
  readonly maxUses?: number;
  /** Private bytes left behind by checks after which it is replaced. @default 512 MiB */
  readonly maxGrowthBytes?: number;
  /** Memory for a spare. @default process.availableMemory */
  readonly availableBytes?: () => number;
}

interface Waiter {
  readonly order: number;
  /** Takes only a session that no candidate has been on. */
  readonly clean: boolean;
  readonly resolve: (session: Session | NoSession) => void;
  gone: boolean;
}

/** Memory that a spare leaves free, beside twice what a session takes. */
const reserveBytes = 256 * 2 ** 20;

/** Starts in a row that fail before all who wait for that header are told so, not only the first of them. */
const maxFailures = 2;

class Group {
  readonly header: Header;
  readonly waiting = { any: new Queue(), clean: new Queue() };
  /** Last used one last. */
  readonly idle: Session[] = [];
  /** Sessions of it, idle or not. */
  live = 0;
  starting = 0;
  failures = 0;
  usedAt = 0;

  constructor(header: Header) {
    this.header = header;
  }

  get wanted(): number {
    return this.waiting.any.size + this.waiting.clean.size;
  }

  /** Starts that somebody waits for. */
  get needed(): number {
    return Math.min(this.starting, this.wanted);
  }

  /** Takes an idle session; one that was used before, so that the clean ones remain. */
  take(clean: boolean): Session | undefined {
    let at = this.idle.findLastIndex(({ judged }) => (clean ? judged === 0 : judged > 0));
    if (at < 0 && !clean) at = this.idle.length - 1;
    return at < 0 ? undefined : this.idle.splice(at, 1)[0];
  }
}

/** First in, first out; those that are gone are skipped. */
class Queue {
  #waiters: Waiter[] = [];
  #at = 0;
  size = 0;

  get first(): Waiter | undefined {
    while (this.#waiters[this.#at]?.gone) this.#at++;
    if (this.#at > 1000 && this.#at > this.#waiters.length / 2) {
      this.#waiters = this.#waiters.slice(this.#at);
      this.#at = 0;
    }
    return this.#waiters[this.#at];
  }

  push(waiter: Waiter): void {
    this.#waiters.push(waiter);
    this.size++;
  }

  leave(waiter: Waiter): void {
    if (waiter.gone) return;
    waiter.gone = true;
    this.size--;
  }
}

export class Pool {
  readonly #start: PoolOptions['start'];
  readonly #slots: number;
  readonly #max: number;
  readonly #maxUses: number;
  readonly #maxGrowthBytes: number;
  readonly #availableBytes: () => number;
  readonly #groups = new Map<string, Group>();
  readonly #busy = new Set<Session>();
  /** On their way out. */
  readonly #ending = new Map<Session, Promise<void>>();
  readonly #starts = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #order = 0;
  #pumping = false;
  /** When to look for memory again. */
  #spareAt = 0;

  constructor(options: PoolOptions) {
    this.#start = options.start;
    this.#slots = options.slots;
    this.#max = options.slots + (options.spares ?? 1);
    this.#maxUses = options.maxUses ?? 500;
    this.#maxGrowthBytes = options.maxGrowthBytes ?? 512 * 2 ** 20;
    this.#availableBytes = options.availableBytes ?? (() => process.availableMemory());
  }

  /** Sessions that check. */
  get busy(): Iterable<Session> {
    return this.#busy;
  }

  /** Processes that start, work, stand ready, or are being ended. */
  get processes(): number {
    let idle = 0;
    for (const group of this.#groups.values()) idle += group.idle.length;
    return idle + this.#busy.size + this.#ending.size + this.#starts.size;
  }

  /** Whether a session stands ready for the header. */
  warm(header: Header): boolean {
    return (this.#groups.get(header.text)?.idle.length ?? 0) > 0;
  }

  /**
   * A session for the header, to be given back by `release`.
   * @param clean one that no candidate has been on
   * @throws the signal's reason where it aborts first
   */
  lease(header: Header, clean: boolean, signal: AbortSignal): Promise<Session | NoSession> {
    if (this.#closing.signal.aborted) return Promise.resolve({ kind: 'lost', detail: 'the pool is closed' });
    if (signal.aborted) return Promise.reject(signal.reason);
    const group = this.#groups.get(header.text) ?? new Group(header);
    this.#groups.set(header.text, group);
    const queue = group.waiting[clean ? 'clean' : 'any'];
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (waiter.gone) return;
        queue.leave(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        order: this.#order++,
        clean,
        gone: false,
        resolve: (session) => {
          queue.leave(waiter);
          signal.removeEventListener('abort', abort);
          resolve(session);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      queue.push(waiter);
      this.#pump();
    });
  }

  /** @param keep false: it is of no use any more */
  release(session: Session, keep: boolean): void {
    this.#busy.delete(session);
    const spent = session.judged >= this.#maxUses || session.growthBytes > this.#maxGrowthBytes;
    if (!keep || spent || !session.sound || this.#closing.signal.aborted) this.#end(session);
    else this.#groups.get(session.header.text)?.idle.push(session);
    this.#pump();
  }

  /** Ends all sessions, and waits for that. Who waits gets none. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const group of this.#groups.values()) {
      refuse(group, { kind: 'lost', detail: 'the pool was closed' });
      for (const session of group.idle.splice(0)) this.#end(session);
    }
    for (const session of [...this.#busy]) this.#end(session);
    while (this.#starts.size + this.#ending.size > 0) {
      await Promise.all([...this.#starts, ...this.#ending.values()]);
    }
  }

  /** Slots in use. */
  get #active(): number {
    let active = this.#busy.size;
    for (const group of this.#groups.values()) active += group.needed;
    return active;
  }

  #pump(): void {
    if (this.#pumping || this.#closing.signal.aborted) return;
    this.#pumping = true;
    const blocked = new Set<Queue>();
    let roomWanted = 0;
    while (this.#active < this.#slots) {
      const next = this.#next(blocked);
      if (next === undefined) break;
      const { group, queue, waiter } = next;
      const session = group.take(waiter.clean);
      group.usedAt = this.#order;
      if (session !== undefined) {
        this.#busy.add(session);
        waiter.resolve(session);
      } else if (group.starting < group.wanted && this.#hasRoom(group, roomWanted + 1)) this.#launch(group);
      else {
        if (group.starting < group.wanted) roomWanted++;
        blocked.add(queue);
      }
    }
    this.#pumping = false;
    this.#launchSpare();
  }

  /** Who has waited longest, of queues that are not blocked. */
  #next(blocked: ReadonlySet<Queue>): { group: Group; queue: Queue; waiter: Waiter } | undefined {
    let next: { group: Group; queue: Queue; waiter: Waiter } | undefined;
    for (const group of this.#groups.values()) {
      for (const queue of [group.waiting.any, group.waiting.clean]) {
        const waiter = blocked.has(queue) ? undefined : queue.first;
        if (waiter !== undefined && (next === undefined || waiter.order < next.waiter.order)) {
          next = { group, queue, waiter };
        }
      }
    }
    return next;
  }

  /** Whether a process may be started; if not, sees to it that so many can be, soon. */
  #hasRoom(group: Group, wanted: number): boolean {
    if (this.processes < this.#max) return true;
    if (this.#ending.size < wanted) {
      const others = [...this.#groups.values()].filter((other) => other !== group && other.idle.length > 0);
      const oldest = others.sort((a, b) => a.usedAt - b.usedAt)[0] ?? group;
      const [session] = oldest.idle.splice(0, 1);
      if (session !== undefined) this.#end(session);
    }
    return false;
  }

  #launch(group: Group): void {
    group.starting++;
    const started = this.#start(group.header, this.#closing.signal)
      .catch((error): NoSession => ({ kind: 'lost', detail: (error as Error).message }))
      .then((session) => {
        group.starting--;
        this.#starts.delete(started);
        if ('judged' in session) this.#started(group, session);
        else this.#failed(group, session);
        this.#forget(group);
        this.#pump();
      });
    this.#starts.add(started);
  }

  #started(group: Group, session: Session): void {
    group.failures = 0;
    group.live++;
    session.onTrouble = () => {
      const at = group.idle.indexOf(session);
      if (at < 0) return;
      group.idle.splice(at, 1);
      // No spare in its place, which might end the same way: whoever comes next has one started.
      group.failures = Math.max(group.failures, 1);
      this.#end(session);
      this.#pump();
    };
    if (this.#closing.signal.aborted || !session.sound) this.#end(session);
    else group.idle.push(session);
  }

  #failed(group: Group, failure: NoSession): void {
    group.failures++;
    if (failure.kind === 'refused' || group.failures >= maxFailures) {
      refuse(group, failure);
      return;
    }
    const [any, clean] = [group.waiting.any.first, group.waiting.clean.first];
    const first =
      (any?.order ?? Number.POSITIVE_INFINITY) < (clean?.order ?? Number.POSITIVE_INFINITY) ? any : clean;
    first?.resolve(failure);
  }

  #end(session: Session): void {
    if (this.#ending.has(session)) return;
    const group = this.#groups.get(session.header.text);
    const ended = session.close().then(() => {
      this.#ending.delete(session);
      if (group !== undefined) {
        group.live--;
        this.#forget(group);
      }
      this.#pump();
    });
    this.#ending.set(session, ended);
  }

  /** Headers come and go. */
  #forget(group: Group): void {
    if (group.live + group.starting + group.wanted === 0) this.#groups.delete(group.header.text);
  }

  /** One clean session for each header, most recent first, while nobody waits. */
  #launchSpare(): void {
    const hasRoom = () => this.#active < this.#slots && this.processes < this.#max;
    if (!hasRoom() || performance.now() < this.#spareAt) return;
    const groups = [...this.#groups.values()].sort((a, b) => b.usedAt - a.usedAt);
    if (groups.some(({ wanted }) => wanted > 0)) return;
    for (const group of groups) {
      if (!hasRoom()) return;
      if (group.starting > 0 || group.failures > 0 || group.idle.some(({ judged }) => judged === 0)) continue;
      const known = [...this.#busy, ...group.idle].find(({ header }) => header.text === group.header.text);
      if (this.#availableBytes() < 2 * (known?.baselineBytes ?? 0) + reserveBytes) {
        this.#spareAt = performance.now() + 1000;
        return;
      }
      this.#launch(group);
    }
  }
}

function refuse({ waiting }: Group, failure: NoSession): void {
  for (const queue of [waiting.any, waiting.clean]) {
    for (let first = queue.first; first !== undefined; first = queue.first) first.resolve(failure);
  }
}
