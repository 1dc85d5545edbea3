/** The orchestrator as a gRPC service: translates between the wire and OrchestratorApi, nothing more. */
import { once } from 'node:events';
import type { OrchestratorApi, SubmitChunk } from '@assay/client';
import {
  AssayError,
  grpcError,
  messageOf,
  type OrchestratorHandlers,
  orchestratorService,
  type ProblemInit,
  packageDefinition,
  problemCodec,
  type RunVerdict,
  type SubmitRequest,
  status,
} from '@assay/contract';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';

const serviceName = 'assay.v1.Orchestrator';

/** Milliseconds; timers take no more than 2³¹. */
const maxIntervalMs = 3_600_000;

/** gRPC statuses of our errors; others are INTERNAL. */
const statusOf: Record<string, status> = {
  invalid_run: status.INVALID_ARGUMENT,
  invalid_problem: status.INVALID_ARGUMENT,
  invalid_request: status.INVALID_ARGUMENT,
  invalid_candidate: status.INVALID_ARGUMENT,
  problem_differs: status.INVALID_ARGUMENT,
  bad_address: status.INVALID_ARGUMENT,
  bad_level: status.INVALID_ARGUMENT,
  run_exists: status.ALREADY_EXISTS,
  run_unknown: status.NOT_FOUND,
  run_busy: status.FAILED_PRECONDITION,
  verifier_unknown: status.FAILED_PRECONDITION,
  run_cancelled: status.ABORTED,
  closed: status.UNAVAILABLE,
};

function toGrpc(error: unknown): Partial<ServiceError> {
  // Details travel in a header, and one that is too long breaks the connection for others, too.
  const details = messageOf(error).slice(0, 2_000);
  if (!(error instanceof AssayError)) return grpcError(status.INTERNAL, details);
  return grpcError(statusOf[error.code] ?? status.INTERNAL, details, error.code);
}

export interface ServerOptions {
  host?: string;
  /** 0 for a free one. */
  port?: number;
}

export interface RunningServer {
  /** host:port */
  address: string;
  /** Lets open calls end, for at most this long. */
  close(graceMs?: number): Promise<void>;
}

/** Serves an orchestrator, with health and reflection. Error: `listen` where the address cannot be had. */
export async function serveOrchestrator(
  orchestrator: OrchestratorApi,
  { host = '127.0.0.1', port = 0 }: ServerOptions = {},
): Promise<RunningServer> {
  const server = new Server({
    'grpc.max_receive_message_length': 256 * 1024 * 1024,
    'grpc.max_send_message_length': -1,
  });
  server.addService(orchestratorService, handlers(orchestrator));
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  health.addToServer(server);
  new ReflectionService(packageDefinition).addToServer(server);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, actual) => {
      if (error === null) resolve(actual);
      else reject(new AssayError('listen', `Cannot listen on ${host}:${port}: ${error.message}`));
    });
  });
  return {
    address: `${host}:${bound}`,
    close: async (graceMs = 5_000) => {
      health.setStatus('', 'NOT_SERVING');
      health.setStatus(serviceName, 'NOT_SERVING');
      const timer = setTimeout(() => server.forceShutdown(), graceMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(timer);
    },
  };
}

