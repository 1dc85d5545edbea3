/** What commands that explain one verdict have in common: interruption, output, exit code. */
import { exitCodeOf, exitCodes } from './exit.ts';
import type { Surroundings } from './in-process.ts';
import { catchInterrupts } from './interrupt.ts';
import { errorText } from './terminal.ts';

export interface Told {
  /** Of the verdict. */
  readonly status: string;
  readonly json: unknown;
  readonly text: string;
}

const exitOf: Readonly<Record<string, number>> = {
  CORRECT: exitCodes.ok,
  SCORED: exitCodes.ok,
  INCORRECT: exitCodes.failed,
};

/** Prints it; answers with the exit code: 0 correct or scored, 1 incorrect, 3 not judged. */
export function tell({ status, json, text }: Told, asJson: boolean | undefined): number {
  process.stdout.write(asJson ? `${JSON.stringify(json, null, 2)}\n` : text);
  return exitOf[status] ?? exitCodes.incomplete;
}

/**
 * Does the work and prints what it tells; answers with the exit code. Error: `usage`; what else keeps the verifier from
 * working is told on stderr, and the verdict is missing.
 */
export async function explain(
  work: (around: Surroundings) => Promise<Told>,
  asJson: boolean | undefined,
): Promise<number> {
  const interrupts = catchInterrupts();
  try {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    return tell(await work({ signal: interrupts.signal, say }), asJson);
  } catch (error) {
    if (interrupts.signal.aborted) return interrupts.exitCode;
    if (exitCodeOf(error) === exitCodes.usage) throw error;
    process.stderr.write(errorText(error));
    return exitCodes.incomplete;
  } finally {
    interrupts.dispose();
  }
}
