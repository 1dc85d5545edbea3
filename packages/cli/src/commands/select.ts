import type { Command } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import { jsonOption, levelOption, storeOption, tableFormatOption } from '../options.ts';
import type { SelectOptions } from '../select.ts';

export function addSelect(program: Command): void {
  program
    .command('select')
    .description('Say what picking candidates by scores made elsewhere gets: no verifier is asked.')
    .argument('<tables...>', 'files or folders (CSV, JSON Lines, Parquet), - for standard input, or a run')
    .addOption(storeOption())
    .addOption(tableFormatOption())
    .addOption(levelOption())
    .addOption(jsonOption('print the figures'))
    .addHelpText('after', help)
    .action(async (paths: string[], options: SelectOptions) => {
      const { select } = await import('../select.ts');
      process.exitCode = await select(paths, options);
    });
}

const help = `
A row is one candidate, or one problem with a list of them; higher scores are better. Classes (which answers are equal)
are optional: without them there is no vote. null: missing. "score": 0.5 will do for a single selector.

  {"problem": "p1", "correct": true, "class": "42", "scores": {"armorm": 0.12, "prm": 0.9}}
  {"problem": "p1", "correct": [true, false], "classes": ["42", "41"], "scores": {"armorm": [0.12, 0.1]}}

In CSV (an empty cell: missing) and in Parquet each selector is a column:

  problem,correct,class,scores.armorm,scores.prm
  p1,true,42,0.12,0.9

Printed for each score: coverage, best-of-N, majority and weighted vote at k, the share of the gap between a random
candidate and coverage that is closed, where it saturates, AUC, calibration, ties; for two scores or more also their
ensembles. assay run --verifier NAME --selector NAME prints the same of a run.

Examples:
  assay select scores.jsonl
  assay select scores.parquet more.csv
  score-my-samples | assay select - --json > selection.json

${exitCodesHelp}`;