function handlers(orchestrator: OrchestratorApi): OrchestratorHandlers {
  const answer = <T>(callback: sendUnaryData<T>, promise: Promise<T>) => {
    promise.then(
      (value) => callback(null, value),
      (error: unknown) => callback(toGrpc(error)),
    );
  };
  return {
    CreateRun: (call, callback) => answer(callback, orchestrator.createRun(call.request)),
    CancelRun: (call, callback) => answer(callback, orchestrator.cancelRun(call.request.run)),
    ListRuns: (_, callback) =>
      answer(
        callback,
        orchestrator.listRuns().then((runs) => ({ runs })),
      ),
    ListVerifiers: (_, callback) =>
      answer(
        callback,
        orchestrator.listVerifiers().then((verifiers) => ({ verifiers })),
      ),
    GetReport: ({ request }, callback) => {
      const options = request.level === 0 ? {} : { level: request.level };
      answer(
        callback,
        orchestrator.getReport(request.run, options).then((json) => ({ json })),
      );
    },
    RegisterVerifier: ({ request }, callback) =>
      answer(
        callback,
        orchestrator.registerVerifier(request.address, request.drain).then((leaseS) => ({ leaseS })),
      ),
    WatchRun: async (call) => {
      const aborter = new AbortController();
      call.on('cancelled', () => aborter.abort());
      const { run, once: single, intervalMs } = call.request;
      const options = {
        once: single,
        signal: aborter.signal,
        ...(intervalMs > 0 && { intervalMs: Math.min(intervalMs, maxIntervalMs) }),
      };
      try {
        for await (const progress of orchestrator.watchRun(run, options)) {
          if (!call.write(progress)) await once(call, 'drain', { signal: aborter.signal });
        }
        call.end();
      } catch (error) {
        if (!aborter.signal.aborted) call.emit('error', toGrpc(error));
      }
    },
    Submit: (call) => void submit(orchestrator, call),
  };
}

/** Bytes of problems that a stream may refer to without sending them again. */
const maxKeptBytes = 256 * 1024 * 1024;

type SubmitCall = ServerDuplexStream<SubmitRequest, { verdicts: RunVerdict[] }>;

async function submit(orchestrator: OrchestratorApi, call: SubmitCall): Promise<void> {
  const aborter = new AbortController();
  call.on('cancelled', () => aborter.abort(new AssayError('closed', 'The caller is gone.')));
  let written = Promise.resolve();
  try {
    const messages = call[Symbol.asyncIterator]() as AsyncIterator<SubmitRequest>;
    const first = await messages.next();
    if (first.done || first.value.run === '') {
      throw new AssayError('invalid_request', 'The first message of Submit must name the run.');
    }
    let complete = false;
    let full = false;
    /** Bytes of the problems that are kept. */
    let kept = 0;
    async function* input(): AsyncGenerator<SubmitChunk> {
      const problems = new Map<string, ProblemInit>();
      for (let message = first; !message.done; message = await messages.next()) {
        // Verdicts that the caller does not read hold back what it writes.
        if (full) await once(call, 'drain', { signal: aborter.signal });
        complete ||= message.value.complete;
        const { inputShare } = message.value;
        for (const problem of message.value.problems) {
          kept += sizeOf(problem) - sizeOf(problems.get(problem.id));
          problems.delete(problem.id);
          problems.set(problem.id, problem);
        }
        for (const [id, problem] of problems) {
          if (kept <= maxKeptBytes || problems.size === 1) break;
          kept -= sizeOf(problem);
          problems.delete(id);
        }
        for (const { problem: id, candidates } of message.value.candidates) {
          const problem = problems.get(id);
          if (problem === undefined) {
            const name = JSON.stringify(id.slice(0, 200));
            throw new AssayError(
              'invalid_request',
              `Candidates of problem ${name} came before the problem.`,
              {
                mend: 'Send each problem on this stream before its candidates; again, where much came in between.',
              },
            );
          }
          yield { problem, candidates, inputShare };
        }
        // A problem without candidates counts all the same.
        for (const problem of message.value.problems) yield { problem, candidates: [], inputShare };
      }
    }
    call.on('drain', () => {
      full = false;
    });
    await orchestrator.submit(first.value.run, input(), {
      signal: aborter.signal,
      onVerdicts: (verdicts) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        written = promise;
        full = !call.write({ verdicts }, () => resolve());
      },
      // Read when the input has ended.
      get complete() {
        return complete;
      },
    });
    call.end();
  } catch (error) {
    // An error ends the call at once, and would overtake verdicts that are still to be written.
    await written;
    if (!aborter.signal.aborted) call.emit('error', toGrpc(error));
  }
}

function sizeOf(problem: ProblemInit | undefined): number {
  return problem === undefined ? 0 : problemCodec.serialize(problem).length;
}
