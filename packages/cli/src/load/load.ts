/** `assay bench verifier`: one verifier alone under growing load. */
import { VerifierClient } from '@assay/client';
import type { FormatName } from '@assay/datasets';
import { type LoadStep, renderLoadTest } from '@assay/report';
import { BadRows } from '../bad-rows.ts';
import { exitCodes } from '../exit.ts';
import { catchInterrupts } from '../interrupt.ts';
import { ProgressLine } from '../progress.ts';
import { Samples } from '../samples.ts';
import { hasColors } from '../terminal.ts';
import { writeWhole } from '../write-whole.ts';
import { Feed } from './feed.ts';
import { loadTest } from './load-test.ts';

export interface LoadOptions {
  samples: string[];
  format?: FormatName;
  problems?: string[];
  concurrency?: number[];
  seconds: number;
  batch?: number;
  target?: number;
  json?: boolean;
  out?: string;
}

/** Milliseconds for a verifier that is being started. */
const connectMs = 15_000;

/**
 * Loads the verifier at an address, prints what it takes, and answers with the exit code.
 * Errors: `verifier_unreachable`, `usage`, and those of reading samples.
 */
export async function benchVerifier(address: string, options: LoadOptions): Promise<number> {
  const { samples: files, format, problems, out } = options;
  const interrupts = catchInterrupts();
  const { signal } = interrupts;
  const progress = new ProgressLine();
  const badRows = new BadRows((line) => progress.note(line));
  let verifier: VerifierClient | undefined;
  try {
    const samples = await Samples.open(files, {
      ...(format !== undefined && { format }),
      ...(problems !== undefined && { problems }),
      onBadRow: (row) => badRows.add(row),
      signal,
    });
    verifier = await VerifierClient.connect(address, connectMs, signal);
    const feed = await Feed.read(samples, verifier.description);
    if (badRows.summary !== undefined) progress.note(badRows.summary);
    progress.note(`${feed.distinct.toLocaleString('en-US')} different candidates`);
    const test = await loadTest({
      ...options,
      address,
      files,
      verifier,
      feed,
      signal,
      onStep: (inFlight) => {
        const start = performance.now();
        const what = inFlight === 0 ? 'the first verdict' : `${inFlight} in flight`;
        progress.startLine(async () => `${what}, ${Math.round((performance.now() - start) / 1000)} s`);
      },
      onStepEnd: (step) => {
        progress.stop();
        progress.note(told(step));
      },
    });
    progress.stop();
    const text = `${JSON.stringify(test, null, 2)}\n`;
    process.stdout.write(options.json ? text : renderLoadTest(test, { color: hasColors(process.stdout) }));
    if (out !== undefined) await writeWhole(out, [text]);
    if (signal.aborted) return interrupts.exitCode;
    if (test.capacity === null) return exitCodes.failed;
    return test.steps.some(({ errors }) => errors.length > 0) ? exitCodes.incomplete : exitCodes.ok;
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.stop();
    progress.note('stopped: nothing was measured yet');
    return interrupts.exitCode;
  } finally {
    progress.stop();
    verifier?.close();
    interrupts.dispose();
  }
}

function told({ inFlight, rate, latencyMs, refused, errors, stalled }: LoadStep): string {
  const failed = errors.reduce((sum, { count }) => sum + count, 0);
  const parts = [`${inFlight} in flight: ${rate.toFixed(1)} verdicts/s`];
  if (latencyMs.mean !== null) parts.push(`mean ${latencyMs.mean.toFixed(1)} ms`);
  if (refused > 0) parts.push(`${refused} refused`);
  if (failed > 0) parts.push(`${failed} errors`);
  if (stalled) parts.push('nothing came any more');
  return parts.join(' · ');
}
