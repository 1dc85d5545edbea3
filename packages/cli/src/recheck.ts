/** Judging a share of a run's candidates again: verdicts that change are flaky. */
import { AssayError, type Run } from '@assay/contract';
import { againLabel, readRechecks, renderRechecks } from '@assay/report';
import type { Store } from '@assay/store';
import { describedVerifiers, type Embedded, startEmbedded } from './embedded.ts';
import { exitCodes, usageError } from './exit.ts';
import { catchInterrupts } from './interrupt.ts';
import { openStore } from './open.ts';
import { display } from './paths.ts';
import { ProgressLine } from './progress.ts';
import { labelsOf, type Reading, readingOf } from './reading.ts';
import { type ChoiceOptions, choose, wordsOf } from './recheck/choice.ts';
import { type Judge, SameCandidates } from './recheck/same.ts';
import { Samples } from './samples.ts';
import { forget, readProgress, type SiteOptions, submit } from './site.ts';
import { hasColors } from './terminal.ts';

export interface RecheckOptions extends Reading, ChoiceOptions, Omit<SiteOptions, 'orchestrator'> {
  /** Default: all of the run. */
  verifier?: string[];
  fresh?: boolean;
  level: number;
  json?: boolean;
  quiet?: boolean;
}

/** Judges again, prints what changed, and answers with the exit code. */
export async function recheck(id: string, given: string[], options: RecheckOptions): Promise<number> {
  const run = await runOf(id, options.store);
  const verifiers = verifiersOf(run, options.verifier);
  const reading = { ...readingOf(run.labels), ...options };
  const paths = given.length > 0 ? given : reading.paths;
  if (paths.length === 0 || (given.length === 0 && paths.includes('-'))) {
    throw usageError(
      `The samples of run ${id} are in no file that it names.`,
      `Name them: assay recheck ${id} FILE…`,
    );
  }
  const interrupts = catchInterrupts();
  const { signal } = interrupts;
  const progress = new ProgressLine();
  const say = (line: string) => progress.note(line);
  const tell = options.quiet ? () => {} : say;
  try {
    const { format, problems, policy } = reading;
    const samples = await Samples.open(paths, {
      ...(format !== undefined && { format }),
      ...(problems !== undefined && { problems }),
      ...(policy !== undefined && { policy }),
      // The run has told of them.
      onBadRow: () => {},
      signal,
    });
    const { verifierAddress: addresses = [], replicas, slots, store } = options;
    const embedded = await startEmbedded({
      ...{ store, verifiers, addresses, replicas, slots, onNote: say, signal },
      ...(process.env.ASSAY_DEBUG === '1' && { onLog: say }),
    });
    try {
      const again = await begin(embedded, run, verifiers, samples, labelsOf(paths, reading), options);
      tell(`run ${again.id}: ${verifiers.join(', ')}; store: ${display(embedded.store.location)}`);
      if (!options.quiet) progress.start(() => readProgress(embedded.orchestrator, again.id, samples));
      await submit(embedded.orchestrator, again.id, again.chunks, signal);
      progress.stop();
      return await conclude(embedded.store, run, again, options, say);
    } finally {
      samples.close();
      await embedded.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.stop();
    say('stopped: the verdicts so far are stored, and the same command goes on');
    return interrupts.exitCode;
  } finally {
    progress.stop();
    interrupts.dispose();
  }
}

/** Errors: `run_unknown`, `store_missing`, `usage` where it is itself a recheck. */
async function runOf(id: string, path: string): Promise<Run> {
  const store = await openStore(path);
  try {
    const run = await store.getRun(id);
    if (run === undefined) {
      throw new AssayError('run_unknown', `There is no run ${id} in ${store.location}.`, {
        mend: 'List the runs with: assay report',
      });
    }
    const first = run.labels[againLabel];
    if (first === undefined) return run;
    throw usageError(`Run ${id} judges run ${first} again.`, `Recheck that one: assay recheck ${first}`);
  } finally {
    await store.close();
  }
}

/** In the order of the run. */
function verifiersOf({ id, verifiers }: Run, asked: readonly string[] = verifiers): string[] {
  const stranger = asked.find((name) => !verifiers.includes(name));
  if (stranger === undefined) return verifiers.filter((name) => asked.includes(name));
  throw usageError(`Run ${id} has no verifier ${stranger}.`, `It has ${verifiers.join(', ')}.`);
}

interface Again {
  id: string;
  /** Candidates that were chosen. */
  chosen: number;
  candidates: SameCandidates;
  chunks: ReturnType<SameCandidates['among']>;
}

/** Chooses candidates, finds the first of them, and creates the run. Errors: `usage`, `run_exists`, `run_busy`. */
async function begin(
  { orchestrator, store }: Embedded,
  run: Run,
  verifiers: readonly string[],
  samples: Samples,
  labels: Run['labels'],
  options: RecheckOptions,
): Promise<Again> {
  const id = `${run.id}.recheck`;
  const choice = wordsOf(options);
  if (options.fresh) await forget(store, id);
  const before = await store.getRun(id);
  if (before !== undefined && (before.labels.choice !== choice || `${before.verifiers}` !== `${verifiers}`)) {
    throw new AssayError(
      'run_exists',
      `Run ${run.id} has been judged again with other settings (${before.verifiers.join(', ')}; ${before.labels.choice}).`,
      { mend: 'Give the same ones to go on with that; --fresh replaces it.' },
    );
  }
  const judges = await judgesOf(orchestrator, run, verifiers);
  const chosen = await choose(
    store,
    run,
    judges.map(({ ordinal }) => ordinal),
    options,
  );
  if (chosen.size === 0) {
    throw usageError(
      `No candidate of run ${run.id} has a verdict of ${verifiers.join(' and of ')}.`,
      'ERRORs and skipped candidates cannot be compared; --verifier NAME leaves other verifiers out.',
    );
  }
  const candidates = new SameCandidates(store, run, judges, chosen);
  const chunks = candidates.among(samples);
  const first = await chunks.next();
  if (first.done) throw nothingSame(run, candidates);
  const { maxAttempts } = run;
  labels = { ...labels, [againLabel]: run.id, choice };
  await orchestrator.createRun({ id, verifiers: [...verifiers], maxAttempts, uncached: true, labels });
  return {
    id,
    chosen: chosen.values().reduce((sum, { indices }) => sum + indices.size, 0),
    candidates,
    chunks: (async function* () {
      yield first.value;
      yield* chunks;
    })(),
  };
}

/** Error: `verifier_unknown` where one has not said what it is. */
async function judgesOf(
  orchestrator: Embedded['orchestrator'],
  run: Run,
  verifiers: readonly string[],
): Promise<Judge[]> {
  const known = await describedVerifiers(orchestrator);
  return verifiers.map((name) => {
    const replicas = known.find((verifier) => verifier.name === name)?.replicas ?? [];
    const descriptions = replicas.flatMap(({ description }) => description ?? []);
    if (descriptions.length > 0) return { name, ordinal: run.verifiers.indexOf(name), descriptions };
    throw new AssayError('verifier_unknown', `No replica of verifier ${name} answers.`, {
      mend: 'Start it and name its address with --verifier-address; --verifier NAME leaves others out.',
    });
  });
}

function nothingSame(run: Run, { absent, different, differing }: SameCandidates): AssayError {
  const names = [...differing.keys()].join(', ');
  return different === 0
    ? usageError(
        `None of the ${absent} candidates chosen of run ${run.id} is in the samples.`,
        `Name the files that it was made from: assay recheck ${run.id} FILE…`,
      )
    : usageError(
        `None of the ${different} candidates found is what run ${run.id} judged: texts, problems or the version of ${names} are others.`,
        'Give the samples, --problems and --policy of the run, and verifiers of the same version; --verifier NAME leaves others out.',
      );
}

/** Prints, and answers with the exit code. */
async function conclude(
  store: Store,
  run: Run,
  { id, chosen, candidates: { same, different, differing, absent } }: Again,
  { level, json }: RecheckOptions,
  say: (line: string) => void,
): Promise<number> {
  const rechecks = await readRechecks(store, run, { level });
  const values = {
    schema: 'assay.recheck/v1',
    run: run.id,
    recheck: id,
    chosen,
    same,
    different,
    absent,
    rechecks,
  };
  process.stdout.write(
    json
      ? `${JSON.stringify(values, null, 2)}\n`
      : renderRechecks(run.id, rechecks, { color: hasColors(process.stdout) }),
  );
  if (different > 0) {
    const counts = [...differing].map(([name, count]) => `${count} for ${name}`).join(', ');
    say(
      `not judged again, as text, problem or version of the verifier is another one: ${different} (${counts})`,
    );
  }
  if (absent > 0) say(`not judged again, as the samples do not have them: ${absent} candidates`);
  const complete = different + absent === 0 && rechecks.every(({ missing }) => missing === 0);
  return complete ? exitCodes.ok : exitCodes.incomplete;
}
