/** What crosses the borders: service to child process, child process to isolate. */
import type { Judgement } from './judge.ts';

/** First message to a child process; it answers with an empty Answer when its isolate is ready. */
export interface Boot {
  readonly source: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** Every further message is the JSON of a Batch: what the isolate answers, or why it did not. */
export interface Answer {
  readonly json?: string;
  readonly failure?: 'timeout' | 'failure';
  readonly message?: string;
}

/** Name of the function, from JSON to JSON, among the isolate's globals. */
export const entryName = 'judgeBatch';

/** What the function takes. */
export interface Batch {
  readonly gold: string;
  readonly candidates: readonly string[];
}

/** What it gives: a judgement for each candidate, in order; null where the reference answer cannot be read. */
export type Judgements = Judgement[] | null;
