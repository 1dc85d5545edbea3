/** Tables that commands work on: of stored runs, and of files brought from elsewhere. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Run } from '@assay/contract';
import type { TableFormat } from '@assay/datasets';
import { type CountTable, countTableOf, readScores, type ScoreTables } from '@assay/report';
import type { Store } from '@assay/store';
import { unusableInput, usageError } from './exit.ts';
import { findStore } from './open.ts';
import { display } from './paths.ts';
import { readCountTables } from './tables/counts.ts';
import { nearest } from './tables/near.ts';
import { readScoreTables } from './tables/scores.ts';
import { oneLine } from './terminal.ts';

export interface TableOptions {
  /** Store that has the runs. */
  store: string;
  /** Of the files; default: found from their content. */
  format?: TableFormat | undefined;
}

/**
 * Counts, in the order of the arguments: a table for each run, and for each model of each file. An argument is a file,
 * a folder or `-` where there is one of that name, else the id of a run. Names of tables are unique; in each table some
 * candidate is judged, though not of every problem.
 * @throws AssayError `usage` where it is neither or has no counts; those of `readCountTables` and of the store.
 */
export async function openCountTables(
  args: readonly string[],
  { store, format }: TableOptions,
): Promise<CountTable[]> {
  const tables: CountTable[] = [];
  const names = new Set<string>();
  for (const arg of unique(args)) {
    const own = isFile(arg)
      ? await asInput(readCountTables([arg], format))
      : [await ofRun(arg, store, countTableOf)];
    for (const table of own) {
      if (table.n.every((n) => n === 0)) {
        throw usageError(
          `No candidate of ${oneLine(table.name)} is judged: there is nothing to count.`,
          'Give counts with an n above 0; of a run, its first verifier must say CORRECT or INCORRECT.',
        );
      }
      const name = names.has(table.name) ? `${table.name} (${arg})` : table.name;
      names.add(name);
      tables.push({ ...table, name });
    }
  }
  return tables;
}

/**
 * Scores of candidates: of files, read as one table, or of one run, whose verifiers but the first are the selectors.
 * @throws AssayError `usage` where it is neither or has no scores; those of `readScoreTables` and of the store.
 */
export async function openScoreTables(
  args: readonly string[],
  { store, format }: TableOptions,
): Promise<ScoreTables> {
  const run = args.find((arg) => !isFile(arg));
  if (run === undefined) return asInput(readScoreTables(args, format));
  if (args.length > 1) {
    throw usageError(
      `${oneLine(run)} is no file; several arguments must be files.`,
      'Give files, or one run alone.',
    );
  }
  return ofRun(run, store, async (view, found) => {
    if (found.verifiers.length > 1) return readScores(view, found);
    throw usageError(
      `Run ${found.id} has no verifier but its oracle: no scores to pick candidates by.`,
      'Run it with --selector NAME.',
    );
  });
}

function unique(args: readonly string[]): readonly string[] {
  const things = args.map((arg) => (arg !== '-' && isFile(arg) ? resolve(arg) : arg));
  const twice = args.find((_, i) => things.indexOf(things[i] as string) !== i);
  if (twice === undefined) return args;
  throw usageError(`${oneLine(twice)} is given twice.`, 'Give each run and each file once.');
}

const isFile = (arg: string) => arg === '-' || existsSync(arg);

function asInput<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw unusableInput(error);
  });
}

/** What `read` finds in a stored run that has judged all its candidates. */
async function ofRun<T>(id: string, path: string, read: (view: Store, run: Run) => Promise<T>): Promise<T> {
  const store = await findStore(path);
  if (store === undefined) throw neither(id, `and no store ${path} that could have a run of that name.`);
  try {
    return await store.withSnapshot(async (view) => {
      const run = await view.getRun(id);
      if (run === undefined) {
        const names = nearest(
          id,
          (await view.listRuns()).map((each) => each.id),
        );
        const hint = names.length === 0 ? '' : ` Do you mean ${names.join(' or ')}?`;
        throw neither(id, `and ${display(store.location)} has no run of that name.${hint}`);
      }
      if (!run.earlyStop) return read(view, run);
      throw usageError(
        `Run ${id} stops at the first success of a problem: its counts depend on the verdicts and estimate no rate.`,
        'Run it without --early-stop.',
      );
    });
  } finally {
    await store.close();
  }
}

function neither(arg: string, more: string) {
  return usageError(
    `There is no file ${oneLine(JSON.stringify(arg))}, ${more}`,
    'Check the path; assay report lists the runs, and --store FILE names another store.',
  );
}
