/** The files of SWE-bench's harness: where they are, and how they are written. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';
import { usageError } from '../exit.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../write-whole.ts';

/** One run of the harness: one model's patches, at most one for an instance. */
export interface HarnessRun {
  readonly folder: string;
  readonly model: string;
  readonly run: string;
}

/** File of the summary. */
export function summaryFile({ folder, model, run }: HarnessRun): string {
  return join(folder, `${modelName(model)}.${run}.json`);
}

/** Folder of the reports on single patches. */
export function logsFolder({ folder, model, run }: HarnessRun): string {
  return join(folder, 'logs/run_evaluation', run, modelName(model));
}

/** File of the report on one patch. Error: `usage` where the instance's id is no name of a folder. */
export function reportFile(at: HarnessRun, instanceId: string): string {
  if (/^(?!\.{1,2}$)[^/\\\0]{1,200}$/.test(instanceId)) {
    return join(logsFolder(at), instanceId, 'report.json');
  }
  throw usageError(
    `The instance id ${oneLine(JSON.stringify(instanceId), 80)} cannot name a folder.`,
    'Give instances ids without slashes, such as django__django-11099.',
  );
}

function modelName(model: string): string {
  return model.replaceAll('/', '__');
}

/** Writes JSON: whoever reads the file sees the whole old one or the whole new one. Error: `report_write`. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writing(path, () => writeWhole(path, [`${JSON.stringify(value, null, 4)}\n`]));
}

/** Removes what an earlier report may have left. Error: `report_write`. */
export async function removeFile(path: string): Promise<void> {
  await writing(path, () => rm(path, { force: true }));
}

async function writing(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new AssayError('report_write', `Cannot write ${path}: ${messageOf(cause)}`, {
      mend: 'The verdicts are stored; --out FOLDER writes the files elsewhere.',
      cause,
    });
  }
}
