import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { PullSetOptions } from '../datasets/pull.ts';
import { exitCodesHelp } from '../exit.ts';
import { jsonOption } from '../options.ts';

export function addDatasets(program: Command): void {
  const group = program.command('datasets').description('Public data sets: list them, bring them here.');
  group
    .command('list')
    .description('List the sets that can be pulled, with their licences.')
    .addOption(jsonOption('print them with addresses and checksums'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const { listSets } = await import('../datasets/list.ts');
      listSets(json);
    });
  group
    .command('pull')
    .description('Bring sets from their homes, at a fixed revision, and check what came.')
    .argument('<names...>', 'sets; assay datasets list names them')
    .option('--dir <folder>', 'folder of all sets; each gets one of its name', 'datasets')
    .option('--base-url <url>', 'mirror: stands in place of the origin of each address', urlOf)
    .option('--force', 'replace files that are there and differ, and forget the sum of the first download')
    .addHelpText('after', help)
    .action(async (names: string[], options: PullSetOptions) => {
      const { pullSets } = await import('../datasets/pull.ts');
      process.exitCode = await pullSets(names, options);
    });
}

function urlOf(value: string): string {
  const url = URL.parse(value);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return value;
  throw new InvalidArgumentError('Give an address such as https://mirror.example.org.');
}

const help = `
Each file is checked: by a SHA-256 known in advance, else by the one that the server names with it, else by that of the
first download, which datasets.lock.json in the folder keeps; the output says which. A download that breaks off goes on
at the next pull where its sum is known in advance. Paths of files go to standard output.

Behind a proxy: set HTTPS_PROXY, and NODE_USE_ENV_PROXY=1.

Examples:
  assay datasets pull gsm8k math-500
  assay datasets pull swebench-lite --dir data --base-url https://mirror.example.org

${exitCodesHelp}`;
