/** `assay swebench report`: the files of SWE-bench's harness, from a stored run. */
import { type InstanceOutcome, runReport } from '@assay/code';
import { AssayError, type Run } from '@assay/contract';
import type { Store } from '@assay/store';
import { BadRows } from '../bad-rows.ts';
import { usageError } from '../exit.ts';
import { openStore } from '../open.ts';
import { oneLine } from '../terminal.ts';
import { type HarnessRun, removeFile, reportFile, summaryFile, writeJson } from './files.ts';
import { readInstances } from './instances.ts';
import { outcomeOf } from './outcome.ts';
import { type Sample, summaryText } from './text.ts';

export interface ReportOptions {
  /** File of the store, or postgres://…. */
  store: string;
  /** Folder for the files. */
  out: string;
  model: string;
  /** Files with the instances of the data set. */
  problems?: string[];
}

/** Writes the files and prints a table. Errors: `usage`, `store_missing`, `run_unknown`, `report_write`. */
export async function report(
  id: string,
  { store: path, out, model, problems }: ReportOptions,
): Promise<void> {
  if (!/^(?!\.)[^\0\\]{1,100}$/.test(model)) {
    throw usageError(
      `The model name ${oneLine(JSON.stringify(model), 120)} cannot name files.`,
      'Give another --model.',
    );
  }
  const badRows = new BadRows((line) => void process.stderr.write(`${line}\n`));
  const dataset = problems && (await readInstances(problems, (row) => badRows.add(row)));
  const store = await openStore(path);
  try {
    await store.withSnapshot(async (view) => {
      const run = await runOf(view, id);
      const instances = new Set((await view.problems(id)).map((problem) => problem.id));
      for (const instance of dataset ?? []) instances.add(instance.id);
      const repeated = await isRepeated(view, run);
      const placeOf = (sample: number): HarnessRun => ({
        folder: out,
        model,
        run: repeated ? `${id}.${sample}` : id,
      });
      const outcomes = await writeReports(view, run, repeated, placeOf);
      const samples: Sample[] = [];
      for (const [index, of] of [...outcomes].sort(([a], [b]) => a - b)) {
        const at = placeOf(index);
        const summary = runReport([...instances], of);
        await writeJson(summaryFile(at), summary);
        samples.push({ index, at, summary });
      }
      process.stdout.write(summaryText(run, instances.size, samples));
    });
  } finally {
    await store.close();
  }
  if (badRows.summary !== undefined) process.stderr.write(`${badRows.summary}\n`);
}

async function runOf(store: Store, id: string): Promise<Run> {
  const run = await store.getRun(id);
  if (run !== undefined) return run;
  throw new AssayError('run_unknown', `There is no run ${id} in ${store.location}.`, {
    mend: 'List the runs with: assay report',
  });
}

/** The verdicts that count: the code verifier's, or else those that decide on the run's rates. */
function verifierOf({ verifiers }: Run): number {
  return Math.max(0, verifiers.indexOf('code'));
}

/** Whether an instance has several samples. */
async function isRepeated(store: Store, run: Run): Promise<boolean> {
  const own = (await store.tallies(run.id)).filter(({ verifier }) => verifier === verifierOf(run));
  return own.some((tally) => {
    return tally.correct + tally.incorrect + tally.scored + tally.error + tally.skipped > 1;
  });
}

/** Writes the report on each patch; answers with what became of them by sample: one at least. */
async function writeReports(
  store: Store,
  run: Run,
  repeated: boolean,
  placeOf: (sample: number) => HarnessRun,
): Promise<Map<number, InstanceOutcome[]>> {
  const verifier = verifierOf(run);
  const bySample = new Map<number, InstanceOutcome[]>();
  for await (const row of store.verdicts(run.id)) {
    // A skipped candidate was not judged, as if it had never been submitted.
    if (row.verifier !== verifier || row.judgement === undefined) continue;
    const outcome = outcomeOf(row.problemId, row.judgement.verdict);
    if (outcome === undefined) throw notOfPatches(run, row.problemId);
    const sample = repeated ? row.candidate : 0;
    const file = reportFile(placeOf(sample), row.problemId);
    if (outcome.report === undefined) await removeFile(file);
    else await writeJson(file, { [row.problemId]: outcome.report });
    const all = bySample.get(sample) ?? [];
    bySample.set(sample, all);
    all.push(withoutTests(outcome));
  }
  if (bySample.size === 0) bySample.set(0, []);
  return bySample;
}

/** What a summary needs: names of tests would fill the memory. */
function withoutTests({ report, ...outcome }: InstanceOutcome): InstanceOutcome {
  if (report === undefined) return outcome;
  const { tests_status: _, ...rest } = report;
  return { ...outcome, report: rest };
}

function notOfPatches(run: Run, problem: string) {
  return usageError(
    `Run ${run.id} is not one of patches only: ${oneLine(JSON.stringify(problem), 200)} was judged in another way.`,
    `See its rates with: assay report ${run.id}`,
  );
}
