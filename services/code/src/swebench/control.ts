/**
 * Whose fault it is when a run shows no tests at all: the same tests on the repository without the patch tell. Where
 * they show nothing either, the image or the script is broken, and no patch is to blame.
 */
import { createHash } from 'node:crypto';
import type { Attempt } from './attempt.ts';
import type { Instance } from './instance.ts';

/** True: tests can be seen to run without the patch. */
export type Control = Promise<boolean>;

const most = 1000;
const known = new Map<string, Control>();

/** Whether an instance's environment works; found out by `run` once per image and script, and then remembered. */
export async function environmentWorks(
  imageId: string,
  instance: Instance,
  run: () => Promise<Attempt>,
): Promise<boolean> {
  const key = createHash('sha256')
    .update(JSON.stringify([imageId, { ...instance, failToPass: [], passToPass: [] }]))
    .digest('hex');
  const found = known.get(key);
  try {
    if (found !== undefined) return await found;
  } catch {
    // Whoever asked first may have been cancelled: asked again.
  }
  const control = run().then((attempt) => {
    if (attempt.outcome === 'lost') throw new Error(`the run without the patch was lost: ${attempt.why}`);
    // Tests that hang or swell until the patch mends them do run.
    return attempt.outcome !== 'ran' || attempt.result.graded || attempt.result.kind === 'log';
  });
  known.set(key, control);
  control.catch(() => known.delete(key));
  const oldest = known.keys().next().value;
  if (known.size > most && oldest !== undefined) known.delete(oldest);
  return control;
}
