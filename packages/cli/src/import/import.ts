/** Tables brought from elsewhere as stored runs, on which every command works. */
import { readTableRows, type TableFormat } from '@assay/datasets';
import type { Store, VerdictRow } from '@assay/store';
import { exitCodes, unusableInput, usageError } from '../exit.ts';
import { catchInterrupts } from '../interrupt.ts';
import { makeStore } from '../open.ts';
import { display } from '../paths.ts';
import { ProgressLine } from '../progress.ts';
import { forget } from '../site.ts';
import { readCountTables } from '../tables/counts.ts';
import { readScoreTables } from '../tables/scores.ts';
import { oneLine } from '../terminal.ts';
import { type ImportedProblem, problemOfCounts, problemOfScores } from './rows.ts';
import { importWhole, isWhole } from './whole.ts';

export interface ImportOptions {
  store: string;
  /** Id of the run, where the tables make one. */
  run?: string;
  as?: 'counts' | 'scores';
  format?: TableFormat;
  fresh?: boolean;
}

interface ImportedRun {
  id: string;
  verifiers: string[];
  model: string | null;
  problems: () => Iterable<ImportedProblem>;
}

const batch = 2_000;
/** Who decided on what a table holds. */
const oracleName = 'table';

/** Stores what these files hold: a run that was exported whole, or tables. Answers with the exit code. */
export async function importFiles(paths: string[], options: ImportOptions): Promise<number> {
  const whole: string[] = [];
  for (const path of paths) if (await isWhole(path)) whole.push(path);
  if (whole.length === 0) return importTables(paths, options);
  if (paths.length > 1) {
    throw usageError(
      `${whole[0]} is a whole run, and there are ${paths.length} files.`,
      'Import one at a time.',
    );
  }
  if (options.as !== undefined || options.format !== undefined) {
    throw usageError(`${whole[0]} is a whole run, and no table.`, 'Leave out --as and --format.');
  }
  return importWhole(whole[0] as string, options);
}

/** Stores a run for each table and tells their ids; answers with the exit code. Errors: those of the readers and the store. */
async function importTables(paths: string[], options: ImportOptions): Promise<number> {
  const runs = await readRuns(paths, options).catch((error: unknown) => {
    throw unusableInput(error);
  });
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  const store = await makeStore(options.store);
  try {
    for (const run of runs) {
      const written = await write(store, run, paths, options.fresh ?? false, interrupts.signal, progress);
      process.stdout.write(`${run.id}: ${written.toLocaleString('en-US')} verdicts\n`);
    }
    progress.note(`stored in ${display(store.location)}; next: assay report ${runs[0]?.id ?? ''}`);
    return exitCodes.ok;
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
    progress.note('stopped; the same command with --fresh begins again');
    return interrupts.exitCode;
  } finally {
    progress.stop();
    interrupts.dispose();
    await store.close();
  }
}

/** A run for all scores; of counts, for each model of each file. */
async function readRuns(paths: string[], { as, format, run }: ImportOptions): Promise<ImportedRun[]> {
  if ((as ?? (await kindOf(paths, format))) === 'scores') {
    const { selectors, problems } = await readScoreTables(paths, format);
    if (selectors.includes(oracleName)) {
      throw usageError(
        `A score is called ${oracleName}, as what decides is.`,
        'Give it another name in the table.',
      );
    }
    const id = idOf(run ?? nameOf(paths));
    const each = () => problems.values().map(problemOfScores);
    return [{ id, verifiers: [oracleName, ...selectors], model: null, problems: each }];
  }
  const tables = await readCountTables(paths, format);
  if (run !== undefined && tables.length > 1) {
    const names = tables.map(({ name }) => oneLine(name, 40)).join(', ');
    throw usageError(`--run names one run, and there are ${tables.length}: ${names}.`, 'Leave --run out.');
  }
  return tables.map((table) => ({
    id: idOf(run ?? table.name),
    verifiers: [oracleName],
    model: table.model,
    problems: () => table.problems.keys().map((i) => problemOfCounts(table, i)),
  }));
}

/** By the first row: whether it has scores. */
async function kindOf(paths: string[], format: TableFormat | undefined): Promise<'counts' | 'scores'> {
  if (paths.includes('-')) {
    throw usageError('What comes from standard input can be read once.', 'Give --as counts or --as scores.');
  }
  const isScore = (name: string) => /^scores?$|^scores\./.test(name);
  for await (const { fields } of readTableRows(paths, { format, columns: () => true })) {
    return Object.keys(fields).some(isScore) ? 'scores' : 'counts';
  }
  return 'counts';
}

function nameOf([first = '']: string[]): string {
  return (first.split('/').at(-1) ?? '').replace(/\.(csv|tsv|jsonl|json|parquet)(\.gz|\.zst)?$/, '');
}

function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 128) || 'table';
}

async function write(
  store: Store,
  { id, verifiers, model, problems }: ImportedRun,
  paths: readonly string[],
  fresh: boolean,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<number> {
  if (fresh) await forget(store, id);
  else if ((await store.getRun(id)) !== undefined) {
    throw usageError(`There is a run ${id} already.`, 'Give another --run ID, or --fresh to replace it.');
  }
  const labels = { imported: paths.join(', '), ...(model !== null && { model }) };
  await store.openRun({ id, verifiers, earlyStop: false, maxAttempts: 0, labels });
  await store.claimRun(id);
  let written = 0;
  progress.startLine(async () => `${id}: ${written.toLocaleString('en-US')} verdicts`);
  for (const { id: problem, promptTokens, verdicts, tokensOf } of problems()) {
    const handle = await store.putProblem(id, { id: problem, dataset: '', promptTokens }, 'table');
    for (const [verifier, judgements] of verdicts.entries()) {
      let rows: VerdictRow[] = [];
      let candidate = 0;
      const flush = async () => {
        signal.throwIfAborted();
        await store.commit(rows);
        written += rows.length;
        rows = [];
      };
      for (const judgement of judgements) {
        const tokens = tokensOf(candidate);
        rows.push({ problem: handle, verifier, candidate: candidate++, tokens, source: 'SHARED', judgement });
        if (rows.length === batch) await flush();
      }
      if (rows.length > 0) await flush();
    }
  }
  await store.setRunState(id, 'COMPLETE');
  await store.releaseRun(id);
  progress.stop();
  return written;
}
