/** What a store does not take. */
import { AssayError } from '@assay/contract';

/** The error `store_refused`: what was to be stored is at fault, and not the store; nothing of it was stored. */
export function refusedError(location: string, why: string): AssayError {
  return new AssayError('store_refused', `The store ${location} does not take what it is given: ${why}`, {
    mend: 'If the run was deleted, start it again; else see what its verifiers or its input say there.',
  });
}
