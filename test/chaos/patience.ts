import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, status } from '@assay/contract';

/** Again, as the error says, where the store could not be used, or no orchestrator was there, for too long. */
export async function patiently<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AssayError) || !isPassing(error)) throw error;
      await sleep(1_000);
    }
  }
}

function isPassing({ code, cause }: AssayError): boolean {
  if (/^(store_write|store_read|orchestrator_unreachable)$/.test(code)) return true;
  // All of them are stopped.
  return (cause as { code?: unknown } | undefined)?.code === status.DEADLINE_EXCEEDED;
}
