/** `assay lean`: one verdict of the Lean verifier, explained. */
import { explain, tell } from '../explain.ts';
import { readInput } from '../input.ts';
import { whole } from '../problem.ts';
import { painter } from '../terminal.ts';
import { judge, look } from './judge.ts';
import { checkOptions, type LeanOptions } from './options.ts';
import { readTheorem, withSettings } from './problem.ts';
import { explanation, lookText } from './text.ts';

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
  if (options.checkOnly) {
    const told = await look(problem, text);
    return tell({ status: told.status, json: told, text: lookText(told, paint) }, options.json);
  }
  return explain(async (around) => {
    const told = await judge(problem, whole(before), text, around);
    return { status: told.status, json: told, text: explanation(told, paint) };
  }, options.json);
}
