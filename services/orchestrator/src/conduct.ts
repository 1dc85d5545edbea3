/** What a replica's verdicts were like lately: the latest count most. */
import type { Verdict } from '@assay/contract';
import type { Conduct } from './outliers.ts';

/** Verdicts that count, about. */
const memory = 200;

export class ConductMeter {
  #verdicts = 0;
  #errors = 0;
  #correct = 0;

  add({ status, retryable }: Verdict): void {
    const kept = 1 - 1 / memory;
    this.#verdicts = this.#verdicts * kept + 1;
    this.#errors = this.#errors * kept + (status === 'ERROR' && retryable ? 1 : 0);
    this.#correct = this.#correct * kept + (status === 'CORRECT' ? 1 : 0);
  }

  read(serviceMs: number | undefined): Conduct {
    return { verdicts: this.#verdicts, errors: this.#errors, correct: this.#correct, serviceMs };
  }

  clear(): void {
    this.#verdicts = 0;
    this.#errors = 0;
    this.#correct = 0;
  }
}
