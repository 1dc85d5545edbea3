/** Asks the server again and again, as long as the page is looked at. */
import type { Failure } from './figures.ts';

/** Milliseconds between answers and the next question; while the page is hidden; and that an answer may take. */
const pollMs = 1_000;
const hiddenMs = 30_000;
const answerMs = 15_000;

export interface Listener<T> {
  onAnswer: (value: T) => void;
  /** The server says no. */
  onRefusal: (message: string) => void;
  /** It says nothing, or nothing that can be understood. */
  onSilence: () => void;
}

/** Never ends. Questions, not a stream: a browser holds six connections to a server, and pages are many. */
export async function poll<T>(address: string, listener: Listener<T>): Promise<never> {
  for (;;) {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(answerMs) });
      const value = (await response.json()) as T | Failure;
      if (response.ok) listener.onAnswer(value as T);
      else listener.onRefusal((value as Failure).error.message);
    } catch {
      listener.onSilence();
    }
    await pause(document.hidden ? hiddenMs : pollMs);
  }
}

/** Ends early when the page is looked at again. */
function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => {
    if (!document.hidden) resolve();
  };
  const timer = setTimeout(resolve, ms);
  document.addEventListener('visibilitychange', wake);
  return promise.finally(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', wake);
  });
}
