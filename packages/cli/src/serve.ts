/** The orchestrator as a server, with the local verifiers that it is told to start. */
import { once } from 'node:events';
import { serveOrchestrator } from '@assay/orchestrator';
import { startEmbedded } from './embedded.ts';
import { exitCodes } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';

export interface ServerOptions {
  host: string;
  port: number;
  store: string;
  verifier?: string[];
  verifierAddress?: string[];
  replicas: number;
  slots?: number;
}

/** Milliseconds that open calls have to end. */
const graceMs = 5_000;

/** Serves until a signal asks for an end; answers with the exit code. */
export async function serve(options: ServerOptions): Promise<number> {
  const interrupts = catchInterrupts();
  try {
    await serveUntil(interrupts.signal, options);
    return exitCodes.ok;
  } catch (error) {
    // Stopped before it was ready.
    if (error === interrupts.signal.reason) return interrupts.exitCode;
    throw error;
  } finally {
    interrupts.dispose();
  }
}

async function serveUntil(signal: AbortSignal, options: ServerOptions): Promise<void> {
  const { host, port, store, verifier = [], verifierAddress = [], replicas, slots } = options;
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const embedded = await startEmbedded({
    ...{ store, replicas, slots, onNote: log, onLog: log, signal },
    verifiers: verifier,
    addresses: verifierAddress,
  });
  try {
    const server = await serveOrchestrator(embedded.orchestrator, { host, port });
    process.stdout.write(`${JSON.stringify({ ready: true, address: server.address })}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    log('stopping');
    // Submissions end first, so that the server has nothing to wait for.
    await embedded.orchestrator.close();
    await server.close(graceMs);
  } finally {
    await embedded.close();
  }
}
