import type { Command } from 'commander';
import { Option } from 'commander';
import {
  addressOf,
  addSecurity,
  collect,
  graceOption,
  httpOption,
  metricsOption,
  replicasOption,
  slotsOption,
  storeOption,
  verifierAddressOption,
  verifierOption,
  wholeNumber,
} from '../options.ts';
import type { ServerOptions } from '../serve.ts';

export function addServe(program: Command): void {
  const command = program
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
    .addOption(metricsOption())
    .addOption(graceOption())
    .option(
      '--lease <seconds>',
      'in a store that several share: after which they take over what this one was judging, where it says nothing',
      wholeNumber(1, 3_600),
    )
    .option(
      '--max-wait <seconds>',
      'for which work waits for a verifier without a replica, which may have to be started',
      wholeNumber(1, 86_400),
    )
    .option(
      '--max-connection-age <seconds>',
      'after which a connection takes no new call, so that clients spread anew',
      wholeNumber(1, 86_400),
    )
    .addOption(
      new Option(
        '--peer <host:port>',
        'orchestrators on the same store, this one among them, whose work the scaling signal adds up; or dns:HOST:PORT',
      ).argParser((value: string, before: string[] | undefined) => collect(addressOf(value), before)),
    )
    .addOption(
      new Option('--tokens <file>', 'callers must show one of these tokens (assay token new)')
        .env('ASSAY_TOKENS')
        .helpGroup('Security:'),
    )
    .addHelpText(
      'after',
      `
Prints one JSON line on stdout when it is ready, and logs on stderr. Verifiers may also register themselves
(--register HOST:PORT of every verifier that is built with the kit).

The live view (its address is in that line) shows runs, also those that other processes work on in the same store,
verifiers and their load, and full reports. It changes nothing. With --tokens it asks for one, as the password of any
user name; without, whoever reaches it sees everything. It answers to addresses, localhost and the HOST of --http.

Beyond this machine everything is in TLS (--tls-cert, --tls-key), or --insecure says that the network can be trusted.
Verifiers elsewhere are called in TLS with --tls-ca or --tls. Files are read again when they change.

With --store postgres://… several may serve the same runs side by side: what one of them was judging when it ended is
taken over by the others.

Examples:
  assay serve --verifier math --replicas 4
  assay run samples.jsonl --verifier math --orchestrator 127.0.0.1:7700`,
    )
    .action(async (options: ServerOptions) => {
      const { serve } = await import('../serve.ts');
      process.exitCode = await serve(options);
    });
  addSecurity(command, 'verifiers');
}
