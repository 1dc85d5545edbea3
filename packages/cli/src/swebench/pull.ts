/** `assay swebench pull`: the images of instances, before a run needs them. */
import { imageName, openEngine, prePull } from '@assay/code';
import { BadRows } from '../bad-rows.ts';
import { exitCodes } from '../exit.ts';
import { formatDuration } from '../progress.ts';
import { oneLine } from '../terminal.ts';
import { readInstances } from './instances.ts';

export interface PullOptions {
  /** Most instances: the first ones are taken. */
  limit?: number;
}

/** Pulled at the same time. */
const together = 4;

const words = { present: 'is here already', pulled: 'pulled', failed: 'failed' } as const;

/** Pulls, tells of each image, and answers with the exit code. Errors: `usage`, `no_docker`, those of reading files. */
export async function pull(paths: string[], { limit }: PullOptions): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const badRows = new BadRows(say);
  const instances = await readInstances(paths, (row) => badRows.add(row), limit);
  const images = [...new Set(instances.map(imageName))];
  const docker = await openEngine();
  const counts = { present: 0, pulled: 0, failed: 0 };
  const begin = performance.now();
  let done = 0;
  say(`${plural(instances.length, 'instance')}, ${plural(images.length, 'image')}, ${together} at a time`);
  const failed = await prePull(docker, images, together, (name, pulled) => {
    counts[pulled.outcome]++;
    const after = formatDuration((performance.now() - begin) / 1000);
    const why = pulled.outcome === 'failed' ? `: ${oneLine(pulled.why)}` : '';
    say(`[${++done}/${images.length}] ${oneLine(name)} ${words[pulled.outcome]}${why} (${after})`);
  });
  const { present, pulled } = counts;
  process.stdout.write(
    `${plural(images.length, 'image')}: ${pulled} pulled, ${present} here already, ${failed.size} failed\n`,
  );
  for (const [name, why] of failed) process.stdout.write(`  ${oneLine(name)}: ${oneLine(why)}\n`);
  if (badRows.summary !== undefined) say(badRows.summary);
  if (failed.size > 0) {
    say(
      'The same command again pulls only what is missing. Images that no registry has can come by docker load.',
    );
    return exitCodes.failed;
  }
  return badRows.count > 0 ? exitCodes.incomplete : exitCodes.ok;
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
