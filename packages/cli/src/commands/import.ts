import { type Command, Option } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import type { ImportOptions } from '../import/import.ts';
import { storeOption, tableFormatOption } from '../options.ts';

export function addImport(program: Command): void {
  program
    .command('import')
    .description('Store tables made elsewhere as runs: every command and the page then work on them.')
    .argument('<tables...>', 'files with counts or scores (CSV, JSON Lines, Parquet)')
    .option('--run <id>', 'id of the run; default: name of the model, or of the file')
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
      const { importTables } = await import('../import/import.ts');
      process.exitCode = await importTables(tables, options);
    });
}

const help = `
Rows are those of assay scaling (counts: a run for each model) and of assay select (scores: one run, with an oracle and its
selectors). Of counts nothing is known but how many candidates succeeded: no texts, answers or order.

Examples:
  assay import counts.csv
  assay import scores.parquet --run tonight && assay report tonight --html tonight.html

${exitCodesHelp}`;
