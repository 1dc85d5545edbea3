import type { Command } from 'commander';

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('Run a benchmark, or list them.')
    .argument('[name]', 'benchmark; default: list them')
    .argument('[args...]', 'passed on to it')
    .passThroughOptions()
    .action(async (name: string | undefined, args: string[]) => {
      const { bench } = await import('../bench.ts');
      process.exitCode = await bench(name, args);
    });
}
