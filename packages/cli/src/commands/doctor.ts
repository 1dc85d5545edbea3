import type { Command } from 'commander';
import { jsonOption, storeOption } from '../options.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Say what works on this machine, and how to mend the rest.')
    .addOption(storeOption())
    .addOption(jsonOption('print'))
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const { doctor } = await import('../doctor/doctor.ts');
      process.exitCode = await doctor(store, json ?? false);
    });
}
