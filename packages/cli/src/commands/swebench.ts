import { type Command, Option } from 'commander';
import { collect, storeOption, wholeNumber } from '../options.ts';
import type { PruneOptions } from '../swebench/prune.ts';
import type { PullOptions } from '../swebench/pull.ts';
import type { ReportOptions } from '../swebench/report.ts';
import { sizeOf } from '../swebench/size.ts';

export function addSwebench(program: Command): void {
  const group = program
    .command('swebench')
    .description(
      "What users of SWE-bench's harness expect around a run: its report files, and images of instances.",
    )
    .addHelpText(
      'after',
      `
Examples:
  assay swebench pull instances.jsonl
  assay run predictions.jsonl --problems instances.jsonl --verifier code --run mine
  assay swebench report mine --problems instances.jsonl --model my-model
  assay swebench prune --keep 50G --dry-run

assay code PATCH --problem instances.jsonl --id ID explains one verdict.`,
    );
  addReport(group);
  addPull(group);
  addPrune(group);
}

function addReport(group: Command): void {
  group
    .command('report')
    .description("Write the report files of SWE-bench's harness on a stored run.")
    .argument('<run>', 'id of the run; assay report lists them')
    .addOption(storeOption())
    .option('--out <folder>', 'where to write', '.')
    .option('--model <name>', 'name of the model in the files: a run does not know it', 'model')
    .option(
      '--problems <file>',
      'instances of the data set: those without a prediction count as incomplete; repeatable',
      collect,
    )
    .addHelpText('after', reportHelp)
    .action(async (run: string, options: ReportOptions) => {
      const { report } = await import('../swebench/report.ts');
      await report(run, options);
    });
}

function addPull(group: Command): void {
  group
    .command('pull')
    .description('Pull the images of instances, so that no run waits for them.')
    .argument('<instances...>', 'files with instances')
    .option('--limit <n>', 'only the first n instances', wholeNumber(1))
    .addHelpText('after', pullHelp)
    .action(async (paths: string[], options: PullOptions) => {
      const { pull } = await import('../swebench/pull.ts');
      process.exitCode = await pull(paths, options);
    });
}

function addPrune(group: Command): void {
  group
    .command('prune')
    .description('Remove the least recently used images of instances until the rest fits.')
    .requiredOption('--keep <size>', 'how much may stay: 50G, 500M, 0', sizeOf)
    .option('--dry-run', 'only list what would be removed')
    .addOption(new Option('--yes', 'do not ask').conflicts('dryRun'))
    .addHelpText('after', pruneHelp)
    .action(async (options: PruneOptions) => {
      const { prune } = await import('../swebench/prune.ts');
      process.exitCode = await prune(options);
    });
}

const reportHelp = `
Files:
  MODEL.RUN.json                                        the summary, schema_version 2
  logs/run_evaluation/RUN/MODEL/INSTANCE/report.json    one for each patch with a verdict by its tests
Where instances have several samples, each index is a run of its own: RUN.0, RUN.1, … Rates over them (pass@k) are in
assay report RUN. A slash in MODEL is written as two underscores.

As with the harness, errors are patches that do not apply, and tests that ran out of time; ERRORs of the verifier count
among them, too, and as infra. The store must be on this machine: an orchestrator hands out reports, not verdicts.

Examples:
  assay swebench report mine --model my-model --out results/
  assay swebench report mine --problems instances.jsonl`;

const pullHelp = `
Examples:
  assay swebench pull instances.jsonl
  assay swebench pull lite.parquet --limit 20

Images that are here already are not pulled again.

Exit codes: 0 all images are here, 1 some could not be pulled, 2 wrong usage or unusable input, 3 some rows were bad.`;

const pruneHelp = `
Images of instances are known by their names (sweb.eval.…) or by the label assay.image=swebench. Those that a container
uses stay. Layers that images share are counted once for each, so the disk holds less than is said here.

Examples:
  assay swebench prune --keep 50G --dry-run
  assay swebench prune --keep 50G --yes

Exit codes: 0 the rest fits, 1 it does not, or nothing was removed, 2 wrong usage.`;
