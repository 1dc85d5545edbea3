/** What crosses the borders: service to child process, child process to isolate. */

/** First message to a child process; it answers with `ready` when its isolate is up. */
export interface Boot {
  readonly source: string;
  readonly memoryMb: number;
  /** Wall milliseconds for each item, and for the head. */
  readonly timeoutMs: number;
  /** Work that each isolate does before anything else; its results are nobody's. */
  readonly warmUp: readonly string[];
}

/** Batches to be judged one after the other: what `encode` writes, in UTF-8. */
export interface Work {
  readonly work: Uint8Array;
}

/** Ends the batch at this position, after the item that runs. */
export interface Stop {
  readonly stop: number;
}

export type ToChild = Boot | Work | Stop;

/** `head` is what all items have in common. */
export interface Batch {
  readonly head: string;
  readonly items: readonly string[];
}

/** Most batches of one piece of work. */
export const maxBatches = 64;

/** One text of batches: a line of JSON with heads and lengths, then all items. Items are most of it, so they are not escaped. */
export function encode(batches: readonly Batch[]): string {
  const index = batches.map(({ head, items }) => [head, items.map(({ length }) => length)]);
  return `${JSON.stringify(index)}\n${batches.map(({ items }) => items.join('')).join('')}`;
}

/** What `encode` was given. */
export function decode(work: string): Batch[] {
  let from = work.indexOf('\n');
  const index = JSON.parse(work.slice(0, from++)) as [string, number[]][];
  const next = (length: number) => {
    from += length;
    return work.slice(from - length, from);
  };
  return index.map(([head, lengths]) => ({ head, items: lengths.map(next) }));
}

export type End = 'done' | Fault;

/** Why an item has no result. `crash`: its process died. */
export type Fault = 'timeout' | 'memory' | 'failure' | 'crash';

export interface FromChild {
  /** Results since the last message, each JSON, each followed by a comma; in the order of the items. Null: stopped. */
  readonly results?: string;
  readonly end?: End;
  /** Of a fault: the position of its batch. */
  readonly batch?: number;
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

/** Second: does some work, or goes on with it; true when it is done, false where room is up. */
export type Run = (work: string | undefined) => boolean;

/**
 * The shared memory: words, then text in UTF-16. What an isolate has finished can be read there while it is
 * busy, and after it is gone.
 */
export const shared = {
  /** Code units of finished results. */
  written: 0,
  /** Grows with every step: head read, item finished. */
  steps: 1,
  /** Position of the batch that runs. */
  batch: 2,
  /** 1 while its head is read. */
  head: 3,
  /** One for each batch, set to 1 by the process: end it early. */
  stops: 4,
  words: 4 + maxBatches,
  textUnits: 512 * 1024,
} as const;

export const sharedBytes = 4 * shared.words + 2 * shared.textUnits;
