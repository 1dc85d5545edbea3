/** `assay swebench prune`: makes room where images of instances take too much. */
import { createInterface } from 'node:readline/promises';
import {
  type InstanceImage,
  openEngine,
  type PrunePlan,
  planPrune,
  removeImages,
  totalBytes,
} from '@assay/code';
import { exitCodes, usageError } from '../exit.ts';
import { oneLine, table } from '../terminal.ts';
import { sizeText } from './size.ts';

export interface PruneOptions {
  /** Bytes that may stay. */
  keep: number;
  dryRun?: boolean;
  /** Removes without asking. */
  yes?: boolean;
}

/** Lists, asks, removes, and answers with the exit code. Errors: `no_docker`; `usage` where nobody can be asked. */
export async function prune({ keep, dryRun, yes }: PruneOptions): Promise<number> {
  const docker = await openEngine();
  const plan = await planPrune(docker, keep);
  const fits = totalBytes(plan.stay) <= keep;
  process.stdout.write(planText(plan, keep));
  if (plan.remove.length === 0 || dryRun) return fits ? exitCodes.ok : exitCodes.failed;
  if (!yes && !(await confirmed())) {
    process.stdout.write('Nothing was removed.\n');
    return exitCodes.failed;
  }
  const { removed, kept, freedBytes } = await removeImages(docker, plan.remove);
  process.stdout.write(`${plural(removed.length)} removed, about ${sizeText(freedBytes)}\n`);
  for (const [name, why] of kept) process.stdout.write(`  ${oneLine(name)} stays: ${oneLine(why)}\n`);
  return fits && kept.size === 0 ? exitCodes.ok : exitCodes.failed;
}

function planText({ remove, stay }: PrunePlan, keep: number): string {
  const all = [...remove, ...stay];
  const head = `${plural(all.length)} of instances, ${sizeText(totalBytes(all))}; ${sizeText(keep)} may stay\n`;
  const left = totalBytes(stay);
  const rest =
    left > keep ? `${plural(stay.length)} that containers use stay: ${sizeText(left)} are left.\n` : '';
  if (remove.length === 0) return `${head}Nothing is to be removed.\n${rest}`;
  const rows = remove.map((image) => [`  ${nameOf(image)}`, sizeText(image.bytes), dayOf(image)]);
  return `${head}\n${table([['  image', 'size', 'last used or made'], ...rows])}\n${rest}`;
}

function nameOf({ names: [name], id }: InstanceImage): string {
  return oneLine(name ?? id.slice(0, 19));
}

function dayOf({ usedMs }: InstanceImage): string {
  return new Date(usedMs).toISOString().slice(0, 16).replace('T', ' ');
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw usageError(
      'Nothing was removed: there is nobody to ask.',
      'Add --yes to remove them, or --dry-run.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('Remove these images? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

function plural(count: number): string {
  return `${count.toLocaleString('en-US')} image${count === 1 ? '' : 's'}`;
}
