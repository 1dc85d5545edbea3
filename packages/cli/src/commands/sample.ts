import { apis, forms } from '@assay/sampler/forms';
import { type Command, Option } from 'commander';
import { secondsOf } from '../code/options.ts';
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
import { bodyOf, numberFrom, type SampleOptions, seedOf } from '../sample/options.ts';

export function addSample(program: Command): void {
  const option = (flags: string, text: string) => new Option(flags, text);
  const upTo = (most: number) => numberFrom(0, most);
  program
    .command('sample')
    .description(
      'Draw samples from a server of language models. The same command again goes on where it stopped.',
    )
    .argument('<problems...>', 'files or folders with problems, in any format that assay run reads')
    .option('--model <name>', "the model's name at the server; default: the only one that it serves")
    .option('--url <url>', "base of the server's API: http://HOST:PORT/v1")
    .addOption(
      option(
        '--api-key-env <name>',
        'variable that holds the key; default: OPENAI_API_KEY, over https or to this machine',
      ),
    )
    .addOption(option('-n, --n <n>', 'samples of each problem').argParser(wholeNumber(1, 1e7)).default(1))
    .option('--out <file>', 'where they are written; default: <problems>.<model>.jsonl')
    .addOption(option('--temperature <t>', "default: the form's").argParser(upTo(100)))
    .addOption(option('--top-p <p>', "default: the form's").argParser(upTo(1)))
    .addOption(
      option('--max-tokens <n>', "most tokens of a sample; default: the form's").argParser(wholeNumber(1)),
    )
    .addOption(
      option('--seed <n>', 'what follows all seeds; none: none is sent').argParser(seedOf).default(0),
    )
    .option('--stop <text>', "what ends a completion, in place of the form's; repeatable", collect)
    .addOption(
      option('--api <name>', 'how the server is asked')
        .choices([...apis, 'auto'])
        .default('auto'),
    )
    .addOption(
      option('--form <name>', 'how problems are put; default: by data set and kind').choices(
        Object.keys(forms),
      ),
    )
    .option('--few-shot <source>', 'exemplars: own, none, or a training file to draw from', 'own')
    .addOption(
      option('--shots <n>', "exemplars in a prompt; default: the form's").argParser(wholeNumber(0, 1000)),
    )
    .addOption(
      option('--body <json>', 'further fields of each request: {"top_k": 0}; null leaves one out')
        .argParser(bodyOf)
        .default({}, '{}'),
    )
    .addOption(
      option('--concurrency <n>', 'requests at the same time').argParser(wholeNumber(1, 10_000)).default(32),
    )
    .addOption(option('--rate <n>', 'most requests in a second').argParser(numberFrom(0.001, 1e6)))
    .addOption(
      option('--batch <n>', 'samples of a request (`n`)').argParser(wholeNumber(1, 10_000)).default(1),
    )
    .option('--count-tokens', "with --batch: have each sample's tokens counted, by its log probabilities")
    .addOption(
      option('--timeout <seconds>', 'until an answer begins, and then until it ends')
        .argParser(secondsOf)
        .default(600),
    )
    .addOption(
      option('--retries <n>', 'tries after one that failed').argParser(wholeNumber(0, 1000)).default(8),
    )
    .option('--dry-run', 'print the settings and the first prompt, and ask nobody')
    .addOption(verifierOption('NAME[,NAME…], repeatable: judge the samples as they come; see assay run'))
    .option('--early-stop', 'ask no more of a problem after its first success; no pass@k then')
    .addOption(verifierAddressOption())
    .addOption(replicasOption())
    .addOption(slotsOption())
    .addOption(storeOption())
    .option('--run <id>', 'id of the run; default: that of assay run with the same files')
    .option('--report <file>', "file for the run's report (JSON)")
    .addOption(levelOption())
    .addOption(jsonOption('print what was drawn'))
    .option('--quiet', 'no progress')
    .addHelpText('after', help)
    .action(async (paths: string[], options: SampleOptions) => {
      const { sample } = await import('../sample/sample.ts');
      process.exitCode = await sample(paths, options);
    });
}

const help = `
Problems are put in a form. Those of the data sets of Large Language Monkeys have its temperature, token limit and number
of exemplars: gsm8k (5), math (5), minif2f (5), codecontests (2), swebench (none; the issue alone is given). plain is the
prompt as it is. The exemplars are our own, or drawn for each problem from --few-shot FILE, never a problem that is asked.

The file has a row for each sample: id, index, sample, tokens, prompt_tokens, finish_reason, model, seed. Sample i of a
problem has a seed of its own, which follows from --seed, the problem's id and i. FILE.settings beside it says what it was
drawn with; other settings are refused, a larger -n and further problems are not.

Behind a proxy, for servers that speak https: set HTTPS_PROXY, and NODE_USE_ENV_PROXY=1.

Servers have defaults of their own: temperature, top_p and max_tokens are always sent, others are not. For llama.cpp add
--body '{"top_k": 0, "min_p": 0}', for vLLM with a generation_config.json --body '{"top_k": -1, "repetition_penalty": 1}'.

Examples:
  assay sample gsm8k.jsonl --url http://localhost:8000/v1 -n 100 --out samples.jsonl
  assay run samples.jsonl --problems gsm8k.jsonl --verifier math
  assay sample math.jsonl --model http://localhost:8080 -n 1000 --verifier math --early-stop
  assay sample problems.jsonl --url https://api.example.com/v1 --model NAME --rate 5 --concurrency 8 -n 20

Exit codes:
  0    done
  1    failed; the same command goes on
  2    wrong usage, or problems or a file that cannot be used
  3    done, but some problems were set aside, rows were bad, or verdicts are missing
  130  interrupted (SIGINT); 143: stopped (SIGTERM)`;
