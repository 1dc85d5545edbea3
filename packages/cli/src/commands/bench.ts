import { formats } from '@assay/datasets';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LoadOptions } from '../load/load.ts';
import { addressOf, addSecurity, collect, jsonOption, listOf, wholeNumber } from '../options.ts';

export function addBench(program: Command): void {
  const bench = program
    .command('bench')
    .description('Run a benchmark of Assay, or list them; or load one verifier (bench verifier).')
    .argument('[name]', 'benchmark; default: list them')
    .argument('[args...]', 'passed on to it')
    .passThroughOptions()
    .action(async (name: string | undefined, args: string[]) => {
      const { bench } = await import('../bench.ts');
      process.exitCode = await bench(name, args);
    });
  addVerifier(bench);
}

function addVerifier(bench: Command): void {
  const command = bench
    .command('verifier')
    .description('Load one verifier alone in steps: what it takes, and how many replicas a rate needs.')
    .argument('<address>', 'HOST:PORT of the verifier', addressOf)
    .requiredOption('--samples <file>', 'candidates to ask for, as assay run reads them; repeatable', collect)
    .addOption(
      new Option('--format <name>', 'format of the samples; default: found from each file').choices(
        Object.keys(formats),
      ),
    )
    .option('--problems <file>', 'file with the problems that samples name by id; repeatable', collect)
    .option(
      '--concurrency <n,n,…>',
      'candidates in flight, step by step; default: doubled from 1 until throughput stops to rise',
      listOf(wholeNumber(1, 65_536)),
    )
    .option('--seconds <n>', 'that each step is measured, at least', positive, 5)
    .option('--batch <n>', 'most candidates in one call; default: half of those in flight', wholeNumber(1))
    .option('--target <rate>', 'verdicts per second: says how many replicas they need', positive)
    .addOption(jsonOption('print the figures'))
    .option('--out <file>', 'file for the figures (JSON)')
    .addHelpText('after', help)
    .action(async (address: string, options: LoadOptions) => {
      const { benchVerifier } = await import('../load/load.ts');
      process.exitCode = await benchVerifier(address, options);
    });
  addSecurity(command, 'verifiers');
}

function positive(value: string): number {
  const number = Number(value);
  if (number > 0 && number <= 1e9 && value.trim() !== '') return number;
  throw new InvalidArgumentError('Give a number above 0.');
}

const help = `
The candidates of the samples are all different and asked for in turn, so many in flight all the time (a closed loop). A
step lasts longer than --seconds where verdicts come slowly. ERRORs and refusals are told, and are no throughput. Nothing
else should use the verifier meanwhile.

Printed: for each step verdicts/s and the time from sending to the verdict; the capacity; the knee, beyond which
candidates only wait longer; the fit of the Universal Scalability Law.

Examples:
  assay bench verifier 127.0.0.1:7001 --samples samples.jsonl --target 1000
  assay bench verifier 127.0.0.1:7001 --samples samples.jsonl --concurrency 1,8,64 --seconds 30 --json

Exit codes: 0 done, 1 there was no verdict, 2 nothing answers there or the samples cannot be used, 3 there were ERRORs or
calls that failed, 130 interrupted: what was measured by then is printed.`;
