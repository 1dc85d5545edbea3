/** The code verifier as a process. */
import { runVerifier } from '@assay/verifier-kit';
import { codeVerifier } from './service.ts';

await runVerifier(codeVerifier());
