import { type Command, Option } from 'commander';
import { type CodeOptions, memoryOf, secondsOf } from '../code/options.ts';
import { jsonOption } from '../options.ts';

export function addCode(program: Command): void {
  const option = (flags: string, text: string) => new Option(flags, text);
  program
    .command('code')
    .description('Explain the verdict on one program, test by test, as the code verifier judges it.')
    .usage('[options] SOLUTION')
    .argument(
      '<solution>',
      "file with a program (main.cpp: as it is) or a model's answer; - for standard input",
    )
    .addOption(option('--tests <folder>', 'judge by its tests: NAME.in with NAME.ans or NAME.out'))
    .addOption(
      option('--problem <file>', 'judge by a problem of any format that assay run reads').conflicts('tests'),
    )
    .addOption(option('--id <id>', 'which problem of the file; default: the first'))
    .addOption(
      option('--run', 'only run it once').conflicts([
        'tests',
        'problem',
        'comparer',
        'checker',
        'checkerProtocol',
        'all',
      ]),
    )
    .addOption(option('--input <file>', 'what --run gives it to read; default: nothing'))
    .addOption(option('--language <name>', 'language of the program; default: from the problem or the text'))
    .addOption(option('--time-limit <seconds>', 'CPU seconds for each test').argParser(secondsOf))
    .addOption(option('--memory-limit <size>', 'memory for each test: 256M, 1G').argParser(memoryOf))
    .addOption(option('--comparer <name>', 'how outputs are compared: tokens, exact, floats(1e-6), …'))
    .addOption(option('--checker <file>', 'program that decides on outputs instead').conflicts('comparer'))
    .addOption(
      option('--checker-protocol <name>', "what the checker's exit codes mean; default: testlib").choices([
        'testlib',
        'kattis',
      ]),
    )
    .addOption(option('--all', 'judge every test, also after a failure'))
    .addOption(jsonOption('print the verdict'))
    .addHelpText('after', help)
    .action(async (solution: string, options: CodeOptions) => {
      const { code } = await import('../code/code.ts');
      process.exitCode = await code(solution, options);
    });
}

const help = `
Examples:
  assay code main.cpp --tests tests/ --time-limit 2 --memory-limit 256M
  assay code answer.md --problem problems.jsonl --id sum --all
  assay code main.py --tests data/ --checker checker.cpp --checker-protocol kattis
  echo 'print(input()[::-1])' | assay code - --language python3 --run --input word.txt

Tests may lie in folders below the one that is named; those in a folder \`sample\` are examples, and come first.

Exit codes: 0 correct (--run: it ended well), 1 incorrect, 2 wrong usage, 3 not judged (no Docker, a problem that cannot
be judged, a fault of the verifier), 130 interrupted.`;
