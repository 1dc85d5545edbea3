import type { Command } from 'commander';
import type { CheckOptions } from '../conformance.ts';
import { addressOf, jsonOption, wholeNumber } from '../options.ts';

export function addConformance(program: Command): void {
  program
    .command('conformance')
    .description('Check whether the verifier at an address keeps the contract.')
    .argument('<address>', 'HOST:PORT of the verifier', addressOf)
    .option('--pid <n>', 'its process: it is then also drained, and ends', wholeNumber(1))
    .option('--problem <file>', 'JSON file {problem, candidates}: something that it can judge')
    .option('--timeout <ms>', 'deadline of each call, milliseconds', wholeNumber(1))
    .addOption(jsonOption('print the results'))
    .addHelpText(
      'after',
      '\nExit codes: 0 all checks pass (or are skipped), 1 some fail, 2 nothing answers there.',
    )
    .action(async (address: string, options: CheckOptions) => {
      const { checkConformance } = await import('../conformance.ts');
      process.exitCode = await checkConformance(address, options);
    });
}
