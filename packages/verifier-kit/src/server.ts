/** A served verifier: gRPC (Verifier, health, reflection), limits, metrics, drain. */
import { isIPv6 } from 'node:net';
import {
  AssayError,
  grpcError,
  grpcReason,
  inFlightTrailer,
  messageOf,
  openGuard,
  reflected,
  type Security,
  serveProbes,
  serverCredentials,
  status,
  type Tokens,
  tokenGuard,
  type VerifierHandlers,
  verifierService,
} from '@assay/contract';
import { Server, type ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, service as healthService } from 'grpc-health-check';
import type { Logger } from 'pino';
import { BatchCall, type Call, CandidateCall, type Host, type VerifyStream } from './call.ts';
import { type Limits, settingsOf, type VerifierDefinition } from './definition.ts';
import { watchHealth } from './health.ts';
import { faultLog, stderrLogger } from './log.ts';
import { Metrics } from './metrics.ts';
import { ProblemCache } from './problems.ts';
import { checkCandidates, problemOf } from './request.ts';
import { Slots } from './slots.ts';
import { errorBody } from './verdict.ts';

/** Limits given here go before the definition's. */
export interface ServeOptions extends Partial<Limits> {
  /** @default 127.0.0.1 */
  host?: string;
  /** 0: a free one. @default 0 */
  port?: number;
  /** Serves /metrics and /healthz over HTTP; 0: a free port, undefined: not at all. */
  metricsPort?: number | undefined;
  /** A pino level. @default info */
  logLevel?: string;
  /** Time for a drain before calls are ended by force; also how long all slots may be leaked. @default 25_000 */
  graceMs?: number;
  /** Time after which a connection takes no new call, so that clients spread anew; its calls end in peace. @default never */
  maxConnectionAgeMs?: number | undefined;
  /** Largest request. @default 64 MiB */
  maxMessageBytes?: number;
  /** Problems kept by digest, in encoded bytes. @default 256 MiB */
  problemCacheBytes?: number;
  /** TLS; without it only this machine is listened to, unless it says `insecure`. */
  security?: Security;
  /** Callers must show one of these tokens, with the right `verify`; health and reflection are open. */
  tokens?: Tokens | undefined;
  /** All slots were leaked for longer than the grace: only a restart helps. */
  onStuck?: () => void;
  /** Between two questions to the definition's `health`, and for its answer. @default 5_000 */
  healthMs?: number;
}

export interface RunningVerifier {
  /** host:port */
  readonly address: string;
  readonly metricsAddress: string | undefined;
  readonly log: Logger;
  /** Metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /**
   * Takes no new call, lets those in flight finish, stops. Rejects with AssayError `drain_timeout` where calls
   * had to be ended by force after the grace.
   */
  drain(): Promise<void>;
  /** Stops at once; calls in flight end with UNAVAILABLE. */
  close(): Promise<void>;
}

const serviceName = 'assay.v1.Verifier';

/** Health and reflection are open to all. */
const rightFor = (path: string) => (path.startsWith(`/${serviceName}/`) ? 'verify' : undefined);

/** Calls of one connection at a time. */
const maxStreams = 1_024;

/** Time for the last bytes to reach clients that keep streams (health watches) open. */
const farewellMs = 500;

/**
 * Serves a verifier until it is drained or closed.
 * Throws AssayError `bad_definition`, `plain_text`, `bad_file`, or `bind` where the address is taken; and what `start`
 * throws.
 */
