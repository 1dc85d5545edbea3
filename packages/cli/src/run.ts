/** A run, from input to report. */
import { dirname, join } from 'node:path';
import { type OrchestratorApi, OrchestratorClient } from '@assay/client';
import type { FormatName } from '@assay/datasets';
import type { Report } from '@assay/report';
import type { Store } from '@assay/store';
import { BadRows } from './bad-rows.ts';
import { settingsOf } from './builtin.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { exitCodes, usageError } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { display } from './paths.ts';
import { ProgressLine } from './progress.ts';
import { printReport, writeReport } from './report.ts';
import { deriveRunId } from './run-id.ts';
import { Samples } from './samples.ts';

export interface RunOptions {
  /** The first is the oracle, unless `oracle` names one. */
  verifier: string[];
  oracle?: string;
  /** Further verifiers. */
  selector?: string[];
  verifierAddress?: string[];
  orchestrator?: string;
  replicas: number;
  slots?: number;
  store: string;
  /** Id of the run. */
  run?: string;
  fresh?: boolean;
  format?: FormatName;
  problems?: string[];
  dataset?: string;
  /** Conventions for math answers. */
  policy?: string;
  limit?: number;
  strict?: boolean;
  earlyStop?: boolean;
  maxAttempts?: number;
  level: number;
  /** File for the report. */
  report?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Milliseconds that an interrupted submission has to end in order. */
const farewellMs = 2_000;

/** Runs, writes the report, and answers with the exit code. */
export async function run(paths: string[], options: RunOptions): Promise<number> {
  if (options.policy !== undefined) await checkPolicy(options.policy);
  const verifiers = verifiersOf(options);
  const env = options.orchestrator === undefined ? settingsOf(verifiers, process.env) : {};
  const id = options.run ?? deriveRunId({ ...options, samples: paths, verifiers, env });
  const interrupts = catchInterrupts();
  const { signal } = interrupts;
  const progress = new ProgressLine();
  const say = (line: string) => progress.note(line);
  const tell = options.quiet ? () => {} : say;
  const badRows = new BadRows(say);
  try {
    const samples = await openSamples(paths, options, badRows, signal);
    const site = await openSite(verifiers, options, say, signal);
    try {
      if (options.fresh && site.store !== undefined) await forget(site.store, id);
      await site.api.createRun({
        id,
        verifiers,
        earlyStop: options.earlyStop ?? false,
        maxAttempts: options.maxAttempts ?? 0,
        labels: { samples: paths.join(', ') },
      });
      tell(`run ${id}: ${verifiers.join(', ')}; store: ${site.where}`);
      if (!options.quiet) progress.start(() => readProgress(site.api, id, samples));
      await submit(site.api, id, samples, signal);
      progress.stop();
      const report = JSON.parse(await site.api.getReport(id, { level: options.level })) as Report;
      const path = options.report ?? join(dirname(options.store), 'reports', `${id}.json`);
      // First what cannot fail: the file may.
      printReport(report, options.json ?? false);
      await writeReport(report, path);
      if (badRows.summary !== undefined) say(badRows.summary);
      tell(`report: ${display(path)}`);
      const missing = report.results.verifiers.some(({ error }) => error > 0);
      return missing || badRows.count > 0 ? exitCodes.incomplete : exitCodes.ok;
    } finally {
      samples.close();
      await site.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.stop();
    const again = paths.includes('-') ? `the same input with --run ${id}` : 'the same command';
    say(`stopped: the verdicts so far are stored, and ${again} goes on with run ${id}`);
    return interrupts.exitCode;
  } finally {
    progress.stop();
    interrupts.dispose();
  }
}

/** The verifiers of the run, the oracle first. Error: `usage` where the oracle is to select, too. */
function verifiersOf({ verifier, oracle = verifier[0], selector = [] }: RunOptions): string[] {
  if (oracle !== undefined && selector.includes(oracle)) {
    throw usageError(
      `${oracle} is the oracle, which cannot select as well.`,
      'Name another verifier with --selector, or the one that decides with --oracle.',
    );
  }
  return [...new Set([...(oracle === undefined ? [] : [oracle]), ...verifier, ...selector])];
}

/** A policy that no verifier would take is told before anything starts. */
async function checkPolicy(policy: string): Promise<void> {
  const { verify } = await import('@assay/math/verify');
  verify('1', '1', policy);
}

function openSamples(paths: string[], options: RunOptions, badRows: BadRows, signal: AbortSignal) {
  const { format, problems, dataset, policy, limit, strict } = options;
  return Samples.open(paths, {
    ...(format !== undefined && { format }),
    ...(problems !== undefined && { problems }),
    ...(dataset !== undefined && { dataset }),
    ...(policy !== undefined && { policy }),
    ...(limit !== undefined && { limit }),
    strict: strict ?? false,
    onBadRow: (row) => badRows.add(row),
    signal,
  });
}

/** Where the run is judged. */
interface Site {
  api: OrchestratorApi;
  /** Of this machine. */
  store?: Store;
  where: string;
  close(): Promise<void>;
}

async function openSite(
  verifiers: readonly string[],
  options: RunOptions,
  onNote: (line: string) => void,
  signal: AbortSignal,
): Promise<Site> {
  if (options.orchestrator !== undefined) {
    const api = new OrchestratorClient(options.orchestrator);
    return { api, where: `the orchestrator at ${options.orchestrator}`, close: () => api.close() };
  }
  const { verifierAddress: addresses = [], replicas, slots, store } = options;
  const embedded: Embedded = await startEmbedded({
    ...{ store, verifiers, addresses, replicas, slots, onNote, signal },
    ...(process.env.ASSAY_DEBUG === '1' && { onLog: onNote }),
  });
  return { ...embedded, api: embedded.orchestrator, where: display(embedded.store.location) };
}

/** Deletes what a run has, unless somebody works on it. Errors: `run_busy`. */
async function forget(store: Store, id: string): Promise<void> {
  if ((await store.getRun(id)) === undefined) return;
  await store.claimRun(id);
  await store.deleteRun(id);
}

async function readProgress(api: OrchestratorApi, id: string, { input }: Samples) {
  for await (const progress of api.watchRun(id, { once: true })) return { ...progress, input };
  return undefined;
}

/** Settles as api.submit does, or a little after the signal: verifiers that do not answer hold nobody up. */
async function submit(
  api: OrchestratorApi,
  id: string,
  samples: Samples,
  signal: AbortSignal,
): Promise<void> {
  const left = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => setTimeout(() => left.reject(signal.reason), farewellMs));
  await Promise.race([api.submit(id, samples, { complete: true, signal }), left.promise]);
}
