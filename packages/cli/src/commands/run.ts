import { formats } from '@assay/datasets';
import { type Command, Option } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import {
  addSecurity,
  collect,
  httpOption,
  jsonOption,
  levelOption,
  numberWithin,
  orchestratorOption,
  replicasOption,
  selectorOption,
  slotsOption,
  storeOption,
  verifierAddressOption,
  verifierOption,
  wholeNumber,
} from '../options.ts';
import type { RunOptions } from '../run.ts';
import { table } from '../terminal.ts';

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description(
      'Judge samples and report their success rates. The same command again goes on where it stopped.',
    )
    .argument('<samples...>', 'files, folders, or - for standard input')
    .addOption(
      verifierOption(
        'NAME[,NAME…], repeatable: who judges; the first decides the success rates',
      ).makeOptionMandatory(),
    )
    .option('--oracle <name>', 'which of them decides the success rates, if not the first')
    .addOption(selectorOption())
    .addOption(verifierAddressOption())
    .addOption(orchestratorOption().conflicts(['verifierAddress', 'replicas', 'slots', 'fresh']))
    .addOption(replicasOption())
    .addOption(slotsOption())
    .addOption(storeOption())
    .addOption(
      httpOption('serve the live view there while the run goes on; a port alone: on this machine').conflicts(
        'orchestrator',
      ),
    )
    .option('--run <id>', 'id of the run; default: from the command')
    .option('--fresh', "delete the run's verdicts first; judgements of equal candidates stay cached")
    .addOption(
      new Option('--format <name>', 'format of the samples; default: found from each file').choices(
        Object.keys(formats),
      ),
    )
    .option('--problems <file>', 'file with the problems that samples name by id; repeatable', collect)
    .option('--dataset <name>', 'name of the data set')
    .option('--policy <name>', 'conventions for math answers; assay math --policy help lists them')
    .option('--model <name>', 'model that sampled, for its cost in FLOPs; assay cost knows their names')
    .option('--price <prompt,candidate>', 'of a million of their tokens, for the cost in money')
    .option('--limit <n>', 'most candidates of each problem', wholeNumber(1))
    .option('--strict', 'end at the first bad row')
    .option('--early-stop', "skip a problem's candidates after its first success; no pass@k then")
    .option('--max-attempts <n>', 'tries of a candidate whose verifier fails', wholeNumber(1, 1000))
    .option(
      '--priority <n>',
      'runs of a higher one get free slots first; 0 if not given',
      numberWithin(-1000, 1000),
    )
    .option(
      '--weight <w>',
      'share of the slots among runs of equal priority; 1 if not given',
      numberWithin(0.001, 1000),
    )
    .option(
      '--max-in-flight <n>',
      'most candidates × verifiers at verifiers at a time',
      wholeNumber(1, 0xffff_ffff),
    )
    .addOption(levelOption())
    .option('--report <file>', 'file for the report (JSON); default: reports/<run>.json beside the store')
    .addOption(jsonOption('print the report'))
    .option('--quiet', 'no progress')
    .addHelpText('after', help)
    .action(async (paths: string[], options: RunOptions) => {
      const { run } = await import('../run.ts');
      process.exitCode = await run(paths, options);
    });
  addSecurity(command, 'orchestrator', 'verifiers');
}

const help = () => `
Formats (gzip and zstd are read as they are):
${table(Object.entries(formats).map(([name, { description }]) => [`  ${name}`, description.split(/[.;] /)[0] ?? '']))}
The report shows of every verifier but the oracle what picking candidates by its scores gets (best-of-N, weighted votes),
beside coverage and majority vote, and of two or more also their ensembles. --selector reward says what --verifier
math,reward says, and which of them selects. Each must take the problems' kind.

Examples:
  assay run samples.jsonl --verifier math
  assay run samples/ --problems problems.jsonl --verifier math --limit 1000 --early-stop
  assay run samples.jsonl --verifier math,mine --verifier-address 127.0.0.1:7001
  assay run samples.jsonl --verifier math --selector reward
  sample-my-model | assay run - --verifier math --run tonight --json > report.json

${exitCodesHelp}`;
