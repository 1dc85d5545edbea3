import { type Command, Option } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import type { ImportOptions } from '../import/import.ts';
import { storeOption, tableFormatOption } from '../options.ts';

export function addImport(program: Command): void {
  program
    .command('import')
    .description(
      'Store a run of another store, or tables made elsewhere as runs: every command then works on them.',
    )
    .argument(
      '<files...>',
      'a run from assay export --whole; or tables of counts or scores (CSV, JSON Lines, Parquet)',
    )
    .option('--run <id>', 'id of the run; default: that of the run; name of the model, or of the file')
    .addOption(
      new Option('--as <kind>', 'what rows hold; default: scores where the first row has any').choices([
        'counts',
        'scores',
      ]),
    )
    .addOption(tableFormatOption())
    .option('--fresh', 'replace a run of that id')
    .addOption(storeOption())
    .addHelpText('after', help)
    .action(async (tables: string[], options: ImportOptions) => {
      const { importFiles } = await import('../import/import.ts');
      process.exitCode = await importFiles(tables, options);
    });
}

const help = `
Rows are those of assay scaling (counts: a run for each model) and of assay select (scores: one run, with an oracle and its
selectors). Of counts nothing is known but how many candidates succeeded: no texts, answers or order.

A run that was exported whole becomes the same run again: report, page and cache say what they said. It is there once all
of it is stored and compared; stopped before, the same command goes on. Its verdicts are taken for true, also for later
runs that judge the same candidates: import what you trust.

Examples:
  assay import counts.csv
  assay import mine.jsonl.zst --store postgres://assay@db/assay
  assay import scores.parquet --run tonight && assay report tonight --html tonight.html

${exitCodesHelp}`;
