/** What crosses the borders: service to child process, child process to isolate. */

/** First message to a child process; it answers with `ready` when its isolate is up. */
export interface Boot {
  readonly source: string;
  readonly memoryMb: number;
  /** Wall milliseconds for each item, and for the head. */
  readonly timeoutMs: number;
  /** Batches, in JSON, that each isolate judges before anything else; their results are nobody's. */
  readonly warmUp: readonly string[];
}

/** A call: `batch` is the JSON of a Batch. */
export interface Call {
  readonly batch: string;
}

/** Ends the call that runs after the item that runs. */
export interface Stop {
  readonly stop: true;
}

export type ToChild = Boot | Call | Stop;

/** `head` is what all items have in common. */
export interface Batch {
  readonly head: string;
  readonly items: readonly string[];
}

/** `stopped`: as asked for. */
export type End = 'done' | 'stopped' | Fault;

/** Why an item has no result. `crash`: its process died. */
export type Fault = 'timeout' | 'memory' | 'failure' | 'crash';

export interface FromChild {
  /** Results since the last message, each JSON, each followed by a comma; in the order of the items. */
  readonly results?: string;
  readonly end?: End;
  /** Of a fault: while it read the head, or of the item after the last result. */
  readonly at?: 'head' | 'item';
  /** Says more of a fault. */
  readonly message?: string;
  /** Of a timeout: for most of the time others had the processor. */
  readonly starved?: boolean;
  /** The child has an isolate, or has one again after a fault. */
  readonly ready?: boolean;
}

/** Names of the two functions among the isolate's globals. */
export const attachName = 'attach';
export const runName = 'run';

/** First of the two: gives the isolate the memory that it shares with its process. */
export type Attach = (shared: SharedArrayBuffer) => void;

/** Second: judges a batch, or goes on with it; true when it is done, false where room or time is up. */
export type Run = (batch: string | undefined) => boolean;

/**
 * The shared memory: four words, then text in UTF-16. What an isolate has finished can be read there while it is
 * busy, and after it is gone.
 */
export const shared = {
  /** Code units of finished results. */
  written: 0,
  /** Grows with every step: head read, item finished. */
  steps: 1,
  /** Set to 1 by the process: end early. */
  stop: 2,
  words: 4,
  textUnits: 512 * 1024,
} as const;

export const sharedBytes = 4 * shared.words + 2 * shared.textUnits;