export async function serveVerifier(
  definition: VerifierDefinition,
  options: ServeOptions = {},
): Promise<RunningVerifier> {
  const { host = '127.0.0.1', port = 0, graceMs = 25_000 } = options;
  const maxMessageBytes = options.maxMessageBytes ?? 64 << 20;
  const settings = settingsOf(definition, options, maxMessageBytes);
  const { describe, judge } = settings;
  const log = stderrLogger(definition.name, options.logLevel ?? 'info');
  const note = (line: string) => log.error(line);
  const credentials = serverCredentials(host, options.security ?? {}, note);
  const problems = new ProblemCache(options.problemCacheBytes ?? 256 << 20);
  const calls = new Set<Call>();
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  let accepted = 0;
  let serving = true;
  let draining = false;
  let onIdle = () => {};

  const setServing = (now: boolean) => {
    serving = now;
    const state = now ? 'SERVING' : 'NOT_SERVING';
    health.setStatus('', state);
    health.setStatus(serviceName, state);
  };
  const healthWatch = new AbortController();
  /** For good. */
  const notServing = () => {
    healthWatch.abort();
    setServing(false);
  };

  let stuckTimer: NodeJS.Timeout | undefined;
  const slots = new Slots(settings.pieces, describe.candidateTimeoutMs, (all) => {
    clearTimeout(stuckTimer);
    if (!all) return;
    log.error({ slots: slots.size }, 'every slot holds work that was given up and does not end');
    stuckTimer = setTimeout(() => {
      log.fatal({ graceMs }, 'stuck: no slot came back within the grace');
      notServing();
      options.onStuck?.();
    }, graceMs).unref();
  });

  const metrics = new Metrics(
    {
      inFlight: () => accepted,
      queued: () => calls.values().reduce((sum, call) => sum + call.queued, 0),
      leaked: () => slots.leaked,
      capacity: describe.capacity,
      slots: slots.size,
      serving: () => serving,
      name: describe.name,
      version: describe.version,
    },
    options.metricsPort !== undefined,
  );

  let dirty: Call[] = [];
  const kit: Host = {
    settings,
    slots,
    metrics,
    log,
    fault: faultLog(log),
    release(candidates) {
      accepted -= candidates;
    },
    flushSoon(call) {
      if (dirty.push(call) > 1) return;
      setImmediate(() => {
        const flushed = dirty;
        dirty = [];
        for (const each of flushed) each.flush();
      });
    },
    ended(call, code) {
      calls.delete(call);
      metrics.call(code);
      log.debug({ code, calls: calls.size }, 'call ended');
      if (calls.size === 0) onIdle();
    },
  };

  const admit = (stream: VerifyStream) => {
    if (draining) throw grpcError(status.UNAVAILABLE, `${describe.name} drains`, 'draining');
    const { request } = stream;
    const { candidates } = request;
    checkCandidates(request, settings);
    const known = problemOf(request, settings, problems);
    if (accepted + candidates.length > describe.capacity) {
      const full = grpcError(
        status.RESOURCE_EXHAUSTED,
        `${accepted} of ${describe.capacity} candidates are in flight: no room for ${candidates.length} more`,
        'full',
      );
      full.metadata?.set(inFlightTrailer, `${accepted}`);
      throw full;
    }
    accepted += candidates.length;
    metrics.accepted(candidates.length);
    const call =
      'one' in judge
        ? new CandidateCall(kit, stream, known, judge.one)
        : new BatchCall(kit, stream, known, judge.batch);
    calls.add(call);
    if (known.fault === undefined) slots.enqueue(call);
    else call.answerAll(errorBody('bad_problem', known.fault, false));
  };

  const handlers: VerifierHandlers = {
    Describe: (_call, callback) => callback(null, describe),
    Verify: (stream) => {
      try {
        admit(stream);
      } catch (error) {
        const refusal = error as Partial<ServiceError>;
        const code = status[refusal.code ?? status.UNKNOWN] as keyof typeof status;
        metrics.call(code);
        log.debug({ code, reason: grpcReason(refusal), details: refusal.details }, 'call refused');
        stream.emit('error', refusal);
      }
    },
  };

  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
    // Two processes on one port would share its connections unnoticed.
    'grpc.so_reuseport': 0,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    ...(options.maxConnectionAgeMs && { 'grpc.max_connection_age_ms': options.maxConnectionAgeMs }),
    'grpc.max_concurrent_streams': maxStreams,
    interceptors: [
      openGuard((path) => rightFor(path) === undefined),
      ...(options.tokens ? [tokenGuard(options.tokens, rightFor)] : []),
    ],
  });
  server.addService(verifierService, handlers);
  health.addToServer(server);
  const services = [serviceName, 'grpc.health.v1.Health'];
  new ReflectionService(reflected(healthService), { services }).addToServer(server);

  await definition.start?.(settings.limits);
  const name = isIPv6(host) ? `[${host}]` : host;
  const listen = async () => {
    const bound = await bind(server, name, port, credentials);
    if (options.metricsPort === undefined) return { bound, http: undefined };
    const probes = [host, options.metricsPort, metrics.registry, () => serving, '--metrics-port'] as const;
    return { bound, http: await serveProbes(...probes) };
  };
  const { bound, http } = await listen().catch(async (error) => {
    server.forceShutdown();
    await definition.stop?.();
    throw error;
  });
  const address = `${name}:${bound}`;
  const metricsAddress = http === undefined ? undefined : `${name}:${http.port}`;
  log.info({ address, metricsAddress, describe }, 'ready');
  if (definition.health !== undefined) {
    const ask = definition.health.bind(definition);
    void watchHealth(ask, options.healthMs ?? 5_000, healthWatch.signal, (fault) => {
      if (fault === undefined) log.info('fit to judge again');
      else log.error({ fault }, 'not fit to judge');
      setServing(fault === undefined);
    });
  }

  const shutdown = async (farewell: number) => {
    clearTimeout(stuckTimer);
    await within(farewell, new Promise<void>((resolve) => server.tryShutdown(() => resolve())));
    server.forceShutdown();
    http?.server.close();
    http?.server.closeAllConnections();
    await definition.stop?.();
    log.info('stopped');
  };

  const drain = async () => {
    const until = performance.now() + graceMs;
    draining = true;
    notServing();
    log.info({ calls: calls.size, candidates: accepted, graceMs }, 'draining');
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
      if (calls.size === 0) resolve();
    });
    const finished = await within(graceMs, idle);
    const forced = calls.size;
    for (const call of calls) call.breakOff();
    const stopped = await within(Math.max(1000, until - performance.now()), shutdown(farewellMs));
    if (!finished || !stopped) {
      throw new AssayError('drain_timeout', `${forced} calls were ended by force after ${graceMs} ms`, {
        mend: 'Give more time with --grace-ms, or lower --candidate-timeout-ms.',
      });
    }
  };

  let drained: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  return {
    address,
    metricsAddress,
    log,
    metrics: () => metrics.registry.metrics(),
    drain() {
      drained ??= drain();
      return drained;
    },
    close() {
      draining = true;
      notServing();
      for (const call of calls) call.breakOff();
      closed ??= drained?.catch(() => {}) ?? shutdown(0);
      return closed;
    },
  };
}

function bind(server: Server, host: string, port: number, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (cause, bound) => {
      if (cause === null) resolve(bound);
      else {
        reject(
          new AssayError('bind', `cannot listen on ${host}:${port}: ${messageOf(cause)}`, {
            mend: 'Choose another --host or --port; port 0 takes a free one.',
            cause,
          }),
        );
      }
    });
  });
}

/** Whether the promise settled in time. */
async function within(ms: number, promise: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
