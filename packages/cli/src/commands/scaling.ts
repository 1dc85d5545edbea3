import type { Command } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import {
  jsonOption,
  levelOption,
  listOf,
  shareOf,
  storeOption,
  tableFormatOption,
  wholeNumber,
} from '../options.ts';
import type { ScalingFlags } from '../scaling.ts';

export function addScaling(program: Command): void {
  program
    .command('scaling')
    .description('Fit the laws by which coverage grows with candidates, test them, and read them backwards.')
    .argument('<tables...>', 'ids of runs, or files with counts (CSV, JSON Lines, Parquet)')
    .option('--target <coverages>', 'how many candidates take these: 0.9,0.95; repeatable', listOf(shareOf))
    .option(
      '--from <counts>',
      'backtest: fit to so many candidates: 100,1000; repeatable',
      listOf(wholeNumber(3)),
    )
    .option('--budget <n>', 'candidates to share out among problems; default: one each', wholeNumber(0))
    .option('--family', 'lay the curves of all tables over each other: models of one family')
    .option('--ascii', 'plots without characters beyond ASCII')
    .addOption(tableFormatOption())
    .addOption(storeOption())
    .addOption(levelOption())
    .addOption(jsonOption('print the figures'))
    .addHelpText('after', help)
    .action(async (tables: string[], flags: ScalingFlags) => {
      const { scaling } = await import('../scaling.ts');
      process.exitCode = await scaling(tables, flags);
    });
}

const help = `
Laws: coverage = exp(a k^b), in natural log; a beta-binomial; -log(coverage) = A k^-b. Backtests fit them to random subsets
of the candidates and ask for the coverage of all; the law of the least error is used beyond what is measured.

Examples:
  assay scaling RUN --target 0.9,0.99
  assay scaling counts.csv --from 100,1000 --budget 5000
  assay scaling small.csv large.csv --family --json > scaling.json

${exitCodesHelp}`;
