/** Gathers what the live view tells: only while somebody looks, and at most so often, however many look. */
import type { OrchestratorApi } from '@assay/client';
import { AssayError, type Run, type RunProgress, type VerifierStatus } from '@assay/contract';
import {
  maxReplicas,
  maxRuns,
  type Overview,
  type Progress,
  type RunDetail,
  type RunLine,
  type VerifierLine,
} from '@assay/report';
import type { Store } from '@assay/store';
import { secondsLeft } from '../progress.ts';
import { oneLine } from '../terminal.ts';
import { type Pace, Paced, Turns } from './paced.ts';
import { Rates } from './rates.ts';
import { readStored, type Stored } from './stored.ts';

/** Of the figures that cost little. */
const overviewPace: Pace = { leastMs: 400, pauses: 4 };
/** Of counting what is stored: a tenth of the time at most, also while there are many runs. */
const storedPace: Pace = { leastMs: 900, pauses: 9 };
/** Of the newest runs the overview also tells what is stored. */
const countedRuns = 20;
/** Texts of others are cut. */
const textColumns = 500;

export class Figures {
  readonly #api: OrchestratorApi;
  readonly #store: Store;
  /** Whether whoever looks may see a run. */
  readonly #sees: (run: Run) => boolean;
  readonly #overview = new Paced(() => this.#readOverview(), overviewPace);
  readonly #stored = new Map<string, Paced<Stored>>();
  readonly #turns = new Turns();
  readonly #rates = new Rates();

  /** What is under way is asked of `api`, what is stored of the store behind it. */
  constructor(api: OrchestratorApi, store: Store, sees: (run: Run) => boolean = () => true) {
    this.#api = api;
    this.#store = store;
    this.#sees = sees;
  }

  /** Runs and verifiers. */
  overview(): Promise<Overview> {
    return this.#overview.get(always());
  }

  /** One run. Error: `run_unknown`. */
  async run(id: string): Promise<RunDetail> {
    const run = await this.find(id);
    const version = await this.version(run);
    const paced = this.#storedOf(run);
    const stored = paced.peek(version) ?? (run.state === 'OPEN' ? undefined : await paced.get(version));
    const { verifiers } = await this.overview();
    return {
      at: Date.now(),
      ...(await this.#line(run, stored)),
      earlyStop: run.earlyStop,
      countedMs: stored?.countedMs ?? null,
      coverage: stored?.coverage ?? null,
      note: stored?.note ?? '',
      problems: stored?.problems ?? [],
      load: run.verifiers.flatMap((name) => verifiers.find((verifier) => verifier.name === name) ?? []),
    };
  }

  /** Error: `run_unknown`. */
  async find(id: string): Promise<Run> {
    const run = await this.#store.getRun(id);
    if (run !== undefined && this.#sees(run)) return run;
    throw new AssayError('run_unknown', `There is no run ${oneLine(JSON.stringify(id), 200)}.`);
  }

  /** Changes when what is stored of the run may have changed. */
  async version({ id, state, createdMs }: Run): Promise<string> {
    return state === 'OPEN' ? always() : `${state} ${createdMs} ${(await this.#store.load(id)).activeMs}`;
  }

  async #readOverview(): Promise<Overview> {
    const all = (await this.#api.listRuns()).sort((a, b) => b.createdMs - a.createdMs);
    const runs = await Promise.all(
      all.slice(0, maxRuns).map(async (run, i) => {
        const isCounted = i < countedRuns || run.state === 'OPEN';
        const stored = isCounted ? this.#storedOf(run).peek(await this.version(run)) : undefined;
        return this.#line(run, stored);
      }),
    );
    this.#forget(all);
    return {
      at: Date.now(),
      runs,
      older: Math.max(0, all.length - maxRuns),
      verifiers: (await this.#api.listVerifiers()).map(verifierLine),
    };
  }

  #storedOf(run: Run): Paced<Stored> {
    let paced = this.#stored.get(run.id);
    if (paced === undefined) {
      const { id } = run;
      paced = new Paced(async () => readStored(this.#store, await this.find(id)), storedPace, this.#turns);
      this.#stored.set(id, paced);
    }
    return paced;
  }

  /** Lets go what is kept of runs that were deleted. */
  #forget(runs: readonly Run[]): void {
    const known = new Set(runs.map(({ id }) => id));
    for (const id of this.#stored.keys()) if (!known.has(id)) this.#stored.delete(id);
    this.#rates.keep(known);
  }

  async #line(run: Run, stored: Stored | undefined): Promise<RunLine> {
    const { id, state, createdMs, verifiers, labels } = run;
    const progress = state === 'OPEN' ? await this.#progress(id) : null;
    // Another process tells only by what it stores.
    const grown =
      state !== 'OPEN' || stored === undefined
        ? null
        : this.#rates.read(id, stored.verdicts, stored.countedMs);
    const rate = progress === null ? grown : progress.rate;
    const isRunning = progress !== null || (grown ?? 0) > 0;
    return {
      id,
      status:
        state === 'OPEN'
          ? isRunning
            ? 'running'
            : 'open'
          : state === 'CANCELLED'
            ? 'cancelled'
            : 'complete',
      createdMs,
      verifiers,
      samples: oneLine(labels.samples ?? '', textColumns),
      progress: progress === null ? null : progressOf(progress),
      counts: stored?.counts ?? null,
      rate,
    };
  }

  /** Null where this orchestrator has nothing under way for the run. */
  async #progress(id: string): Promise<RunProgress | null> {
    for await (const progress of this.#api.watchRun(id, { once: true })) {
      return progress.submitted > 0 ? progress : null;
    }
    return null;
  }
}

function verifierLine({ name, queued, replicas }: VerifierStatus): VerifierLine {
  return {
    name,
    queued,
    rate: replicas.reduce((sum, { rate }) => sum + rate, 0),
    replicas: replicas.slice(0, maxReplicas).map(({ description, faults, lastFault, ...rest }) => ({
      ...rest,
      version: description?.version ?? '',
      kinds: description?.kinds ?? [],
      slots: description?.slots ?? 0,
      faults: { ...faults },
      lastFault: oneLine(lastFault, textColumns),
    })),
  };
}

function progressOf(progress: RunProgress): Progress {
  const { submitted, done, judged, shared, stored, skipped, errors, inputShare } = progress;
  const isKnown = inputShare > 0;
  const left = isKnown ? secondsLeft({ ...progress, input: { bytes: inputShare, total: 1 } }) : undefined;
  return {
    ...{ submitted, done, judged, shared, stored, skipped, errors },
    share: isKnown ? (inputShare * done) / submitted : null,
    secondsLeft: left ?? null,
  };
}

/** A version that no other is equal to. */
function always(): string {
  return String(performance.now());
}
