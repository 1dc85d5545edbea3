/**
 * The computer algebra system as the last resort, in children and isolates of its own. Started when it is first
 * asked and ended when nobody has asked for a while: it is large, and few answers need it.
 */
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { Pool, type PoolOptions } from '../pool.ts';
import type { Ask, Finding } from './ask.ts';

export interface CasOptions extends Partial<Omit<PoolOptions, 'spares' | 'maxItems'>> {
  /** Milliseconds without a question after which its processes end. @default 60_000 */
  readonly idleMs?: number;
}

/** Questions of one batch that may end without an answer: then the rest of it is not asked. */
const maxFaults = 8;

/** Questions in one call: other batches get their turn in between. */
const maxItems = 4;

/** Time until it is tried again where it does not start. */
const retryMs = 60_000;

/** What its code is compiled for. */
const warmUp: readonly Ask[] = [
  { gold: '["Integrate",["Function",["Sin","x"],"x"],["Limits","x",0,"Pi"]]', answer: '2' },
  { gold: '["Sum",["Divide",1,["Power","k",2]],["Limits","k",1,"PositiveInfinity"]]', answer: '["Sqrt",2]' },
  { gold: '["Limit",["Function",["Divide",["Sin","x"],"x"],"x"],0]', answer: '1' },
];

/** Most findings that are remembered, and characters of a question whose finding is. */
const maxFindings = 2_000;
const maxKey = 4_000;

export class Cas {
  /** By question: repeated samples repeat their answers, in other batches, too. */
  readonly #findings = new Map<string, Finding>();
  readonly #options: CasOptions;
  #pool: Promise<Pool> | undefined;
  #users = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CasOptions = {}) {
    this.#options = options;
  }

  /**
   * Decides each question. Yields findings as they come, each with the number of its question. Throws the signal's
   * reason when it aborts.
   */
  async *decide(asks: readonly Ask[], signal?: AbortSignal): AsyncGenerator<(readonly [number, Finding])[]> {
    const items = asks.map((ask) => JSON.stringify(ask));
    const known: (readonly [number, Finding])[] = [];
    const open: number[] = [];
    for (const [at, item] of items.entries()) {
      const finding = this.#findings.get(item);
      if (finding === undefined) open.push(at);
      else known.push([at, finding]);
    }
    if (known.length > 0) yield known;
    if (open.length === 0) return;
    this.#users++;
    clearTimeout(this.#timer);
    try {
      let done = 0;
      for await (const findings of this.#judged(
        open.map((at) => items[at] as string),
        signal,
      )) {
        yield findings.map((finding) => [open[done++] as number, finding] as const);
      }
    } finally {
      this.#users--;
      if (this.#users === 0 && !this.#closed) {
        this.#timer = setTimeout(() => this.#end(), this.#options.idleMs ?? 60_000).unref();
      }
    }
  }

  /** Process ids of the children that live. */
  async pids(): Promise<number[]> {
    return (await this.#pool?.catch(() => undefined))?.pids ?? [];
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#end();
  }

  async *#judged(items: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<Finding[]> {
    let pool: Pool;
    try {
      this.#pool ??= this.#start();
      pool = await this.#pool;
    } catch (error) {
      yield items.map(() => undecided(`the algebra system does not start: ${(error as Error).message}`));
      return;
    }
    let [done, faults] = [0, 0];
    for await (const outcomes of pool.judge('', items, signal)) {
      const findings = outcomes.map((outcome) => {
        if ('value' in outcome) return outcome.value as Finding;
        faults++;
        return undecided(outcome.message);
      });
      for (const [at, outcome] of outcomes.entries()) {
        const chance = 'fault' in outcome && outcome.byChance;
        if (!chance) this.#remember(items[done + at] as string, findings[at] as Finding);
      }
      done += outcomes.length;
      yield findings;
      if (faults >= maxFaults) break;
    }
    if (done < items.length)
      yield items.slice(done).map(() => undecided('too many questions without an answer'));
  }

  #remember(item: string, finding: Finding): void {
    if (item.length > maxKey) return;
    this.#findings.set(item, finding);
    const [oldest] = this.#findings.keys();
    if (oldest !== undefined && this.#findings.size > maxFindings) this.#findings.delete(oldest);
  }

  async #start(): Promise<Pool> {
    try {
      const source = this.#options.source ?? (await bundle(join(import.meta.dirname, 'inside.ts')));
      const pool = new Pool({
        slots: 1,
        timeoutMs: 500,
        memoryMb: 80,
        warmUp: [{ head: '', items: warmUp.map((ask) => JSON.stringify(ask)) }],
        ...this.#options,
        source,
        spares: 0,
        maxItems,
      });
      await pool.start();
      if (this.#closed) pool.close();
      return pool;
    } catch (error) {
      setTimeout(() => this.#end(), retryMs).unref();
      throw error;
    }
  }

  #end(): void {
    this.#pool?.then(
      (pool) => pool.close(),
      () => {},
    );
    this.#pool = undefined;
  }
}

function undecided(rule: string): Finding {
  return { finding: 'undecided', rule };
}
