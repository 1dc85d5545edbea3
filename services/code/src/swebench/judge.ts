/** Judging a patch: from a model's answer to a verdict. */
import { AssayError, type Problem } from '@assay/contract';
import type { VerdictBody, VerifyContext } from '@assay/verifier-kit';
import type Dockerode from 'dockerode';
import { findPatch, patchClass } from './answer.ts';
import { type Attempt, type AttemptSettings, attempt } from './attempt.ts';
import { environmentWorks } from './control.ts';
import { touchedPaths } from './diff.ts';
import { alone, worthRepeating } from './flaky.ts';
import type { Graded } from './grade.ts';
import { ensureImage } from './images.ts';
import { checkRepositoryPatch, type Instance, imageName, workdirOf } from './instance.ts';
import { type InstanceReport, instanceReport } from './report.ts';
import { decidesOnTests, inspectPatch, mayHoldSettings } from './tampering.ts';
import { failure, incorrect, oneLine, partsOf, summary } from './verdict.ts';

export interface JudgeOptions {
  readonly signal: AbortSignal;
  readonly log: VerifyContext['log'];
  /** Names the service: its leftovers are found by it. */
  readonly owner: string;
  /** Whether images that are missing may be pulled. @default false */
  readonly pull?: boolean;
  /** Wall seconds for the tests of an instance that says nothing of it. @default 1800 */
  readonly timeoutS?: number;
  /** Memory of an instance's container, where the instance says nothing of it. @default 4 GiB */
  readonly memoryBytes?: number;
  /** CPUs of a container: a fixed number, so that verdicts do not hang on the machine's. @default 1 */
  readonly cpus?: number;
  /** Processes in a container. @default 1024 */
  readonly pids?: number;
  /** Bytes of the tests' output that are kept: the first and the last half. @default 32 MiB */
  readonly outputBytes?: number;
  /** OCI runtime, e.g. `runsc`. @default the engine's */
  readonly runtime?: string;
  /** Gets the report that SWE-bench's harness would write. */
  readonly onReport?: (report: InstanceReport) => void;
}

/** A verdict, and the graded log behind it if there is one. */
interface Judged {
  readonly verdict: VerdictBody;
  readonly graded?: Graded;
}

/**
 * Judges one candidate in a container of its own, or a few in turn. A candidate's doing is INCORRECT; what befell the
 * engine or the container is ERROR. Throws only the signal's reason when that aborts.
 */
export async function judgePatch(
  docker: Dockerode,
  problem: Problem,
  candidate: string,
  options: JudgeOptions,
): Promise<VerdictBody> {
  const fault = checkRepositoryPatch(problem);
  const instance = problem.repositoryPatch;
  if (fault !== undefined || instance === undefined || instance === null) {
    return failure('bad_problem', fault ?? 'it has no repository_patch', false);
  }
  const found = findPatch(candidate);
  if (found === undefined) {
    options.onReport?.(instanceReport(null));
    return incorrect(
      'no_answer',
      candidate.trim() === '' ? 'the patch is empty' : 'the answer holds no diff',
    );
  }

  const { touched, rest } = inspectPatch(found.patch, instance.testPatch);
  const strict = instance.mode !== 'compat';
  const notes = [`patch: ${found.from}`];
  if (touched.length > 0)
    notes.push(`touches_test_infra: ${touched.join(', ')}${strict ? ' (left out)' : ''}`);
  const answer: VerdictBody = { answer: found.patch, answerClass: patchClass(found.patch) };
  if (strict && touched.length > 0 && rest === '') {
    options.onReport?.(instanceReport(found.patch));
    const message = `the patch does nothing but edit what decides on tests (${touched.join(', ')})`;
    return incorrect('touches_test_infra', message, answer);
  }

  const patch = strict ? rest : found.patch;
  const { verdict, graded } = await new Judging(docker, instance, patch, strict, options).judge();
  options.onReport?.(instanceReport(found.patch, graded));
  return { ...answer, ...verdict, message: oneLine([verdict.message, ...notes].join('; ')) };
}

class Judging {
  readonly #docker: Dockerode;
  readonly #instance: Instance;
  readonly #patch: string;
  readonly #options: JudgeOptions;
  readonly #settings: AttemptSettings;
  readonly #forbidden: (path: string) => boolean;
  #imageId = '';

  constructor(docker: Dockerode, instance: Instance, patch: string, strict: boolean, options: JudgeOptions) {
    this.#docker = docker;
    this.#instance = instance;
    this.#patch = patch;
    this.#options = options;
    this.#settings = attemptSettings(instance, options);
    const testFiles = new Set(touchedPaths(instance.testPatch));
    const seen = new Set(touchedPaths(patch));
    this.#forbidden = (path) =>
      strict && (decidesOnTests(path, testFiles) || (mayHoldSettings(path) && !seen.has(path)));
  }

  async judge(): Promise<Judged> {
    try {
      this.#imageId = await ensureImage(this.#docker, imageName(this.#instance), this.#options.pull ?? false);
      return await this.#decide(await this.#attempt(this.#patch));
    } catch (error) {
      this.#options.signal.throwIfAborted();
      this.#options.log.warn({ error, instance: this.#instance.instanceId }, 'a patch could not be judged');
      if (error instanceof AssayError && error.code === 'bad_image') {
        return { verdict: failure('bad_problem', error.message, false) };
      }
      return {
        verdict: failure('verifier_failure', error instanceof Error ? error.message : String(error), true),
      };
    }
  }

