/** Translates between the wire and OrchestratorApi, nothing more. */
import { once } from 'node:events';
import type { OrchestratorApi } from '@assay/client';
import type { OrchestratorHandlers } from '@assay/contract';
import type { Metadata, sendUnaryData } from '@grpc/grpc-js';
import { toGrpc } from './server-errors.ts';
import { submit } from './server-submit.ts';
import type { ViewOf } from './tenants.ts';

/** Milliseconds between looks at a run: each asks the store, and timers take no more than 2³¹. */
const minIntervalMs = 100;
const maxIntervalMs = 3_600_000;

/** `silenceMs`: see `submit`. */
export function handlers(viewOf: ViewOf, silenceMs: number): OrchestratorHandlers {
  const unary =
    <Request, Response>(answer: (api: OrchestratorApi, request: Request) => Promise<Response>) =>
    ({ metadata, request }: { metadata: Metadata; request: Request }, callback: sendUnaryData<Response>) => {
      // Also where it throws at once: what a handler throws would end the process.
      Promise.try(() => answer(viewOf(metadata), request)).then(
        (value) => callback(null, value),
        (error: unknown) => callback(toGrpc(error)),
      );
    };
  return {
    CreateRun: unary((api, request) => api.createRun(request)),
    CancelRun: unary((api, { run }) => api.cancelRun(run)),
    ListRuns: unary(async (api) => ({ runs: await api.listRuns() })),
    ListVerifiers: unary(async (api) => ({ verifiers: await api.listVerifiers() })),
    GetReport: unary(async (api, { run, level }) => ({
      json: await api.getReport(run, level === 0 ? {} : { level }),
    })),
    RegisterVerifier: unary(async (api, { address, drain }) => ({
      leaseS: await api.registerVerifier(address, drain),
    })),
    WatchRun: async (call) => {
      const aborter = new AbortController();
      call.on('cancelled', () => aborter.abort());
      const { run, once: single, intervalMs } = call.request;
      const options = {
        once: single,
        signal: aborter.signal,
        ...(intervalMs > 0 && { intervalMs: Math.max(minIntervalMs, Math.min(intervalMs, maxIntervalMs)) }),
      };
      try {
        for await (const progress of viewOf(call.metadata).watchRun(run, options)) {
          if (!call.write(progress)) await once(call, 'drain', { signal: aborter.signal });
        }
        call.end();
      } catch (error) {
        if (!aborter.signal.aborted) call.emit('error', toGrpc(error));
      }
    },
    Submit: (call) => void submit(viewOf, call, silenceMs),
  };
}
