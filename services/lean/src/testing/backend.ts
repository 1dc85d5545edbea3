/** A stand-in for Lean: answers checks from a script. For tests of what decides on its answers. */
import type { Audit, Backend, Check, Checked, Header, Outcome, Statement } from '../types.ts';

export const referenceType = '∀ the type';

export const proved: Audit = { found: true, kind: 'theorem', axioms: ['propext'], type: referenceType };

export function answered(
  audit: Audit | undefined = proved,
  messages: Extract<Outcome, { kind: 'answered' }>['messages'] = [],
): Outcome {
  return { kind: 'answered', messages, audit };
}

export class ScriptedBackend implements Backend {
  readonly kind = 'repl' as const;
  readonly checks: Check[] = [];
  references = 0;
  readonly #answers: ((check: Check, signal: AbortSignal) => Outcome | Promise<Outcome>)[];
  readonly #reference: (() => Outcome | Promise<Outcome>)[];

  /** Answers one check after the other; the last answer is given again. */
  constructor(
    answers: readonly (Outcome | ((check: Check, signal: AbortSignal) => Outcome | Promise<Outcome>))[],
    references: readonly (Outcome | (() => Outcome | Promise<Outcome>))[] = [answered()],
  ) {
    this.#answers = answers.map((answer) => (typeof answer === 'function' ? answer : () => answer));
    this.#reference = references.map((answer) => (typeof answer === 'function' ? answer : () => answer));
  }

  async check(check: Check, signal: AbortSignal): Promise<Checked> {
    this.checks.push(check);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === undefined) throw new Error('no answer is left');
    return { ...(await answer(check, signal)), cpuMs: 3, wallMs: 5 };
  }

  async reference(_header: Header, _statement: Statement, signal: AbortSignal): Promise<Checked> {
    this.references++;
    const answer = this.#reference.length > 1 ? this.#reference.shift() : this.#reference[0];
    signal.throwIfAborted();
    if (answer === undefined) throw new Error('no answer is left');
    const outcome = await answer();
    signal.throwIfAborted();
    return { ...outcome, cpuMs: 1, wallMs: 1 };
  }

  async messages(): Promise<Checked> {
    throw new Error('no whole files here');
  }

  async close(): Promise<void> {}
}
