/** Exit codes, and which error means which. */
import { AssayError } from '@assay/contract';

export const exitCodes = {
  /** Everything asked for was done. */
  ok: 0,
  failed: 1,
  /** Wrong usage, or input that cannot be used. */
  usage: 2,
  /** Complete, but some rows were bad or some verdicts are missing. */
  incomplete: 3,
  /** 128 + the number of the signal. */
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export const exitCodesHelp = `Exit codes:
  0    done
  1    failed
  2    wrong usage, or input that cannot be used
  3    complete, but some rows were bad or some verdicts are missing (ERROR)
  130  interrupted (SIGINT); 143: stopped (SIGTERM)`;

/** Codes of errors that only another command line can mend. */
const usageErrors = new Set([
  'usage',
  'bad_address',
  'bad_file',
  'bad_gold',
  'bad_level',
  'bad_name',
  'bad_policy',
  'bad_token',
  'datasets_busy',
  'invalid_run',
  'no_samples',
  'plain_text',
  'run_exists',
  'run_unknown',
  'samples_busy',
  'samples_differ',
  'samples_foreign',
  'samples_settings',
  'store_missing',
  'verifier_unknown',
  'verifier_unreachable',
]);

/** Errors that say that the input cannot be used, whatever their codes. */
const unusable = new WeakSet<object>();

/** Marks an error of reading the input. */
export function unusableInput<E>(error: E): E {
  if (error instanceof AssayError) unusable.add(error);
  return error;
}

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof AssayError)) return exitCodes.failed;
  return usageErrors.has(error.code) || unusable.has(error) ? exitCodes.usage : exitCodes.failed;
}

/** Wrong usage that the parser of options cannot see. */
export function usageError(message: string, mend: string): AssayError {
  return new AssayError('usage', message, { mend });
}
