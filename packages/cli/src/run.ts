/** A run, from input to report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OrchestratorApi } from '@assay/client';
import { type Report, rechecksOf } from '@assay/report';
import { BadRows } from './bad-rows.ts';
import { settingsOf } from './builtin.ts';
import { pricesOf } from './cost/values.ts';
import { exitCodes, usageError } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { besideStore } from './open.ts';
import { display } from './paths.ts';
import { ProgressLine } from './progress.ts';
import { labelsOf, type Reading } from './reading.ts';
import { printReport, writeReport } from './report.ts';
import { deriveRunId } from './run-id.ts';
import { Samples } from './samples.ts';
import { forget, openSite, readProgress, type SiteOptions, submit } from './site.ts';

export interface RunOptions extends Reading, SiteOptions {
  /** The first is the oracle, unless `oracle` names one. */
  verifier: string[];
  oracle?: string;
  /** Further verifiers. */
  selector?: string[];
  /** Id of the run. */
  run?: string;
  fresh?: boolean;
  dataset?: string;
  /** What the report tells the cost of the candidates by. */
  model?: string;
  /** PROMPT,CANDIDATE per million tokens. */
  price?: string;
  limit?: number;
  strict?: boolean;
  earlyStop?: boolean;
  maxAttempts?: number;
  priority?: number;
  weight?: number;
  maxInFlight?: number;
  level: number;
  /** File for the report. */
  report?: string;
  json?: boolean;
  quiet?: boolean;
}

export type ReportTarget = Pick<RunOptions, 'level' | 'json' | 'store' | 'report'>;

/** Runs, writes the report, and answers with the exit code. */
export async function run(paths: string[], options: RunOptions): Promise<number> {
  if (options.policy !== undefined) await checkPolicy(options.policy);
  if (options.price !== undefined) pricesOf(options.price);
  if (!options.earlyStop) await refuseStopped(paths);
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
    const { format, problems, dataset, policy, limit, strict = false } = options;
    const samples = await Samples.open(paths, {
      ...(format !== undefined && { format }),
      ...(problems !== undefined && { problems }),
      ...(dataset !== undefined && { dataset }),
      ...(policy !== undefined && { policy }),
      ...(limit !== undefined && { limit }),
      strict,
      onBadRow: (row) => badRows.add(row),
      signal,
    });
    const site = await openSite(verifiers, options, say, signal);
    try {
      if (options.fresh && site.store !== undefined) {
        for (const again of await rechecksOf(site.store, id)) await forget(site.store, again.id);
        await forget(site.store, id);
      }
      await site.api.createRun({
        id,
        verifiers,
        earlyStop: options.earlyStop ?? false,
        maxAttempts: options.maxAttempts ?? 0,
        priority: options.priority ?? 0,
        weight: options.weight ?? 0,
        maxInFlight: options.maxInFlight ?? 0,
        labels: {
          ...labelsOf(paths, options),
          ...(options.model !== undefined && { model: options.model }),
          ...(options.price !== undefined && { price: options.price }),
        },
      });
      tell(`run ${id}: ${verifiers.join(', ')}; store: ${site.where}`);
      if (!options.quiet) progress.start(() => readProgress(site.api, id, samples));
      await submit(site.api, id, samples, signal);
      progress.stop();
      const missing = await conclude(site.api, id, options, tell);
      if (badRows.summary !== undefined) say(badRows.summary);
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

/** Prints the report on a run and writes it into a file; true where verdicts are missing. Error: `report_write`. */
export async function conclude(
  api: OrchestratorApi,
  id: string,
  {
    level,
    json = false,
    store,
    report: path = join(besideStore(store), 'reports', `${id}.json`),
  }: ReportTarget,
  tell: (line: string) => void,
  print = printReport,
): Promise<boolean> {
  const report = JSON.parse(await api.getReport(id, { level })) as Report;
  // First what cannot fail: the file may.
  print(report, json);
  await writeReport(report, path);
  tell(`report: ${display(path)}`);
  return report.results.verifiers.some(({ error }) => error > 0);
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

/** How many samples a problem has in a file of `assay sample --early-stop` depends on their verdicts. Error: `usage`. */
async function refuseStopped(paths: readonly string[]): Promise<void> {
  const drawn = paths.filter((path) => existsSync(`${path}.settings`));
  if (drawn.length === 0) return;
  const { readSettings } = await import('@assay/sampler');
  for (const path of drawn) {
    if (!(await readSettings(path))?.earlyStop) continue;
    throw usageError(
      `The samples in ${display(path)} end at their problem's first success: they estimate no pass@k.`,
      'Add --early-stop, or draw the rest first: assay sample without --early-stop.',
    );
  }
}

/** A policy that no verifier would take is told before anything starts. */
async function checkPolicy(policy: string): Promise<void> {
  const { verify } = await import('@assay/math/verify');
  verify('1', '1', policy);
}
