import { type Command, Option } from 'commander';
import { memoryOf, secondsOf } from '../code/options.ts';
import type { LeanOptions } from '../lean/options.ts';
import { jsonOption } from '../options.ts';

export function addLean(program: Command): void {
  const option = (flags: string, text: string) => new Option(flags, text);
  program
    .command('lean')
    .description('Explain the verdict on one proof, as the Lean verifier judges it.')
    .usage('[options] PROOF')
    .argument('<proof>', "file with a proof, a whole Lean file or a model's answer; - for standard input")
    .addOption(option('--problem <file>', 'what is to be proved, from any format that assay run reads'))
    .addOption(option('--id <id>', 'which theorem of the file; default: the first'))
    .addOption(
      option(
        '--statement <file>',
        'what is to be proved, in Lean: up to the proof, or with sorry for one',
      ).conflicts('problem'),
    )
    .addOption(option('--header <file>', 'imports, options and opens that stand before the statement'))
    .addOption(option('--toolchain <name>', 'Lean to ask; default: of the problem, or the first there is'))
    .addOption(option('--time-limit <seconds>', 'CPU seconds').argParser(secondsOf))
    .addOption(option('--memory-limit <size>', 'private memory: 4G').argParser(memoryOf))
    .addOption(
      option('--independent <which>', 'have an independent checker confirm an accepted proof').choices([
        'none',
        'first',
        'all',
      ]),
    )
    .addOption(
      option('--check-only', 'ask no Lean: extraction, comparison of statements and shape alone').conflicts([
        'toolchain',
        'timeLimit',
        'memoryLimit',
        'independent',
      ]),
    )
    .addOption(jsonOption('print the verdict'))
    .addHelpText('after', help)
    .action(async (proof: string, options: LeanOptions) => {
      const { lean } = await import('../lean/lean.ts');
      process.exitCode = await lean(proof, options);
    });
}

const help = `
Examples:
  assay lean answer.md --problem minif2f.jsonl --id mathd_algebra_182
  assay lean proof.lean --statement statement.lean --header header.lean --time-limit 60
  assay lean whole-file.lean --problem minif2f.jsonl --id aime_1983_p2 --check-only

Lines and columns are those of PROOF (columns from 0, as Lean counts them).

Exit codes: 0 proved (--check-only: it can be checked), 1 not proved, 2 wrong usage, 3 not judged (no Lean, a problem
that cannot be judged, a fault of the verifier), 130 interrupted.`;
