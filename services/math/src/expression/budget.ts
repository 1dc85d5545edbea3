/** Why an evaluation ends without a value. Thrown as plain values: they are frequent and carry no trace. */
export type Failure = 'budget' | 'undefined' | 'imprecise' | 'unsupported';

/** Work still allowed in one call, in steps of about 100 ns. Deterministic: the same call always ends at the same place. */
export class Budget {
  left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Takes steps off. Throws 'budget' when none are left. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) fail('budget');
  }
}

/** Ends the evaluation under way. */
export function fail(failure: Failure): never {
  throw failure;
}

/** The value of `run`, or why there is none. Anything else that is thrown is a defect and passes. */
export function attempt<T>(run: () => T): { readonly value: T } | { readonly failure: Failure } {
  try {
    return { value: run() };
  } catch (error) {
    if (error === 'budget' || error === 'undefined' || error === 'imprecise' || error === 'unsupported') {
      return { failure: error };
    }
    throw error;
  }
}
