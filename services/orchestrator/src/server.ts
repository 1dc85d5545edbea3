/** The orchestrator as a gRPC service: TLS, tokens, limits, health, reflection. */
import type { OrchestratorApi } from '@assay/client';
import {
  AssayError,
  type MetricsSource,
  openGuard,
  orchestratorService,
  type Right,
  reflected,
  type Security,
  scalerService,
  serveProbes,
  serverCredentials,
  type Tokens,
  tokenGuard,
} from '@assay/contract';
import { type Metadata, Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, service as healthService } from 'grpc-health-check';
import { scalerHandlers } from './scaler.ts';
import { Backlogs, type PeerOptions } from './scaler-backlog.ts';
import { handlers } from './server-handlers.ts';
import { OpenStreams } from './server-streams.ts';
import { Tenants } from './tenants.ts';

const serviceName = 'assay.v1.Orchestrator';

/** What each method needs. Health, reflection (which tells what proto/ does) and KEDA's questions need nothing. */
const rights: Record<string, Right> = {
  CreateRun: 'submit',
  Submit: 'submit',
  CancelRun: 'submit',
  WatchRun: 'read',
  GetReport: 'read',
  ListRuns: 'read',
  ListVerifiers: 'read',
  RegisterVerifier: 'register',
};

function rightFor(path: string): Right | undefined {
  const [, service, method = ''] = path.split('/');
  return service === serviceName ? (rights[method] ?? 'admin') : undefined;
}

export interface ServerOptions extends PeerOptions {
  /** @default 127.0.0.1 */
  host?: string;
  /** 0 for a free one. */
  port?: number;
  /** TLS; without it only this machine is listened to, unless it says `insecure`. */
  security?: Security;
  /** Who may call; absent: everybody, and there are no tenants. */
  tokens?: Tokens | undefined;
  /** Milliseconds after which a connection takes no new call, so that clients spread anew. @default never */
  maxConnectionAgeMs?: number | undefined;
  /** Milliseconds for which a connection may have no call. @default 300_000 */
  maxIdleMs?: number;
  /** Calls of one connection at a time. @default 1024 */
  maxStreams?: number;
  /** Largest request, bytes. @default 256 Mi */
  maxMessageBytes?: number;
  /** Milliseconds within which a stream of candidates must begin. @default 60_000 */
  silenceMs?: number;
  /** Serves these over HTTP, in plain text: they are numbers and names. */
  metrics?: { host: string; port: number; source: MetricsSource } | undefined;
}

export interface RunningServer {
  /** host:port */
  address: string;
  metricsAddress: string | undefined;
  /** Lets open calls end, for at most this long. */
  close(graceMs?: number): Promise<void>;
}

/** Errors: `listen` where the address cannot be had, `plain_text`, `bad_file`, `usage`. */
export async function serveOrchestrator(
  orchestrator: OrchestratorApi,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, security = {}, tokens } = options;
  const credentials = serverCredentials(host, security, options.note);
  const server = new Server({
    'grpc.max_receive_message_length': options.maxMessageBytes ?? 256 * 1024 * 1024,
    'grpc.max_send_message_length': -1,
    // Two processes on one port would share its connections unnoticed.
    'grpc.so_reuseport': 0,
    // A peer that is gone without a word is noticed, and so is one that only holds a connection.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.max_connection_idle_ms': options.maxIdleMs ?? 300_000,
    'grpc.max_concurrent_streams': options.maxStreams ?? 1024,
    ...(options.maxConnectionAgeMs && { 'grpc.max_connection_age_ms': options.maxConnectionAgeMs }),
    interceptors: [
      openGuard((path) => rightFor(path) === undefined),
      ...(tokens ? [tokenGuard(tokens, rightFor)] : []),
    ],
  });
  const tenants = new Tenants(orchestrator);
  const streams = new OpenStreams(tokens);
  const viewOf = (metadata: Metadata) => {
    const caller = tokens?.find(metadata);
    // Let in, and its token taken out since.
    if (tokens !== undefined && caller === undefined)
      throw new AssayError('token_unknown', 'The token is gone.');
    return tenants.viewOf(caller);
  };
  server.addService(orchestratorService, streams.watched(handlers(viewOf, options.silenceMs ?? 60_000)));
  const backlogs = new Backlogs(orchestrator, options);
  server.addService(scalerService, scalerHandlers(backlogs));
  const served = [serviceName, 'externalscaler.ExternalScaler'];
  const health = new HealthImplementation();
  const setHealth = (state: 'SERVING' | 'NOT_SERVING') => {
    for (const name of ['', ...served]) health.setStatus(name, state);
  };
  setHealth('SERVING');
  health.addToServer(server);
  const services = [...served, 'grpc.health.v1.Health'];
  new ReflectionService(reflected(healthService, scalerService), { services }).addToServer(server);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, actual) => {
      if (error === null) resolve(actual);
      else reject(new AssayError('listen', `Cannot listen on ${host}:${port}: ${error.message}`));
    });
  });
  let serving = true;
  const { metrics } = options;
  const probes =
    metrics && (await serveProbes(metrics.host, metrics.port, metrics.source, () => serving, '--metrics'));
  return {
    address: `${host}:${bound}`,
    metricsAddress: metrics && probes && `${metrics.host}:${probes.port}`,
    close: async (graceMs = 5_000) => {
      serving = false;
      setHealth('NOT_SERVING');
      streams.close();
      await backlogs.close();
      const timer = setTimeout(() => server.forceShutdown(), graceMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(timer);
      probes?.server.close();
      probes?.server.closeAllConnections();
    },
  };
}
