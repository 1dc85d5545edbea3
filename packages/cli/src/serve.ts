/** The orchestrator as a server, with the local verifiers that it is told to start. */
import { once } from 'node:events';
import { messageOf } from '@assay/contract';
import { serveOrchestrator } from '@assay/orchestrator';
import { type Embedded, startEmbedded } from './embedded.ts';
import { exitCodes } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { type LiveServer, serveLive } from './live/server.ts';
import type { HttpAddress } from './options.ts';

export interface ServerOptions {
  host: string;
  port: number;
  /** Where the live view is served; false: nowhere. */
  http?: HttpAddress | false;
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
  const { host, port, http, store, verifier = [], verifierAddress = [], replicas, slots } = options;
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const embedded = await startEmbedded({
    ...{ store, replicas, slots, onNote: log, onLog: log, signal },
    verifiers: verifier,
    addresses: verifierAddress,
  });
  let live: LiveServer | undefined;
  try {
    const server = await serveOrchestrator(embedded.orchestrator, { host, port });
    live = await startLive(embedded, http, Number(server.address.split(':').at(-1)), log);
    const ready = { ready: true, address: server.address, ...(live && { http: live.url }) };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    log('stopping');
    await live?.close();
    // Submissions end first, so that the server has nothing to wait for.
    await embedded.orchestrator.close();
    await server.close(graceMs);
  } finally {
    await live?.close();
    await embedded.close();
  }
}

/** Where nobody chose its address, the server does without a live view that has no place. Error: `listen`. */
async function startLive(
  { orchestrator: api, store }: Embedded,
  http: ServerOptions['http'],
  ownPort: number,
  log: (line: string) => void,
): Promise<LiveServer | undefined> {
  if (http === false) return undefined;
  const source = { api, store, note: log };
  if (http !== undefined) return serveLive(source, http.host, http.port);
  return serveLive(source, '127.0.0.1', ownPort + 1).catch((error: unknown) => {
    log(`no live view: ${messageOf(error)}`);
    return undefined;
  });
}
