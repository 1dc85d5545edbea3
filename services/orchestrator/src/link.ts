/** The way to a replica: its connection, whether it is there, and what it says of itself. */
import {
  connectVerifier,
  type DescribeResponse,
  type Dialed,
  messageOf,
  type ReplicaState,
  type VerifierConnection,
} from '@assay/contract';
import { connectivityState } from '@grpc/grpc-js';
import type { OrchestratorOptions } from './options.ts';

export interface LinkEvents {
  /** `state` or `description` is about to change. */
  changing(): void;
  /** The replica has described itself: `description` is what it was before. */
  described(description: DescribeResponse): void;
  /** Something is wrong with its Describe. */
  failed(detail: string): void;
  changed(): void;
}

export class Link {
  readonly connection: VerifierConnection;
  state: ReplicaState = 'CONNECTING';
  description: DescribeResponse | undefined;
  retiring = false;
  closed = false;
  readonly #events: LinkEvents;
  readonly #options: OrchestratorOptions;
  /** In a row; decides the pause. */
  #failures = 0;
  #pause: NodeJS.Timeout | undefined;
  /** Of connecting: what an earlier one comes to does not count. */
  #attempt = 0;

  constructor(address: string, dialed: Dialed, events: LinkEvents, options: OrchestratorOptions) {
    this.#events = events;
    this.#options = options;
    this.connection = connectVerifier(address, dialed);
    this.#describe();
  }

  /** READY, and what is sent now arrives. Where the connection is lost, starts to mend it; `idle`: nothing needs it. */
  isUsable(idle: boolean): boolean {
    if (this.state !== 'READY') return false;
    const connection = this.connection.getChannel().getConnectivityState(false);
    if (connection === connectivityState.READY) return true;
    // A server that lets a connection go for its age ends the calls there in peace; whoever answers next may be another.
    if (idle || connection === connectivityState.IDLE) this.reconnect('CONNECTING');
    return false;
  }

  /** It did as it should. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Takes the replica out for a while that grows with its failures, then asks it again. */
  fail(): void {
    // Calls that fail together are one failure.
    if (this.state === 'EJECTED') return;
    this.#failures++;
    this.reconnect('EJECTED');
  }

  /** Out of service; asks it again after a pause. */
  reconnect(state: 'CONNECTING' | 'EJECTED' | 'DRAINING', pauseMs = this.#pauseMs(state)): void {
    if (this.closed) return;
    this.#events.changing();
    this.#attempt++;
    clearTimeout(this.#pause);
    this.state = this.retiring ? 'DRAINING' : state;
    if (!this.retiring) {
      this.#pause = setTimeout(() => this.#describe(), pauseMs * (0.8 + 0.4 * Math.random()));
    }
    this.#events.changed();
  }

  #pauseMs(state: ReplicaState): number {
    const { ejectMinMs, ejectMaxMs } = this.#options;
    return state === 'CONNECTING'
      ? 0
      : Math.min(ejectMaxMs, ejectMinMs * 2 ** Math.max(0, this.#failures - 1));
  }

  /** A short pause without suspicion. */
  rest(ms: number): void {
    if (this.state !== 'READY' || ms === 0) return;
    this.#events.changing();
    this.state = 'CONNECTING';
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#events.changing();
      this.state = 'READY';
      this.#events.changed();
    }, ms);
  }

  #describe(): void {
    if (this.closed) return;
    const attempt = ++this.#attempt;
    const deadline = Date.now() + this.#options.connectMs;
    this.connection.describe({}, { deadline }, (error, description) => {
      if (this.closed || attempt !== this.#attempt) return;
      const fault = error !== null ? messageOf(error) : description && descriptionFault(description);
      if (fault !== undefined || description === undefined) {
        this.#events.failed(`${fault}`);
        this.#failures++;
        this.reconnect(this.state === 'DRAINING' ? 'DRAINING' : 'EJECTED');
        return;
      }
      this.#events.changing();
      this.state = 'READY';
      this.#events.described(description);
      this.#events.changed();
    });
  }

  /** For good, once what it has is done; or not, after all. */
  retire(retiring: boolean): void {
    if (retiring === this.retiring) return;
    this.retiring = retiring;
    this.reconnect(retiring ? 'DRAINING' : 'CONNECTING');
  }

  /** To be followed by closing the connection. */
  close(): void {
    this.closed = true;
    clearTimeout(this.#pause);
    this.#events.changing();
    this.state = 'DRAINING';
  }
}

function descriptionFault(d: DescribeResponse): string | undefined {
  if (!/^[a-z0-9-]{1,63}$/.test(d.name))
    return `name ${JSON.stringify(d.name.slice(0, 80))} is not [a-z0-9-]{1,63}`;
  if (d.version === '') return 'no version';
  if (d.version.length > 256) return `a version of ${d.version.length} characters, and 256 are the most`;
  if (d.candidateTimeoutMs < 1) return 'no candidate_timeout_ms';
  if (d.slots < 1 || d.capacity < d.slots || d.maxBatch < 1 || d.maxBatch > d.capacity) {
    return `slots ${d.slots}, capacity ${d.capacity}, max_batch ${d.maxBatch} do not fit together`;
  }
  return undefined;
}
