import { type Command, InvalidArgumentError } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import type { OptimalFlags } from '../optimal/optimal.ts';
import { jsonOption, levelOption, storeOption, wholeNumber } from '../options.ts';

export function addOptimal(program: Command): void {
  program
    .command('optimal')
    .description(
      'Say which way to pick candidates suits problems of each difficulty, and what choosing so gains.',
    )
    .argument('<tables...>', 'id of a run with selectors, or files with scores (see assay select --help)')
    .option('--by <what>', 'what tells difficulty: pass@1, or a selector, by its mean score', 'pass@1')
    .option('--bins <n>', 'bins of difficulty', wholeNumber(1, 1000), 5)
    .option('--budgets <list>', 'candidates per problem, as 1,4,16; default: powers of 4 and all', budgetsOf)
    .option('--seed <n>', 'of random halves, parts and subsets', wholeNumber(0), 0)
    .addOption(storeOption())
    .addOption(levelOption())
    .addOption(jsonOption('print the figures'))
    .addHelpText('after', help)
    .action(async (tables: string[], flags: OptimalFlags) => {
      const { optimal } = await import('../optimal/optimal.ts');
      process.exitCode = await optimal(tables, flags);
    });
}

function budgetsOf(value: string): number[] {
  const budgets = value.split(',').map((text) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN));
  if (budgets.every((budget) => Number.isSafeInteger(budget) && budget >= 1)) return budgets;
  throw new InvalidArgumentError('Give whole numbers of 1 or more, such as 1,4,16.');
}

const help = `
Strategies: best-of-N and weighted votes (softmax, rank) by each selector, and the majority vote, of at most as many
candidates as the budget allows. Each bin of problems gets the one that is best on the other half of the problems (two-fold
cross-validation); beside it, the one that is best for all. Snell et al. 2024, arXiv:2408.03314.
Difficulty is told by a random quarter of the candidates (1,000 at most), which then take no part in the strategies.

Examples:
  assay optimal RUN
  assay optimal scores.jsonl --by armorm --budgets 1,4,16,64

${exitCodesHelp}`;
