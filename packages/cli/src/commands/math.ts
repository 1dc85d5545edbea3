import type { Command } from 'commander';
import { usageError } from '../exit.ts';
import type { MathOptions } from '../math/math.ts';
import { jsonOption } from '../options.ts';

export function addMath(program: Command): void {
  program
    .command('math')
    .description('Explain whether an answer equals a reference answer, as the math verifier judges it.')
    .usage('[options] GOLD ANSWER')
    .argument('[gold]', 'reference answer, or a worked solution that ends in one')
    .argument('[answer]', 'text of a candidate; of either, @FILE reads a file and - standard input')
    // Answers begin with a minus sign, too.
    .allowUnknownOption()
    .option('--policy <name>', 'conventions on which graders differ; help: lists the presets')
    .addOption(jsonOption('print the verdict'))
    .addHelpText(
      'after',
      `
Examples:
  assay math '\\frac{3}{4}' 'So it is \\boxed{0.75}.'
  assay math '(-1, 2]' @response.txt --json
  assay math --policy help

Exit codes: 0 equal, 1 unequal, 2 wrong usage or a reference without an answer, 3 undecided (or no verdict in 2 s).`,
    )
    .action(async (gold: string | undefined, answer: string | undefined, options: MathOptions) => {
      const unknown = [gold, answer].find((text) => /^--[a-z]/.test(text ?? ''));
      if (unknown !== undefined && !rawArgs(program).includes('--')) {
        throw usageError(`unknown option '${unknown.slice(0, 80)}'`, 'Put -- before a text like this.');
      }
      const { math } = await import('../math/math.ts');
      process.exitCode = await math(gold, answer, options);
    });
}

/** The words of the command line, as they were given. */
function rawArgs(program: Command): readonly string[] {
  return (program as Command & { rawArgs: string[] }).rawArgs;
}
