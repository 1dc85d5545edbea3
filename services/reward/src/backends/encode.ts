/** Encoding of many items, a few at a time. */
import { setImmediate as turn } from 'node:timers/promises';
import { BackendError, type Item } from '../types.ts';

/** Milliseconds for which health checks and other calls wait: long texts take much longer, all together. */
const turnMs = 20;

/** What `encode` makes of each. Throws BackendError: what it throws, and `timeout` where the signal aborts. */
export async function encodeAll<T>(
  items: readonly Item[],
  encode: (item: Item) => T,
  signal: AbortSignal,
): Promise<T[]> {
  const encoded: T[] = [];
  let since = performance.now();
  for (const item of items) {
    if (performance.now() - since > turnMs) {
      await turn();
      since = performance.now();
    }
    if (signal.aborted) throw new BackendError('timeout', 'given up before all was encoded');
    encoded.push(encode(item));
  }
  return encoded;
}
