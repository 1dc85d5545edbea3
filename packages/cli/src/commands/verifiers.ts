import type { Command } from 'commander';
import { addSecurity, jsonOption, orchestratorOption, verifierAddressOption } from '../options.ts';
import type { VerifiersOptions } from '../verifiers.ts';

export function addVerifiers(program: Command): void {
  const command = program
    .command('verifiers')
    .description(
      'List the built-in verifiers, and the replicas that run at an address or behind an orchestrator.',
    )
    .addOption(verifierAddressOption())
    .addOption(orchestratorOption().conflicts('verifierAddress'))
    .addOption(jsonOption('print'))
    .action(async (options: VerifiersOptions) => {
      const { listVerifiers } = await import('../verifiers.ts');
      await listVerifiers(options);
    });
  addSecurity(command, 'orchestrator', 'verifiers');
}
