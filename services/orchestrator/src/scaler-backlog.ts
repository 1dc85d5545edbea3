/** The work that verifiers have before them: this orchestrator's, and that of others on the same store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type OrchestratorApi, OrchestratorClient } from '@assay/client';
import { type Dialer, messageOf, type Note, type VerifierStatus } from '@assay/contract';
import type { SharedWork } from '@assay/store';
import { parseTarget, resolveTarget } from './discovery.ts';

/** The work of one verifier. */
export interface Backlog {
  /** Candidates that wait or are at replicas. */
  candidates: number;
  /** Submissions that wait for its first replica, and work in the store that no orchestrator has. */
  waiting: number;
  /** Seconds of one slot that the candidates will take; 0: not known. */
  workS: number;
  /** Of a replica in the mean; 0: no replica is known. */
  slotsPerReplica: number;
  /** Slots that were at work, in the mean of the last seconds. */
  busySlots: number;
}

/** Milliseconds for which what was learned is good enough, and that a peer has to answer. */
const freshMs = 400;
const peerMs = 2_000;

export interface PeerOptions {
  /** The queue of a store that orchestrators share. */
  shared?: Pick<SharedWork, 'unowned'> | undefined;
  /** Told of peers that do not answer, and of files that changed and cannot be used. */
  note?: Note;
  /** `host:port`, or `dns:host:port` for all behind a name; this orchestrator may be among them. */
  peers?: readonly string[];
  /** How this orchestrator is asked by itself, to be told from its peers: its own tokens and TLS are theirs. */
  peerDialer?: Pick<Dialer, 'dial'> | undefined;
}

export class Backlogs {
  readonly #api: OrchestratorApi;
  readonly #options: PeerOptions;
  readonly #clients = new Map<string, OrchestratorClient>();
  #read: Promise<VerifierStatus[]> = Promise.resolve([]);
  #readAt = Number.NEGATIVE_INFINITY;
  /** Peers that were last not heard of. */
  #silent = '';
  #isStoreSilent = false;
  #asking: Promise<ReadonlyMap<string, number>> | undefined;
  #lastUnowned: ReadonlyMap<string, number> = new Map();

  constructor(api: OrchestratorApi, options: PeerOptions = {}) {
    this.#api = api;
    this.#options = options;
  }

  async of(verifier: string): Promise<Backlog> {
    const now = performance.now();
    if (now - this.#readAt >= freshMs) {
      this.#readAt = now;
      this.#read = this.#all();
    }
    return together((await this.#read).filter(({ name }) => name === verifier));
  }

  /** What orchestrators have, and what none of them has. */
  async #all(): Promise<VerifierStatus[]> {
    const [had, unowned] = await Promise.all([this.#had(), this.#unowned()]);
    const none = { replicas: [], queued: 0, workS: 0, slots: 0 };
    return [...had, ...[...unowned].map(([name, waiting]) => ({ ...none, name, waiting }))];
  }

  /** Where the store does not say so in time, what it said last: what orchestrators have is known all the same. */
  async #unowned(): Promise<ReadonlyMap<string, number>> {
    const { shared } = this.#options;
    if (shared === undefined) return this.#lastUnowned;
    this.#asking ??= shared.unowned().finally(() => {
      this.#asking = undefined;
    });
    const asked = this.#asking;
    const late = new AbortController();
    const silence = sleep(peerMs, undefined, { signal: late.signal, ref: false }).catch(() => {});
    try {
      const known = await Promise.race([asked, silence]);
      if (known === undefined) throw new Error(`no answer in ${peerMs} ms`);
      this.#isStoreSilent = false;
      this.#lastUnowned = known;
    } catch (error) {
      if (!this.#isStoreSilent) {
        this.#options.note?.(
          `scaling goes by what the store told last of work that nobody has: ${messageOf(error)}`,
        );
      }
      this.#isStoreSilent = true;
    } finally {
      late.abort();
      asked.catch(() => {});
    }
    return this.#lastUnowned;
  }

  /** Of every orchestrator; the peers, where there are any, are all of them. */
  async #had(): Promise<VerifierStatus[]> {
    const { peers = [] } = this.#options;
    if (peers.length === 0) return this.#api.listVerifiers();
    /** Each with the name that it was resolved from, which is that of its certificate. */
    const addresses = new Map<string, string | undefined>();
    for (const peer of peers) {
      const target = parseTarget(peer);
      const name = target.dns ? target.host : undefined;
      for (const address of (await resolveTarget(target)) ?? []) addresses.set(address, name);
    }
    this.#keep(addresses);
    const faults = new Map<string, string>();
    const heard = await Promise.all(
      [...addresses].map(([address, name]) =>
        this.#client(address, name)
          .listVerifiers()
          .catch((error: unknown) => {
            faults.set(address, messageOf(error));
            return undefined;
          }),
      ),
    );
    const silent = [...faults.keys()].sort().join();
    if (silent !== '' && silent !== this.#silent) {
      const why = [...faults.values()].join('; ');
      this.#options.note?.(
        `scaling goes by less work than there is, as not all orchestrators tell theirs: ${why}`,
      );
    }
    this.#silent = silent;
    // Nobody answers, not even this one under its address: what is known here is better than nothing.
    const known = heard.filter((statuses) => statuses !== undefined);
    return known.length === 0 ? this.#api.listVerifiers() : known.flat();
  }

  #client(address: string, name: string | undefined): OrchestratorClient {
    let client = this.#clients.get(address);
    if (client === undefined) {
      const { peerDialer } = this.#options;
      const dialer = peerDialer && { dial: (to: string) => peerDialer.dial(to, name) };
      client = new OrchestratorClient(address, { timeoutMs: peerMs, ...(dialer && { dialer }) });
      this.#clients.set(address, client);
    }
    return client;
  }

  #keep(addresses: ReadonlyMap<string, unknown>): void {
    for (const [address, client] of this.#clients) {
      if (addresses.has(address)) continue;
      this.#clients.delete(address);
      void client.close();
    }
  }

  async close(): Promise<void> {
    this.#keep(new Map());
  }
}

/** Orchestrators share replicas, and each has its own queue and its own share of the slots. */
function together(statuses: readonly VerifierStatus[]): Backlog {
  const replicas = statuses.flatMap((status) => status.replicas);
  const slots = replicas.flatMap(({ description }) => description?.slots ?? []);
  const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
  const busy = new Map<string, number>();
  for (const { address, description, occupied } of replicas) {
    const most = description?.slots ?? 0;
    busy.set(address, Math.min(most, (busy.get(address) ?? 0) + occupied * most));
  }
  return {
    candidates: sum(statuses.map(({ queued }) => queued)) + sum(replicas.map(({ inFlight }) => inFlight)),
    waiting: sum(statuses.map(({ waiting }) => waiting)),
    workS: sum(statuses.map(({ workS }) => workS)),
    slotsPerReplica: sum(slots) / Math.max(1, slots.length),
    busySlots: sum([...busy.values()]),
  };
}
