/** The gateway as a process. */
import { once } from 'node:events';
import { securityOf } from '@assay/contract';
import { serveGateway } from '@assay/gateway';
import { exitCodes } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';

export interface GatewayCommand {
  orchestrator: string[];
  host: string;
  port: number;
  verifierAddress?: string[];
  /** Seconds. */
  grace: number;
}

/** Serves until a signal asks for an end; answers with the exit code. */
export async function gateway({
  orchestrator,
  host,
  port,
  verifierAddress,
  grace,
}: GatewayCommand): Promise<number> {
  const { signal, dispose } = catchInterrupts();
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const { ASSAY_TOKEN: token, ASSAY_TOKEN_FILE: tokenFile } = process.env;
  try {
    const running = await serveGateway({
      ...{ orchestrators: orchestrator, host, port, note: log },
      verifiers: verifierAddress ?? [],
      security: securityOf({}),
      ...(token ? { token } : tokenFile ? { tokenFile } : {}),
    });
    process.stdout.write(`${JSON.stringify({ ready: true, http: running.url })}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    log('stopping');
    await running.close(grace * 1000);
    return exitCodes.ok;
  } finally {
    dispose();
  }
}
