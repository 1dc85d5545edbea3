/** A run of another store, from a file of `assay export --whole`. */
import { readLines } from '@assay/datasets';
import { restoreRun } from '@assay/store';
import { exitCodes, unusableInput } from '../exit.ts';
import { catchInterrupts } from '../interrupt.ts';
import { makeStore } from '../open.ts';
import { display } from '../paths.ts';
import { ProgressLine } from '../progress.ts';
import { forget } from '../site.ts';
import type { ImportOptions } from './import.ts';

/** Whether a file begins as such a run does. */
export async function isWhole(path: string): Promise<boolean> {
  // What comes from standard input can be read once.
  if (path === '-') return false;
  try {
    for await (const line of readLines(path)) return line.startsWith('{"assay":"run"');
  } catch {
    // Who reads it as a table says what is wrong with it.
  }
  return false;
}

/** Stores the run and tells its id; answers with the exit code. Errors: those of `restoreRun`, `store_*`. */
export async function importWhole(
  path: string,
  { store: location, run, fresh }: ImportOptions,
): Promise<number> {
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  const store = await makeStore(location);
  let rows = 0;
  try {
    progress.startLine(async () => (rows === 0 ? undefined : `${rows.toLocaleString('en-US')} verdicts`));
    const { id, counts } = await restoreRun(store, () => readLines(path), {
      ...(run !== undefined && { id: run }),
      signal: interrupts.signal,
      onRows: (more) => {
        rows += more;
      },
      ...(fresh && { replace: (old: string) => forget(store, old) }),
    });
    progress.stop();
    process.stdout.write(`${id}: ${counts.verdicts.toLocaleString('en-US')} verdicts\n`);
    progress.note(`stored in ${display(store.location)}; next: assay report ${id}`);
    return exitCodes.ok;
  } catch (error) {
    if (!interrupts.signal.aborted) throw unusableInput(error);
    progress.note('stopped; the same command goes on');
    return interrupts.exitCode;
  } finally {
    progress.stop();
    interrupts.dispose();
    await store.close();
  }
}
