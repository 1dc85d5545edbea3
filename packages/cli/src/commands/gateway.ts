import { type Command, InvalidArgumentError } from 'commander';
import type { GatewayCommand } from '../gateway.ts';
import { addressOf, addSecurity, graceOption, listOf, orchestratorOption, wholeNumber } from '../options.ts';

/** Verifiers are asked one by one: names that stand for many replicas are the orchestrator's matter. */
function replicaOf(value: string): string {
  if (value.startsWith('dns:'))
    throw new InvalidArgumentError('Give HOST:PORT; dns: is for the orchestrator.');
  return addressOf(value);
}

export function addGateway(program: Command): void {
  const command = program
    .command('gateway')
    .description(
      'Offer an orchestrator over HTTP and JSON, and the endpoints that clients of other judges call.',
    )
    .addOption(orchestratorOption().makeOptionMandatory())
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0: a free one', wholeNumber(0, 65_535), 7780)
    .option(
      '--verifier-address <addresses>',
      'HOST:PORT[,…] of verifiers that /run_code and /api/check ask directly; repeatable',
      listOf(replicaOf),
    )
    .addOption(graceOption());
  addSecurity(command, 'orchestrator', 'verifiers');
  command
    .addHelpText(
      'after',
      `
Prints one JSON line on stdout when it is ready, and logs on stderr.

  POST /v1/runs                      creates a run; GET lists them, GET /v1/runs/ID tells of one
  POST /v1/runs/ID/candidates        judges candidates: JSON, or NDJSON in both directions
  GET  /v1/runs/ID/progress, report  progress (JSON, or server-sent events), success rates
  POST /v1/runs/ID/cancel            stops a run
  POST /v1/judge                     judges candidates of one problem while you wait
  GET  /v1/verifiers, /v1/health     the verifiers and their load; whether all is well
  POST /run_code                     as SandboxFusion has it (verifier code)
  POST /api/check, /verify           as Kimina Lean Server has it (verifier lean)
  GET  /openapi.json                 all of this, as OpenAPI 3.1

A caller's bearer token is passed on to the orchestrator. For callers who show none, the token of --token-file is shown,
where there is one: whoever reaches the gateway then acts in its name. Verifiers of --verifier-address are asked for those
whom the orchestrator lets submit. Without it the last two are for the orchestrator as well; what is judged for them is
not cached, but stored.

Examples:
  assay serve --verifier math,code & assay gateway --orchestrator 127.0.0.1:7700
  curl http://127.0.0.1:7780/run_code --json '{"code": "print(6 * 7)", "language": "python"}'`,
    )
    .action(async (options: GatewayCommand) => {
      const { gateway } = await import('../gateway.ts');
      process.exitCode = await gateway(options);
    });
}
