import { type Command, Option } from 'commander';
import { jsonOption } from '../options.ts';
import type { RewardCommand } from '../reward/options.ts';

export function addReward(program: Command): void {
  const option = (flags: string, text: string) => new Option(flags, text);
  program
    .command('reward')
    .description('Explain the score of one response, as the reward verifier gives it.')
    .usage('[options] RESPONSE')
    .argument('<response>', 'text of a candidate; @FILE reads a file and - standard input')
    .addOption(option('--prompt <text>', 'what it responds to; @FILE reads a file and - standard input'))
    .addOption(option('--system <text>', 'system turn before the prompt').conflicts('problem'))
    .addOption(
      option('--problem <file>', 'what it responds to, from any format that assay run reads').conflicts(
        'prompt',
      ),
    )
    .addOption(option('--id <id>', 'which problem of the file; default: the first'))
    .addOption(option('--model <folder>', "the model's folder; of a server, its name there"))
    .addOption(
      option('--backend <name>', 'what scores: onnx (the default), worker, vllm, sglang, llama, tei'),
    )
    .addOption(option('--url <address>', 'where the server runs'))
    .addOption(option('--tokenizer <folder>', "folder of the model's tokenizer"))
    .addOption(option('--template <name>', 'llama3, chatml, plain, or a file with a chat template'))
    .addOption(option('--truncation <how>', 'what becomes of a longer text: refuse, response'))
    .addOption(option('--transform <name>', 'from the logit to the score: none, sigmoid'))
    .addOption(jsonOption('print the score'))
    .addHelpText('after', help)
    .action(async (response: string, options: RewardCommand) => {
      const { reward } = await import('../reward/reward.ts');
      process.exitCode = await reward(response, options);
    });
}

const help = `
Examples:
  assay reward 'It is \\boxed{0.75}.' --prompt 'What is 1/2 + 1/4?' --model examples/reward
  assay reward @answer.txt --problem problems.jsonl --id eggs --backend vllm --url http://localhost:8000

Options that are not given are taken from ASSAY_REWARD_MODEL, ASSAY_REWARD_BACKEND and so on.

Exit codes: 0 scored, 2 wrong usage, 3 not scored (no model, too long, a fault of the verifier), 130 interrupted.`;
