/** `assay lean`: one verdict of the Lean verifier, explained. */
import { exitCodeOf, exitCodes } from '../exit.ts';
import { readInput } from '../input.ts';
import { catchInterrupts } from '../interrupt.ts';
import { whole } from '../problem.ts';
import { errorText, painter } from '../terminal.ts';
import { judge, look, type Told } from './judge.ts';
import { checkOptions, type LeanOptions } from './options.ts';
import { readTheorem, withSettings } from './problem.ts';
import { explanation, lookText } from './text.ts';

const exitOf: Readonly<Record<string, number>> = { CORRECT: exitCodes.ok, INCORRECT: exitCodes.failed };

/**
 * Prints the verdict on a proof; answers with the exit code: 0 proved, 1 not proved, 3 not judged. Error: `usage`, and
 * those of reading a file of problems; what keeps the verifier from working is told on stderr, and the verdict is
 * missing.
 */
export async function lean(path: string, options: LeanOptions): Promise<number> {
  checkOptions(path, options);
  const bytes = await readInput(path, {
    unreadable: "Name a file with a proof or a model's answer; - reads standard input.",
    large: 'Give the part with the proof.',
  });
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const before = await readTheorem(options);
  const problem = whole(withSettings(before, options));
  const paint = painter(process.stdout);
  const tell = (told: Told, shown: string) => {
    process.stdout.write(options.json ? `${JSON.stringify(told, null, 2)}\n` : shown);
    return exitOf[told.status] ?? exitCodes.incomplete;
  };
  if (options.checkOnly) {
    const told = await look(problem, text);
    return tell(told, lookText(told, paint));
  }
  const interrupts = catchInterrupts();
  try {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const told = await judge(problem, whole(before), text, { signal: interrupts.signal, say });
    return tell(told, explanation(told, paint));
  } catch (error) {
    if (interrupts.signal.aborted) return interrupts.exitCode;
    if (exitCodeOf(error) === exitCodes.usage) throw error;
    process.stderr.write(errorText(error));
    return exitCodes.incomplete;
  } finally {
    interrupts.dispose();
  }
}
