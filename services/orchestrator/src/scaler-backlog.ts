/** The work that verifiers have before them: this orchestrator's, and that of others on the same store. */
import { type OrchestratorApi, OrchestratorClient } from '@assay/client';
import { type Dialer, messageOf, type VerifierStatus } from '@assay/contract';
import { formatAddress, parseTarget, resolveTarget } from './discovery.ts';

/** The work of one verifier. */
export interface Backlog {
  /** Candidates that wait or are at replicas. */
  candidates: number;
  /** Submissions that wait for its first replica. */
  waiting: number;
  /** Seconds of one slot that the candidates will take; 0: not known. */
  workS: number;
  /** Of a replica in the mean; 0: no replica is known. */
  slotsPerReplica: number;
}

const nothing: Backlog = { candidates: 0, waiting: 0, workS: 0, slotsPerReplica: 0 };

/** Milliseconds for which what was learned is good enough, and that a peer has to answer. */
const freshMs = 400;
const peerMs = 2_000;

export interface PeerOptions {
  /** `host:port`, or `dns:host:port` for all behind a name; this orchestrator may be among them. */
  peers?: readonly string[];
  /** How this orchestrator is asked by itself, to be told from its peers: its own tokens and TLS are theirs. */
  peerDialer?: Dialer | undefined;
}

export class Backlogs {
  readonly #api: OrchestratorApi;
  readonly #options: PeerOptions;
  readonly #clients = new Map<string, OrchestratorClient>();
  #read: Promise<VerifierStatus[]> = Promise.resolve([]);
  #readAt = Number.NEGATIVE_INFINITY;
  /** Where peers are not all heard of. */
  fault = '';

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
    return (await this.#read)
      .filter(({ name }) => name === verifier)
      .reduce((sum, status) => added(sum, status), nothing);
  }

  /** Of every orchestrator; the peers, where there are any, are all of them. */
  async #all(): Promise<VerifierStatus[]> {
    const { peers = [] } = this.#options;
    if (peers.length === 0) return this.#api.listVerifiers();
    const addresses = new Set<string>();
    for (const peer of peers) {
      const target = parseTarget(peer);
      for (const address of (await resolveTarget(target)) ?? []) addresses.add(address);
      if (!target.dns) addresses.add(formatAddress(target.host, target.port));
    }
    this.#keep(addresses);
    const faults: string[] = [];
    const heard = await Promise.all(
      [...addresses].map((address) =>
        this.#client(address)
          .listVerifiers()
          .catch((error: unknown) => {
            faults.push(messageOf(error));
            return undefined;
          }),
      ),
    );
    this.fault = faults.join('; ');
    // Nobody answers, not even this one under its address: what is known here is better than nothing.
    const known = heard.filter((statuses) => statuses !== undefined);
    return known.length === 0 ? this.#api.listVerifiers() : known.flat();
  }

  #client(address: string): OrchestratorClient {
    let client = this.#clients.get(address);
    if (client === undefined) {
      const { peerDialer: dialer } = this.#options;
      client = new OrchestratorClient(address, { timeoutMs: peerMs, ...(dialer && { dialer }) });
      this.#clients.set(address, client);
    }
    return client;
  }

  #keep(addresses: ReadonlySet<string>): void {
    for (const [address, client] of this.#clients) {
      if (addresses.has(address)) continue;
      this.#clients.delete(address);
      void client.close();
    }
  }

  async close(): Promise<void> {
    this.#keep(new Set());
  }
}

/** Orchestrators share replicas, and each has its own queue. */
function added(sum: Backlog, { queued, workS, replicas, waiting }: VerifierStatus): Backlog {
  const slots = replicas.flatMap(({ description }) => description?.slots ?? []);
  const slotsPerReplica = slots.reduce((all, each) => all + each, 0) / Math.max(1, slots.length);
  return {
    candidates: sum.candidates + queued + replicas.reduce((all, { inFlight }) => all + inFlight, 0),
    waiting: sum.waiting + waiting,
    workS: sum.workS + workS,
    slotsPerReplica: Math.max(sum.slotsPerReplica, slotsPerReplica),
  };
}
