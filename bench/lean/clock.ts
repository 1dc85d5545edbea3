/** Time that a simulation goes through: virtual, or real and faster. */

export interface Clock {
  /** Simulated milliseconds. */
  now(): number;
  /** Resolves after that many simulated milliseconds, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Jumps from event to event once nothing else is left to do: exact, whatever the machine does. */
export function virtualClock(): Clock {
  let now = 0;
  /** Sorted by time, the next last. */
  const events: { at: number; wake: () => void }[] = [];
  const add = (at: number, wake: () => void) => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, { at, wake });
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) {
          resolve();
          return;
        }
        signal?.addEventListener('abort', () => resolve(), { once: true });
        add(now + ms, resolve);
      }),
    async run(work) {
      let done = false;
      const end = () => {
        done = true;
      };
      work.then(end, end);
      while (true) {
        // All microtasks: whoever was woken has started what comes next.
        await new Promise((resolve) => setImmediate(resolve));
        if (done) return work;
        const event = events.pop();
        if (event === undefined) throw new Error('nothing more happens, and the work is not done');
        now = event.at;
        event.wake();
      }
    },
  };
}

/** Real sleeping, `speed` times as fast. */
export function realClock(speed: number): Clock {
  const start = performance.now();
  return {
    now: () => (performance.now() - start) * speed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms / speed);
        signal?.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
        if (signal?.aborted) {
          clearTimeout(timer);
          resolve();
        }
      }),
    run: (work) => work,
  };
}
