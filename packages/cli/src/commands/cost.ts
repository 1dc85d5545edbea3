import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CostFlags } from '../cost/cost.ts';
import { exitCodesHelp } from '../exit.ts';
import { collect, jsonOption, levelOption, storeOption } from '../options.ts';

export function addCost(program: Command): void {
  program
    .command('cost')
    .description('Say what candidates cost, in FLOPs and in money, and what coverage that buys.')
    .argument('<tables...>', 'ids of runs, or files with counts (CSV, JSON Lines, Parquet)')
    .option('--model <model>', '[TABLE=]NAME, or NAME=PARAMETERS,LAYERS,WIDTH; repeatable', collect)
    .option('--price <prices>', '[TABLE=]PROMPT,COMPLETION per million tokens; repeatable', collect)
    .option('--prompt-tokens <n>', '[TABLE=]N where tokens of prompts are not counted; repeatable', collect)
    .option('--tokens <n>', '[TABLE=]N a candidate, where they are not counted; repeatable', collect)
    .addOption(
      new Option('--prompt-paid <how>', 'each: with each candidate; once: per problem')
        .choices(['each', 'once'])
        .default('each'),
    )
    .addOption(
      new Option('--verifier-price <per-hour>', 'of a slot: what judging the runs cost').argParser(priceOf),
    )
    .addOption(storeOption())
    .addOption(levelOption())
    .addOption(jsonOption('print the figures'))
    .addHelpText('after', help)
    .action(async (tables: string[], flags: CostFlags) => {
      const { cost } = await import('../cost/cost.ts');
      process.exitCode = await cost(tables, flags);
    });
}

function priceOf(value: string): number {
  const price = Number(value);
  if (value.trim() !== '' && Number.isFinite(price) && price >= 0) return price;
  throw new InvalidArgumentError('Give a number of 0 or more.');
}

const help = `
FLOPs: 2 (parameters + 2 layers width position) a token, the prompt once per problem, each candidate from there on.
A table says its model and its tokens, or options do; an option for one TABLE counts more than the table, and an option
for all counts less. Several tables are compared on the problems that all of them have. Currency: whatever prices are in.
Of agents that state a price per attempt, give 1,000,000 tokens at that price.

Examples:
  assay cost RUN --model meta-llama/Meta-Llama-3-8B-Instruct --price 0.05,0.08 --verifier-price 0.04
  assay cost counts.csv --tokens 300 --prompt-tokens 700
  assay cost a.csv b.csv --model a=mine=8e9,32,4096 --model b=Qwen2.5-7B --tokens 300 --prompt-tokens 500
  assay cost swe.csv --prompt-tokens 0 --tokens 1000000 --price 0,0.0072

${exitCodesHelp}`;
