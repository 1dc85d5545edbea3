/** `assay math`: one verdict of the math verifier, explained. */
import { exitCodes, usageError } from '../exit.ts';
import { readText } from '../input.ts';
import { painter } from '../terminal.ts';
import { ask } from './ask.ts';
import { explanation, failureText, policiesText } from './text.ts';

export interface MathOptions {
  /** `help` lists them. */
  policy?: string;
  json?: boolean;
}

const exitOf = { equal: 0, unequal: 1, undecided: exitCodes.incomplete } as const;

/**
 * Prints the verdict on an answer; answers with the exit code: 0 equal, 1 unequal, 3 undecided. Each text is itself,
 * `@FILE`, or `-` for standard input. Errors: `usage`, `bad_gold`, `bad_policy`.
 */
export async function math(
  gold: string | undefined,
  answer: string | undefined,
  { policy, json = false }: MathOptions,
): Promise<number> {
  if (policy === 'help') {
    const { describePolicies } = await import('@assay/math/verify');
    const policies = describePolicies();
    process.stdout.write(json ? jsonText(policies) : policiesText(policies));
    return exitCodes.ok;
  }
  if (gold === undefined || answer === undefined) {
    const missing = gold === undefined ? 'The reference answer GOLD' : 'The ANSWER to judge';
    throw usageError(`${missing} is missing.`, "Give both: assay math '3/4' '0.75'");
  }
  if (gold === '-' && answer === '-') {
    throw usageError('Standard input can be only one of the texts.', 'Put the other into a file: @FILE');
  }
  const large = 'Give the end of it, where the answer is.';
  const question = { gold: await readText(gold, large), answer: await readText(answer, large), policy };
  const told = await ask(question);
  const paint = painter(process.stdout);
  if ('outcome' in told) {
    process.stdout.write(json ? jsonText(told) : explanation(told, paint));
    return exitOf[told.outcome];
  }
  process.stdout.write(json ? jsonText({ outcome: 'undecided', ...told }) : failureText(told, paint));
  return exitOf.undecided;
}

const jsonText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