  // A container that somebody else ended is replaced once.
  async #attempt(patch: string | undefined): Promise<Attempt> {
    const run = () => attempt(this.#docker, this.#instance, patch, this.#forbidden, this.#settings);
    const first = await run();
    return first.outcome === 'lost' ? run() : first;
  }

  async #decide(tried: Attempt): Promise<Judged> {
    if (tried.outcome !== 'ran') return { verdict: this.#verdictWithoutLog(tried) };
    const { result } = tried;
    if (!result.graded) return { verdict: await this.#verdictOnUngraded(tried, result) };
    if (!worthRepeating(this.#instance, result)) return { verdict: verdictOn(tried, result), graded: result };

    const again = await alone(() => this.#attempt(this.#patch));
    if (again.outcome === 'lost') return { verdict: this.#verdictWithoutLog(again) };
    const second = again.outcome === 'ran' && again.result.graded ? again.result : undefined;
    const outcome = second === undefined ? again.outcome : summary(second);
    const note = (what: string) => `${what} (first run: ${summary(result)}; run again alone: ${outcome})`;
    if (second?.resolution === 'RESOLVED_FULL') {
      const message = note('flaky: the tests fail in one run and pass in the other');
      return { verdict: { status: 'CORRECT', message, parts: partsOf(second) }, graded: second };
    }
    const verdict = verdictOn(tried, result);
    return { verdict: { ...verdict, message: note('the tests fail in both runs') }, graded: result };
  }

  #verdictWithoutLog(tried: Exclude<Attempt, { outcome: 'ran' }>): VerdictBody {
    const { timeoutS, container } = this.#settings;
    switch (tried.outcome) {
      case 'patch_failed':
        return incorrect('patch_failed', `the patch does not apply: ${tried.complaint}`);
      case 'smuggled':
        return incorrect(
          'touches_test_infra',
          `the patch hides edits to what decides on tests: ${tried.paths.join(', ')}`,
        );
      case 'time_limit':
        return incorrect('time_limit', `the tests ran for ${timeoutS} s, which is enough with a right patch`);
      case 'memory_limit':
        return incorrect(
          'memory_limit',
          `the tests ran out of their ${container.memoryBytes} bytes of memory`,
        );
      case 'lost':
        return failure('verifier_failure', `${tried.why}, twice`, true);
    }
  }

  async #verdictOnUngraded(
    tried: Extract<Attempt, { outcome: 'ran' }>,
    { why, kind }: { why: string; kind: 'marker' | 'silent' | 'log' },
  ): Promise<VerdictBody> {
    if (kind !== 'log') {
      const works = await environmentWorks(this.#imageId, this.#instance, () => this.#attempt(undefined));
      if (!works) {
        const message = `${why}, nor was any without the patch: the image or the script is broken`;
        return failure('bad_problem', `${message}${hint(tried)}`, false);
      }
    }
    return incorrect(reasonOf(tried), `${why}${hint(tried)}`);
  }
}

function verdictOn(tried: Extract<Attempt, { outcome: 'ran' }>, result: Graded): VerdictBody {
  const parts = partsOf(result);
  const message = `${summary(result)}${hint(tried)}`;
  if (result.resolution === 'RESOLVED_FULL') return { status: 'CORRECT', message, parts };
  return incorrect(reasonOf(tried), message, { parts });
}

// What the patch did besides failing: it then explains the failure.
function reasonOf({ outOfMemory, cutBytes }: Extract<Attempt, { outcome: 'ran' }>): string {
  if (outOfMemory) return 'memory_limit';
  return cutBytes > 0 ? 'output_limit' : 'tests_failed';
}

function hint({ label, cutBytes, appliedBy }: Extract<Attempt, { outcome: 'ran' }>): string {
  const hints = [
    ...(cutBytes > 0 ? [`${cutBytes} bytes of output left out`] : []),
    ...(label === undefined ? [] : [`perhaps ${label.reason} (${label.kind})`]),
    ...(appliedBy === undefined || appliedBy === 'git apply --verbose' ? [] : [`applied by ${appliedBy}`]),
  ];
  return hints.length === 0 ? '' : ` [${hints.join('; ')}]`;
}

function attemptSettings(instance: Instance, options: JudgeOptions): AttemptSettings {
  return {
    container: {
      image: imageName(instance),
      owner: options.owner,
      workdir: workdirOf(instance),
      memoryBytes: instance.memoryLimitBytes || (options.memoryBytes ?? 4 * 1024 ** 3),
      cpus: options.cpus ?? 1,
      pids: options.pids ?? 1024,
      network: instance.network,
      runtime: options.runtime ?? '',
    },
    timeoutS: instance.timeoutS || (options.timeoutS ?? 1800),
    outputBytes: options.outputBytes ?? 32 * 1024 * 1024,
    signal: options.signal,
    log: options.log,
  };
}
