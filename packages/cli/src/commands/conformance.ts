import type { Command } from 'commander';
import type { CheckOptions } from '../conformance.ts';
import { addressOf, addSecurity, jsonOption, wholeNumber } from '../options.ts';

export function addConformance(program: Command): void {
  const command = program
    .command('conformance')
    .description('Check whether the verifier at an address keeps the contract.')
    .argument('[address]', 'HOST:PORT of the verifier', addressOf)
    .option('--pid <n>', 'its process: it is then also drained, and ends', wholeNumber(1))
    .option('--problem <file>', 'JSON file {problem, candidates}: something that it can judge')
    .option('--timeout <ms>', 'deadline of each call, milliseconds', wholeNumber(1))
    .option('--junit <file>', 'write the results as JUnit XML, too')
    .option('--list', 'list what the contract demands, and the checks of it')
    .addOption(jsonOption('print the results'))
    .addHelpText(
      'after',
      `
A verifier of a kind of its own needs --problem: what there is to judge by in such a problem, only it knows.

Exit codes: 0 all checks pass (or are skipped), 1 some fail, 2 nothing answers there, 3 it was not checked how it
judges: there is no problem that it can judge.`,
    )
    .action(async (address: string | undefined, options: CheckOptions) => {
      const { checkConformance, listRequirements } = await import('../conformance.ts');
      if (options.list) return listRequirements(options);
      process.exitCode = await checkConformance(address, options);
    });
  addSecurity(command, 'verifiers');
}
