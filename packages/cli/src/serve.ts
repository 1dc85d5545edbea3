/** The orchestrator as a server, with the local verifiers that it is told to start. */
import { once } from 'node:events';
import { Dialer, messageOf, type Security, securityOf, serverCredentials, Tokens } from '@assay/contract';
import { Meters, serveOrchestrator } from '@assay/orchestrator';
import { startEmbedded } from './embedded.ts';
import { exitCodes } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { type LiveServer, type LiveSource, serveLive } from './live/server.ts';
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
  /** Seconds. */
  lease?: number;
  /** Where metrics are served. */
  metrics?: HttpAddress;
  /** Seconds. */
  maxWait?: number;
  maxConnectionAge?: number;
  grace: number;
  peer?: string[];
  /** File of the tokens that callers may show. */
  tokens?: string;
}

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
  const {
    host,
    port,
    http,
    store,
    verifier = [],
    verifierAddress = [],
    replicas,
    slots,
    peer = [],
  } = options;
  const log = (line: string) => process.stderr.write(`${line}\n`);
  // Asked first: what is wrong with files and flags should be told at once.
  const security = securityOf<Security>({});
  serverCredentials(host, security);
  const tokens = options.tokens === undefined ? undefined : new Tokens(options.tokens, log);
  const meters = options.metrics && new Meters();
  const embedded = await startEmbedded({
    ...{ store, replicas, slots, onNote: log, onLog: log, signal },
    verifiers: verifier,
    addresses: verifierAddress,
    ...(options.lease && { leaseMs: options.lease * 1000 }),
    orchestrator: {
      ...(meters && { meters }),
      ...(tokens && { tenantLimits: (tenant: string) => tokens.limits(tenant) }),
      ...(options.maxWait && { unavailableMs: options.maxWait * 1000 }),
    },
  });
  let live: LiveServer | undefined;
  try {
    const server = await serveOrchestrator(embedded.orchestrator, {
      ...{ host, port, security, tokens, note: log },
      ...{ peers: peer, peerDialer: Dialer.ofEnvironment(), shared: embedded.store.shared },
      ...(options.maxConnectionAge && { maxConnectionAgeMs: options.maxConnectionAge * 1000 }),
      ...(options.metrics && meters && { metrics: { ...options.metrics, source: meters.registry } }),
    });
    const source = { api: embedded.orchestrator, store: embedded.store, note: log, tokens, security };
    live = await startLive(source, http, Number(server.address.split(':').at(-1)));
    const { address, metricsAddress: metrics } = server;
    const ready = { ready: true, address, ...(live && { http: live.url }), ...(metrics && { metrics }) };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    log('stopping');
    await live?.close();
    // Submissions end first, so that the server has nothing to wait for.
    await embedded.orchestrator.close();
    await server.close(options.grace * 1000);
  } finally {
    await live?.close();
    await embedded.close();
  }
}

/** Where nobody chose its address, the server does without a live view that has no place. Error: `listen`. */
async function startLive(
  source: LiveSource,
  http: ServerOptions['http'],
  ownPort: number,
): Promise<LiveServer | undefined> {
  if (http === false) return undefined;
  if (http !== undefined) return serveLive(source, http.host, http.port);
  return serveLive(source, '127.0.0.1', ownPort + 1).catch((error: unknown) => {
    source.note(`no live view: ${messageOf(error)}`);
    return undefined;
  });
}
