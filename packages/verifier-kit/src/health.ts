/** Asks now and then whether a verifier is fit to judge. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@assay/contract';
import { orAborted } from './abort.ts';

/** Tells of every change: what ails it, or undefined where it is well again. It is taken for well at first. */
export async function watchHealth(
  ask: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
  changed: (fault: string | undefined) => void,
): Promise<void> {
  let well = true;
  while (!signal.aborted) {
    const fault = await faultOf(ask, everyMs, signal);
    if (signal.aborted) return;
    if (well !== (fault === undefined)) changed(fault);
    well = fault === undefined;
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** An answer that does not come in time is one, too: whatever `ask` makes of its signal. */
async function faultOf(
  ask: (signal: AbortSignal) => Promise<void>,
  withinMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    await orAborted(ask(limit), limit, () => new Error(`no answer within ${withinMs} ms`));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
