import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/contract';

/** Again, as the error says, where the store could not be written or read for too long. */
export async function untilStored<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AssayError && /^store_(write|read)$/.test(error.code))) throw error;
      await sleep(1_000);
    }
  }
}
