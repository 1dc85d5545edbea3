/** Selection figures from a table of scores, without any verifier. */
import { renderSelection, selectorResults } from '@assay/report';
import { exitCodes } from './exit.ts';
import { openScoreTables, type TableOptions } from './tables.ts';
import { hasColors } from './terminal.ts';

export interface SelectOptions extends TableOptions {
  level: number;
  json?: boolean;
}

/** Prints what selection by the scores of these tables gets, and answers with the exit code. */
export async function select(args: string[], options: SelectOptions): Promise<number> {
  const { level, json = false } = options;
  const tables = await openScoreTables(args, options);
  const results = { level, problems: tables.problems.length, ...(await selectorResults(tables, level)) };
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'assay.selection/v1', ...results }, null, 2)}\n`
      : renderSelection(results, { color: hasColors(process.stdout) }),
  );
  return results.selectors.some(({ missing }) => missing > 0) ? exitCodes.incomplete : exitCodes.ok;
}
