/** The math-answer verifier: its checker as a library, and where its service starts. */
import { join } from 'node:path';

export { mathVerifier } from './service.ts';
export {
  describePolicies,
  type PolicyDescription,
  type Reading,
  type Verification,
  verify,
} from './verify.ts';

/** How to start the service: `node …nodeFlags entry`. Flags that isolates need are given to their processes only. */
export const mathService: { readonly entry: string; readonly nodeFlags: readonly string[] } = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [],
};
