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
      // A promise for each item: racing against one that lives long would keep something of every race.
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>();
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort);
      iterator.next().then(resolve, reject);
      const next = await promise.finally(() => signal.removeEventListener('abort', abort));
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
