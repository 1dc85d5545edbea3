import type { Command } from 'commander';

export function addNewVerifier(program: Command): void {
  program
    .command('new-verifier')
    .description('Write the files of a new verifier: one function to fill in, with its tests.')
    .argument('<name>', '1 to 63 of a-z, 0-9 and -')
    .option('--dir <folder>', 'where; default: services/NAME of this repository')
    .action(async (name: string, { dir }: { dir?: string }) => {
      const { newVerifier } = await import('../new-verifier.ts');
      await newVerifier(name, dir);
    });
}
