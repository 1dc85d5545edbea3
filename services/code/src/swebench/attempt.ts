/** One try at a patch in one container: apply it, run the tests, read the log. */

import type { VerifyContext } from '@assay/verifier-kit';
import type Dockerode from 'dockerode';
import { applyPatch, patchFile } from './apply.ts';
import { type ContainerSettings, Sandbox } from './container.ts';
import { type Graded, grade, type Ungraded } from './grade.ts';
import type { Instance } from './instance.ts';
import { type FailureLabel, failureLabel } from './labels.ts';
import { logText } from './markers.ts';
import { evalScript } from './script.ts';

/** What came of it. */
export type Attempt =
  | { readonly outcome: 'patch_failed'; readonly complaint: string }
  /** The patch wrote files that were thought to have been taken out of it. */
  | { readonly outcome: 'smuggled'; readonly paths: readonly string[] }
  | { readonly outcome: 'time_limit' }
  | { readonly outcome: 'memory_limit' }
  /** The container is gone, by nobody's doing in it. */
  | { readonly outcome: 'lost'; readonly why: string }
  | {
      readonly outcome: 'ran';
      readonly result: Graded | Ungraded;
      readonly appliedBy: string | undefined;
      readonly outOfMemory: boolean;
      readonly cutBytes: number;
      readonly label: FailureLabel | undefined;
    };

export interface AttemptSettings {
  readonly container: ContainerSettings;
  readonly timeoutS: number;
  readonly outputBytes: number;
  readonly signal: AbortSignal;
  readonly log: VerifyContext['log'];
}

const scriptFile = '/assay.sh';
const lost: Attempt = { outcome: 'lost', why: 'its container was ended from outside' };

/**
 * Tries a patch; without one, the tests run on the repository as it is. `forbidden` says of a path whether the patch
 * may not have written it. Throws what the engine throws, and the signal's reason when that aborts.
 */
export async function attempt(
  docker: Dockerode,
  instance: Instance,
  patch: string | undefined,
  forbidden: (path: string) => boolean,
  settings: AttemptSettings,
): Promise<Attempt> {
  const { signal, log } = settings;
  const sandbox = await Sandbox.start(docker, settings.container, signal, log);
  try {
    return await tryIn(sandbox, instance, patch, forbidden, settings);
  } catch (error) {
    signal.throwIfAborted();
    // Whatever the engine says of a container that is gone: that it is gone is the reason.
    if (!(await sandbox.examine()).running) return lost;
    throw error;
  } finally {
    await sandbox.remove();
    signal.throwIfAborted();
  }
}

async function tryIn(
  sandbox: Sandbox,
  instance: Instance,
  patch: string | undefined,
  forbidden: (path: string) => boolean,
  settings: AttemptSettings,
): Promise<Attempt> {
  if (patch === undefined) return runTests(sandbox, instance, undefined, settings);
  await sandbox.put({ [patchFile]: patch });
  const applied = await applyPatch(sandbox);
  if (applied.by === undefined) return { outcome: 'patch_failed', complaint: applied.complaint };
  const paths = applied.changed.filter(forbidden);
  return paths.length > 0
    ? { outcome: 'smuggled', paths }
    : runTests(sandbox, instance, applied.by, settings);
}

async function runTests(
  sandbox: Sandbox,
  instance: Instance,
  appliedBy: string | undefined,
  settings: AttemptSettings,
): Promise<Attempt> {
  const { timeoutS, outputBytes } = settings;
  const { text, nonces } = evalScript(instance);
  // Read as a whole before its first line runs, which removes it: the tests find no file that tells the nonces.
  await sandbox.put({ [scriptFile]: `rm -f ${scriptFile}\n${text}\n` });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void sandbox.kill();
  }, timeoutS * 1000);
  const executed = await sandbox
    .execute(['/bin/bash', '-c', `exec 2>&1; . ${scriptFile}`], outputBytes)
    .finally(() => clearTimeout(timer));
  if (timedOut) return { outcome: 'time_limit' };

  const log = logText(executed.output);
  const result = grade(log, instance, nonces);
  const passed = result.graded && result.resolution === 'RESOLVED_FULL';
  const { running, outOfMemory } = passed ? { running: true, outOfMemory: false } : await sandbox.examine();
  if (!running) return outOfMemory ? { outcome: 'memory_limit' } : lost;
  return {
    outcome: 'ran',
    result,
    appliedBy,
    outOfMemory,
    cutBytes: executed.cutBytes,
    label: passed ? undefined : failureLabel(log),
  };
}
