/** What becomes of work that a replica was given and did not judge. */
import type { Reason } from '@assay/contract';
import type { CallEnd } from './call-end.ts';
import type { OrchestratorOptions } from './options.ts';
import { Batch, type Sending, type Task } from './task.ts';

export interface RetryEvents {
  /** To be sent again. */
  push(batch: Batch): void;
  fail(task: Task, reason: Reason, message: string, retryable: boolean, replica: string): void;
}

export class Retries {
  readonly #options: OrchestratorOptions;
  readonly #events: RetryEvents;
  readonly #backoffs = new Set<NodeJS.Timeout>();

  constructor(options: OrchestratorOptions, events: RetryEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** A call of the replica ended without verdicts for `missing`, which are wanted. */
  ended(replica: string, batch: Batch, missing: Task[], end: Exclude<CallEnd, { kind: 'ok' }>): void {
    if (missing.length === 0) return;
    switch (end.kind) {
      case 'overload':
      case 'taken':
      case 'let_go':
      case 'draining':
      case 'unreachable':
      case 'cancelled':
        this.#events.push(new Batch(missing, batch));
        break;
      case 'crash':
      case 'stall':
        this.#isolate(replica, batch, missing, end);
        break;
      case 'garbage':
        // It may be one candidate that the replica answers in such a way.
        if (batch.tasks.length > 1) {
          this.#halve(missing, { avoid: new Set([...batch.avoid, replica]) });
          break;
        }
        for (const task of missing) {
          task.attempts++;
          if (task.attempts < task.maxAttempts) this.later(task, replica);
          else this.#events.fail(task, 'verifier_garbage', end.detail, true, replica);
        }
        break;
      case 'rejected':
        if (batch.tasks.length > 1) this.#halve(missing, batch);
        else for (const task of missing) this.#events.fail(task, end.reason, end.detail, false, replica);
        break;
    }
  }

  /** Two smaller batches, so that in the end the one candidate that is to blame is alone. */
  #halve(tasks: Task[], { exclusive = false, avoid = new Set() }: Sending): void {
    const half = Math.ceil(tasks.length / 2);
    for (const part of [tasks.slice(0, half), tasks.slice(half)]) {
      if (part.length > 0) this.#events.push(new Batch(part, { exclusive, avoid }));
    }
  }

  /** Some of these tasks may have killed the replica: halves, each alone on a replica, find out which. */
  #isolate(replica: string, batch: Batch, missing: Task[], end: CallEnd & { detail: string }): void {
    const [only] = missing;
    if (batch.exclusive && batch.tasks.length === 1 && only !== undefined) {
      only.soloKills++;
      if (only.soloKills >= this.#options.maxSoloKills) {
        const reason = end.kind === 'stall' ? 'verifier_stall' : 'poison';
        const detail = `alone on a replica, ${only.soloKills} times: ${end.detail}`;
        // Another sitting tries again: it may have been the verifier, and by then be mended.
        this.#events.fail(only, reason, detail, true, replica);
        return;
      }
    }
    this.#halve(missing, { exclusive: true, avoid: new Set([...batch.avoid, replica]) });
  }

  /** After a pause that grows with the attempts, and elsewhere. */
  later(task: Task, replica: string): void {
    const pause = Math.min(5_000, 100 * 1.7 ** task.attempts) * (0.8 + 0.4 * Math.random());
    const timer = setTimeout(() => {
      this.#backoffs.delete(timer);
      this.#events.push(new Batch([task], { avoid: new Set([replica]) }));
    }, pause);
    this.#backoffs.add(timer);
  }

  close(): void {
    for (const timer of this.#backoffs) clearTimeout(timer);
    this.#backoffs.clear();
  }
}
