/** When images were used last: the engine does not keep that, so there is a file for each, touched at each use. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Uses by this process: all there is where the files cannot be written. */
const uses = new Map<string, number>();

/** Says that an image is used now. */
export async function noteUse(id: string): Promise<void> {
  uses.set(id, Date.now());
  const path = fileOf(id);
  await mkdir(dirname(path), { recursive: true })
    .then(() => writeFile(path, ''))
    .catch(() => {});
}

/** When an image was used last, by whatever process of this user; milliseconds since 1970, undefined: not known. */
export async function lastUse(id: string): Promise<number | undefined> {
  const noted = await stat(fileOf(id)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  const own = uses.get(id);
  return noted === undefined || own === undefined ? (noted ?? own) : Math.max(noted, own);
}

/** To be told when an image is gone. */
export async function forgetUse(id: string): Promise<void> {
  uses.delete(id);
  await rm(fileOf(id), { force: true }).catch(() => {});
}

function fileOf(id: string): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'assay/images', id.replace(/[^A-Za-z0-9]+/g, '-'));
}
