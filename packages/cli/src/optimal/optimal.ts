/** Which strategy suits problems of each difficulty. */
import { optimalOf, renderOptimal } from '@assay/report';
import { exitCodes, usageError } from '../exit.ts';
import { openScoreTables } from '../tables.ts';
import { hasColors, oneLine } from '../terminal.ts';

export interface OptimalFlags {
  store: string;
  level: number;
  by: string;
  bins: number;
  budgets?: number[];
  seed: number;
  json?: boolean;
}

/** Prints the choice, and answers with the exit code. Errors: those of openScoreTables, `usage`. */
export async function optimal(args: string[], flags: OptimalFlags): Promise<number> {
  const tables = await openScoreTables(args, flags);
  if (flags.by !== 'pass@1' && !tables.selectors.includes(flags.by)) {
    throw usageError(
      `--by ${oneLine(flags.by, 80)} is no selector of these tables.`,
      `Give pass@1, or one of ${tables.selectors.map((name) => oneLine(name, 40)).join(', ')}.`,
    );
  }
  const result = optimalOf(tables, flags);
  if (result.choice === null) {
    throw usageError(oneLine(result.why, 300), 'assay optimal --help says what it takes.');
  }
  const { choice } = result;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ schema: 'assay.optimal/v1', level: flags.level, ...choice }, null, 2)}\n`
      : renderOptimal(choice, flags.level, { color: hasColors(process.stdout) }),
  );
  const missing = tables.problems.some(
    ({ correct, scores }) =>
      Array.from(correct).includes(-1) || scores.some((own) => Array.from(own).includes(Number.NaN)),
  );
  return missing ? exitCodes.incomplete : exitCodes.ok;
}
