/** Verifiers that are asked without an orchestrator: nothing is stored, and nothing comes from a cache. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type VerifierBatch, VerifierClient } from '@assay/client';
import {
  AssayError,
  type Dialer,
  messageOf,
  type ProblemInit,
  problemCodec,
  problemDigest,
  type Verdict,
} from '@assay/contract';

export interface DirectRequest {
  /** Kind of the problem: which verifiers take it. */
  kind: string;
  problem: ProblemInit;
  texts: readonly string[];
  /** For all of it. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** Milliseconds for a replica to answer Describe. */
const connectMs = 3_000;
/** Milliseconds for which an address that failed is left alone, where there are others. */
const restMs = 5_000;
/** Milliseconds before a replica that was full or gone is asked again. */
const pauseMs = 100;
/** Times that replicas may fail in a row without a verdict. */
const maxTries = 3;

/** A connection that all requests share. */
interface Link {
  client: VerifierClient;
  /** Calls under way. */
  calls: number;
  /** Not to be used any more: closed with its last call. */
  isDropped: boolean;
}

export class DirectVerifiers {
  readonly #addresses: readonly string[];
  readonly #dialer: Dialer;
  readonly #links = new Map<string, Promise<Link>>();
  readonly #closed = new AbortController();
  readonly #failedAt = new Map<string, number>();
  #turn = 0;

  constructor(addresses: readonly string[], dialer: Dialer) {
    this.#addresses = addresses;
    this.#dialer = dialer;
  }

  /**
   * A verdict for each text; undefined where there was no time for it.
   * Errors: `verifier_unknown` where none takes the kind, `verifier_unreachable`, `invalid_problem`.
   */
  async judge({ kind, problem, texts, timeoutMs, signal }: DirectRequest): Promise<(Verdict | undefined)[]> {
    const verdicts = new Array<Verdict | undefined>(texts.length).fill(undefined);
    const until = performance.now() + timeoutMs;
    const late = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]);
    const tooLate = new Promise<undefined>((resolve) => {
      late.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const digest = problemDigest(problem);
    const bytes = problemCodec.serialize(problem).length;
    let left = [...texts.keys()];
    for (let tries = 0; left.length > 0 && performance.now() < until && !signal.aborted; ) {
      const link = await this.#next(kind, tooLate);
      if (link === undefined) break;
      const some = left.slice(0, link.client.description.maxBatch);
      const batch: VerifierBatch = { problem, digest, bytes, texts: some.map((i) => texts[i] as string) };
      link.calls++;
      const fault = await ask(link.client, batch, until - performance.now(), late, (verdict) => {
        const at = some[verdict.index] as number;
        verdicts[at] = { ...verdict, index: at };
        tries = 0;
      });
      if (--link.calls === 0 && link.isDropped) link.client.close();
      left = left.filter((i) => verdicts[i] === undefined);
      if (fault === undefined || late.aborted) continue;
      if (fault.kind === 'INVALID_ARGUMENT') throw new AssayError('invalid_problem', fault.detail);
      if (fault.kind === 'UNAVAILABLE') await this.#drop(link);
      if (fault.kind !== 'refused' && ++tries >= maxTries) {
        throw new AssayError('verifier_unreachable', `The verifier failed: ${fault.kind}, ${fault.detail}`);
      }
      await sleep(pauseMs, undefined, { signal: late }).catch(() => {});
    }
    signal.throwIfAborted();
    return verdicts;
  }

  /** Settles where any of the verifiers answers. Error: `verifier_unreachable`. */
  async reachable(signal: AbortSignal): Promise<void> {
    const asked = this.#addresses.map((address) =>
      VerifierClient.connect(address, connectMs, signal, this.#dialer),
    );
    const first = await Promise.any(asked).catch((error: AggregateError) => {
      throw error.errors[0];
    });
    void Promise.allSettled(asked).then((all) => {
      for (const one of all) if (one.status === 'fulfilled') one.value.close();
    });
    first.close();
  }

  /** A verifier of the kind, each in turn; undefined where `late` comes first. */
  async #next(kind: string, late: Promise<undefined>): Promise<Link | undefined> {
    const turn = this.#turn++;
    const inTurn = this.#addresses.map(
      (_, i) => this.#addresses[(turn + i) % this.#addresses.length] as string,
    );
    const lately = performance.now() - restMs;
    const rested = inTurn.filter(
      (address) => (this.#failedAt.get(address) ?? Number.NEGATIVE_INFINITY) < lately,
    );
    const faults: string[] = [];
    const others: string[] = [];
    for (const address of rested.length > 0 ? rested : inTurn) {
      try {
        // The connection is for others, too: only the wait for it ends.
        const link = await Promise.race([this.#link(address), late]);
        if (link === undefined) return undefined;
        const { name, kinds } = link.client.description;
        if (kinds.includes(kind)) return link;
        others.push(`${name} takes ${kinds.join(', ')}`);
      } catch (error) {
        this.#failedAt.set(address, performance.now());
        faults.push(messageOf(error).split('\n', 1)[0] ?? '');
      }
    }
    const silent = this.#addresses.length - others.length;
    if (silent > 0) {
      const why = faults.join('; ') || `${silent} of the verifiers did not answer a moment ago`;
      throw new AssayError('verifier_unreachable', `${why}.`);
    }
    throw new AssayError('verifier_unknown', `No verifier here takes ${kind}: ${others.join('; ')}.`, {
      mend: 'Give its address to the gateway, too: --verifier-address HOST:PORT.',
    });
  }

  /** One that has failed is connected to anew, after a rest; calls that it answers still go on. */
  async #drop(link: Link): Promise<void> {
    link.isDropped = true;
    for (const [address, linked] of this.#links) {
      if ((await linked.catch(() => undefined)) !== link) continue;
      this.#links.delete(address);
      this.#failedAt.set(address, performance.now());
    }
    if (link.calls === 0) link.client.close();
  }

  #link(address: string): Promise<Link> {
    let link = this.#links.get(address);
    if (link === undefined) {
      link = VerifierClient.connect(address, connectMs, this.#closed.signal, this.#dialer).then((client) => {
        return { client, calls: 0, isDropped: false };
      });
      link.catch(() => this.#links.delete(address));
      this.#links.set(address, link);
    }
    return link;
  }

  close(): void {
    this.#closed.abort();
    for (const link of this.#links.values()) {
      link.then(
        ({ client }) => client.close(),
        () => {},
      );
    }
  }
}

/** One call, until its end. */
function ask(
  client: VerifierClient,
  batch: VerifierBatch,
  deadlineMs: number,
  signal: AbortSignal,
  verdict: (verdict: Verdict) => void,
): Promise<{ kind: string; detail: string } | undefined> {
  return new Promise((resolve) => {
    const cancel = client.verify(batch, Math.max(1, deadlineMs), {
      verdict,
      ended(_, fault) {
        signal.removeEventListener('abort', cancel);
        resolve(fault);
      },
    });
    signal.addEventListener('abort', cancel);
  });
}
