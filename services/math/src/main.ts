/** The math-answer verifier as a process. */
import { runVerifier } from '@assay/verifier-kit';
import { mathVerifier } from './service.ts';

await runVerifier(mathVerifier());
