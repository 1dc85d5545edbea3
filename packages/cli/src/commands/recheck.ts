import { formats } from '@assay/datasets';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import {
  collect,
  jsonOption,
  levelOption,
  replicasOption,
  slotsOption,
  storeOption,
  verifierAddressOption,
  verifierOption,
  wholeNumber,
} from '../options.ts';
import type { RecheckOptions } from '../recheck.ts';

export function addRecheck(program: Command): void {
  program
    .command('recheck')
    .description('Judge a share of a run again, without the cache: verdicts that change are flaky.')
    .argument('<run>', 'id of the run')
    .argument('[samples...]', 'the files that it was made from; default: those that it names')
    .option('--share <share>', 'of its candidates', shareOf, 0.02)
    .addOption(new Option('--count <n>', 'number of candidates').argParser(wholeNumber(1)).conflicts('share'))
    .option('--seed <n>', 'of the random choice', wholeNumber(0), 0)
    .addOption(verifierOption('NAME[,NAME…], repeatable: which of its verifiers; default: all'))
    .addOption(verifierAddressOption())
    .addOption(replicasOption())
    .addOption(slotsOption())
    .addOption(storeOption())
    .option('--fresh', 'replace an earlier recheck')
    .addOption(
      new Option('--format <name>', 'format of the samples; default: as the run read them').choices(
        Object.keys(formats),
      ),
    )
    .option('--problems <file>', 'file with the problems; repeatable; default: as the run', collect)
    .option('--policy <name>', 'conventions for math answers; default: as the run')
    .addOption(levelOption())
    .addOption(jsonOption('print what changed'))
    .option('--quiet', 'no progress')
    .addHelpText('after', help)
    .action(async (run: string, samples: string[], options: RecheckOptions) => {
      const { recheck } = await import('../recheck.ts');
      process.exitCode = await recheck(run, samples, options);
    });
}

function shareOf(value: string): number {
  const share = Number(value);
  if (share > 0 && share <= 1) return share;
  throw new InvalidArgumentError('Give a share above 0 and up to 1, such as 0.02.');
}

const help = `
The second verdicts are a run of their own, RUN.recheck; the report on RUN tells of them. Each candidate is judged for
itself, also where texts are equal. Candidates are read again from the samples, and those that are no longer what was
judged (text, problem, version of the verifier) are told and left out. ERRORs are missing verdicts and no changes. The
same command goes on where it was stopped. The run's store must be on this machine.

Examples:
  assay recheck tonight
  assay recheck tonight --count 500 --verifier code

${exitCodesHelp}`;
