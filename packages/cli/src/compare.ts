/** Comparing runs and tables of counts, problem by problem. */
import { type Compared, compareTables, readScores, renderComparison } from '@assay/report';
import type { Store } from '@assay/store';
import { exitCodes, usageError } from './exit.ts';
import { findStore } from './open.ts';
import { openCountTables, type TableOptions } from './tables.ts';
import { hasColors, oneLine } from './terminal.ts';

export interface CompareCommandOptions extends TableOptions {
  k?: number[];
  level: number;
  json?: boolean;
}

/** Prints what each run or table gets more than the first, and answers with the exit code. */
export async function compare(args: string[], options: CompareCommandOptions): Promise<number> {
  const tables = await openCountTables(args, options);
  if (tables.length < 2) {
    throw usageError(
      `${oneLine(args.join(' '))} has one set of counts alone: there is nothing to compare it with.`,
      'Give two runs or tables or more, or a table with several models.',
    );
  }
  const store = await findStore(options.store);
  try {
    const all: Compared[] = [];
    for (const counts of tables) {
      const own = counts.run !== undefined && store && (await scoresOf(store, counts.run));
      all.push({ counts, ...(own && { scores: own }) });
    }
    const { level, k } = options;
    const results = compareTables(all, { level, ...(k && { ks: k }) });
    if (results.pairs.every(({ problems }) => problems === 0)) {
      throw usageError(
        `No problem is common to ${oneLine(tables.map(({ name }) => name).join(' and '))}: ${results.pairs[0]?.notes[0] ?? ''}`,
        'Problems are found by their ids: give both the same ones.',
      );
    }
    process.stdout.write(
      options.json
        ? `${JSON.stringify(results, null, 2)}\n`
        : renderComparison(results, { color: hasColors(process.stdout) }),
    );
    return results.tables.some(({ missing }) => missing > 0) ? exitCodes.incomplete : exitCodes.ok;
  } finally {
    await store?.close();
  }
}

async function scoresOf(store: Store, id: string): Promise<Compared['scores']> {
  return store.withSnapshot(async (view) => {
    const run = await view.getRun(id);
    if (run === undefined) return undefined;
    const names = new Map((await view.problems(id)).map((problem) => [problem.handle, problem.id]));
    const all = await Array.fromAsync(view.candidateScores(id));
    return {
      ids: all.map(({ problem }) => names.get(problem) ?? ''),
      tables: await readScores(view, run, all),
    };
  });
}
