import { mostPriority, mostWeight, rights } from '@assay/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { collectNames, numberWithin, wholeNumber } from '../options.ts';
import type { TokenOptions } from '../token.ts';

export function addToken(program: Command): void {
  program
    .command('token')
    .description('Make tokens by which callers are known to assay serve --tokens, and to verifiers.')
    .command('new')
    .description('Make a token: prints it, once, and adds its hash to the file.')
    .requiredOption('--tenant <name>', 'whose runs it makes and sees')
    .addOption(
      new Option('--tokens <file>', 'file of the tokens; made where there is none')
        .env('ASSAY_TOKENS')
        .makeOptionMandatory(),
    )
    .option('--rights <names>', `of ${rights.join(', ')}; default: submit`, collectNames)
    .option('--max-in-flight <n>', 'candidates × verifiers at replicas at a time', wholeNumber(0))
    .option('--max-runs <n>', 'runs open at a time', wholeNumber(0))
    .option('--rate <n>', 'candidates per second, and as many calls', rateOf)
    .option('--max-priority <n>', 'highest priority of a run', wholeNumber(0, mostPriority))
    .option('--max-weight <n>', 'highest weight of a run', numberWithin(1, mostWeight))
    .addHelpText(
      'after',
      `
read: watch runs, read reports. submit: also make runs, feed and cancel them. register: make replicas of verifiers known, which
then get candidates of everybody. verify: ask a verifier (verifiers have --tokens, too). admin: everything, and all runs.
Limits are of the tenant: all of its tokens have the same; 0 of --max-in-flight, --max-runs and --rate: as much as there is
room for.

A token is taken out by deleting its line: servers read the file again within seconds, and end its open streams.

Examples:
  assay token new --tenant team-a --tokens tokens.jsonl --rate 1000 > team-a.token
  assay serve --tokens tokens.jsonl
  ASSAY_TOKEN_FILE=team-a.token assay run samples.jsonl --verifier math --orchestrator 127.0.0.1:7700`,
    )
    .action(async (options: TokenOptions) => {
      const { makeToken } = await import('../token.ts');
      await makeToken(options);
    });
}

function rateOf(value: string): number {
  const rate = Number(value);
  if (value.trim() !== '' && rate >= 0 && rate <= 1e9) return rate;
  throw new InvalidArgumentError('Give a number of 0 or more.');
}
