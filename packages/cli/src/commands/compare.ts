import { type Command, InvalidArgumentError } from 'commander';
import type { CompareCommandOptions } from '../compare.ts';
import { exitCodesHelp } from '../exit.ts';
import { jsonOption, levelOption, storeOption, tableFormatOption } from '../options.ts';

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description(
      'Say what runs or tables of counts get more than the first, over the problems that both have.',
    )
    .argument('<runs...>', 'ids of runs, files with counts, or - for standard input')
    .option('--k <list>', 'numbers of candidates, such as 1,10,100; default: few round ones', ksOf)
    .addOption(tableFormatOption())
    .addOption(storeOption())
    .addOption(levelOption())
    .addOption(jsonOption('print the figures'))
    .addHelpText('after', help)
    .action(async (args: string[], options: CompareCommandOptions) => {
      const { compare } = await import('../compare.ts');
      process.exitCode = await compare(args, options);
    });
}

function ksOf(value: string): number[] {
  const ks = value.split(',').map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? Number(part) : 0));
  if (ks.includes(0)) throw new InvalidArgumentError('Give whole numbers above 0, such as 1,10,100.');
  return [...new Set(ks)].sort((a, b) => a - b);
}

const help = `
Problems are found by their ids. Runs may be by different verifiers or models and have different numbers of candidates:
rates end at the smallest number that a problem has in either. Majority vote and best-of-N are compared where both are
runs that have them. Intervals are percentile bootstraps over problems, each with both its values: problems that are hard
for both do not blur the difference.

Examples:
  assay compare llama-8b llama-70b
  assay compare tonight counts.csv --k 1,10,100 --json

${exitCodesHelp}`;
