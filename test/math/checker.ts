/** The judgement under test, as a function. */
import { AssayError } from '@assay/contract';
import { verify } from '@assay/math/verify';

export interface Checked {
  readonly outcome: 'equal' | 'unequal' | 'undecided';
  /** `no_answer`, `wrong_answer`, `bad_gold` … */
  readonly reason: string;
  /** What decided. */
  readonly rule: string;
  readonly answerClass: string;
  /** Where the answers were found. */
  readonly gold?: { readonly span: string };
  readonly answer?: { readonly span: string };
}

/** Judges a pair; a reference answer that cannot be read leaves it undecided. */
export function check(gold: string, answer: string, policy = 'strict'): Checked {
  try {
    return verify(gold, answer, policy);
  } catch (error) {
    if (!(error instanceof AssayError && error.code === 'bad_gold')) throw error;
    return { outcome: 'undecided', reason: 'bad_gold', rule: '', answerClass: '' };
  }
}
