/** `assay datasets pull`: public sets from their homes, checked. */
import { type Check, lockName, type PublicFile, type PublicSet, publicSets, pullFile } from '@assay/datasets';
import { exitCodes, usageError } from '../exit.ts';
import { catchInterrupts } from '../interrupt.ts';
import { ProgressLine } from '../progress.ts';
import { nearest } from '../tables/near.ts';
import { oneLine } from '../terminal.ts';
import { sizeText } from './text.ts';

export interface PullSetOptions {
  dir: string;
  baseUrl?: string;
  force?: boolean;
}

const checks: Record<Check, string> = {
  pinned: 'its SHA-256 is the one known in advance',
  locked: `its SHA-256 is that of the first download (${lockName})`,
  server: `its SHA-256 is the one that the server names; it is in ${lockName} now`,
  'first use': `nothing says what it should be; its SHA-256 is in ${lockName} now, and later pulls must have it`,
};

/** Pulls sets, tells what is pulled and how it was checked, and answers with the exit code. */
export async function pullSets(names: readonly string[], options: PullSetOptions): Promise<number> {
  const sets = names.map(setOf);
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  let line: string | undefined;
  progress.startLine(async () => line);
  try {
    for (const set of sets) {
      progress.note(`${set.name}: ${set.about}\n  from ${set.home}\n  licence: ${set.licence}`);
      if (set.warning !== undefined) progress.note(`  warning: ${set.warning}`);
      for (const file of set.files) {
        const pulled = await pullFile(set, file, {
          ...options,
          signal: interrupts.signal,
          onBytes: (_, bytes) => {
            line = progressOf(file, bytes);
          },
        });
        line = undefined;
        const { path, bytes, present, check } = pulled;
        progress.note(`  ${path} ${present ? 'is here already' : sizeText(bytes)}: ${checks[check]}`);
        process.stdout.write(`${path}\n`);
      }
    }
    return exitCodes.ok;
  } catch (error) {
    if (interrupts.signal.aborted) return interrupts.exitCode;
    throw error;
  } finally {
    progress.stop();
    interrupts.dispose();
  }
}

function setOf(name: string): PublicSet {
  const set = publicSets.find((each) => each.name === name);
  if (set !== undefined) return set;
  const names = publicSets.map((each) => each.name);
  const near = nearest(name, names);
  throw usageError(
    `There is no set ${oneLine(JSON.stringify(name), 100)}.${near.length === 0 ? '' : ` Do you mean ${near.join(' or ')}?`}`,
    `There are ${names.join(', ')}.`,
  );
}

function progressOf({ path, bytes: all }: PublicFile, bytes: number): string {
  return `${path}: ${sizeText(bytes)}${all === undefined ? '' : ` of ${sizeText(all)}`}`;
}
