import type { Command } from 'commander';
import {
  httpOption,
  replicasOption,
  slotsOption,
  storeOption,
  verifierAddressOption,
  verifierOption,
  wholeNumber,
} from '../options.ts';
import type { ServerOptions } from '../serve.ts';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Serve the orchestrator over gRPC, for several users, machines or languages.')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: a free one', wholeNumber(0, 65_535), 7700)
    .addOption(
      httpOption('address of the live view for browsers; default: 127.0.0.1 and the port above --port'),
    )
    .option('--no-http', 'no live view')
    .addOption(storeOption())
    .addOption(verifierOption('NAME[,NAME…], repeatable: built-in verifiers to start'))
    .addOption(verifierAddressOption())
    .addOption(replicasOption())
    .addOption(slotsOption())
    .addHelpText(
      'after',
      `
Prints one JSON line on stdout when it is ready, and logs on stderr. Verifiers may also register themselves
(--register HOST:PORT of every verifier that is built with the kit).

The live view (its address is in that line) shows runs, also those that other processes work on in the same store,
verifiers and their load, and full reports. It changes nothing, and knows no users: give it an address that other
machines reach only where all of them may see everything. It answers to addresses, localhost and the HOST of --http.

Examples:
  assay serve --verifier math --replicas 4
  assay run samples.jsonl --verifier math --orchestrator 127.0.0.1:7700`,
    )
    .action(async (options: ServerOptions) => {
      const { serve } = await import('../serve.ts');
      process.exitCode = await serve(options);
    });
}
