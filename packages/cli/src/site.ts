/** Where a run is judged: here, or by an orchestrator that runs elsewhere; and how candidates get there. */
import { type OrchestratorApi, OrchestratorClient, type SubmitChunk } from '@assay/client';
import type { AssayError } from '@assay/contract';
import type { Store } from '@assay/store';
import { type Embedded, startEmbedded } from './embedded.ts';
import { serveLive } from './live/server.ts';
import type { HttpAddress } from './options.ts';
import { display } from './paths.ts';
import type { Samples } from './samples.ts';
import { oneLine } from './terminal.ts';

/** Of the command line. */
export interface SiteOptions {
  verifierAddress?: string[];
  orchestrator?: string[];
  replicas: number;
  slots?: number;
  /** File of the store, or postgres://…. */
  store: string;
  /** Where the live view is served meanwhile; default: nowhere. */
  http?: HttpAddress;
}

/** Where the run is judged. */
export interface Site {
  api: OrchestratorApi;
  /** Of this machine. */
  store?: Store;
  where: string;
  close(): Promise<void>;
}

export async function openSite(
  verifiers: readonly string[],
  options: SiteOptions,
  onNote: (line: string) => void,
  signal: AbortSignal,
): Promise<Site> {
  if (options.orchestrator !== undefined) {
    const onReconnect = (fault: AssayError, waitMs: number) =>
      onNote(`${oneLine(fault.message)}; trying again in ${(waitMs / 1000).toFixed(1)} s`);
    const api = new OrchestratorClient(options.orchestrator, { onReconnect });
    const where = `the orchestrator at ${options.orchestrator.join(', ')}`;
    return { api, where, close: () => api.close() };
  }
  const { verifierAddress: addresses = [], replicas, slots, store } = options;
  const embedded: Embedded = await startEmbedded({
    ...{ store, verifiers, addresses, replicas, slots, onNote, signal },
    ...(process.env.ASSAY_DEBUG === '1' && { onLog: onNote }),
  });
  const site = { ...embedded, api: embedded.orchestrator, where: display(embedded.store.location) };
  if (options.http === undefined) return site;
  try {
    const live = await serveLive({ ...site, note: onNote }, options.http.host, options.http.port);
    onNote(`live view: ${live.url}`);
    return { ...site, close: () => live.close().then(() => embedded.close()) };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Deletes what a run has, unless somebody works on it. Errors: `run_busy`. */
export async function forget(store: Store, id: string): Promise<void> {
  if ((await store.getRun(id)) === undefined) return;
  await store.claimRun(id);
  await store.deleteRun(id);
}

/** Of what is submitted, beside what is read. */
export async function readProgress(api: OrchestratorApi, id: string, { input }: Samples) {
  for await (const progress of api.watchRun(id, { once: true })) return { ...progress, input };
  return undefined;
}

/** Milliseconds that an interrupted submission has to end in order. */
const farewellMs = 2_000;

/** Settles as api.submit does, or a little after the signal: verifiers that do not answer hold nobody up. */
export async function submit(
  api: OrchestratorApi,
  id: string,
  samples: AsyncIterable<SubmitChunk>,
  signal: AbortSignal,
): Promise<void> {
  const left = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => setTimeout(() => left.reject(signal.reason), farewellMs));
  await Promise.race([api.submit(id, samples, { complete: true, signal }), left.promise]);
}
