/**
 * The items of an input until the signal aborts; then its reason is thrown at once, also while the input is silent.
 * An input that waits is told to end, and not waited for.
 */
export async function* untilAborted<T>(input: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = input[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await orAborted(iterator.next(), signal);
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** What the promise comes to, or the reason of the signal where that aborts first. */
export async function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  // A promise for each wait: racing against one that lives long would keep something of every race.
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  pending.then(resolve, reject);
  if (signal.aborted) abort();
  return promise.finally(() => signal.removeEventListener('abort', abort));
}
