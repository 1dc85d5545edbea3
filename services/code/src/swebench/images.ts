/** Images of instances: brought here before a run, and removed when they take too much room. */
import { AssayError } from '@assay/contract';
import type Dockerode from 'dockerode';

/** Names that the harness gives to images of instances, and the label by which others can be counted among them. */
const namePattern = /(?:^|\/)sweb\.eval\./;
export const imageLabel = 'assay.image';

/** When this process used an image last, in milliseconds: the engine does not keep that. */
const lastUsed = new Map<string, number>();

/** Brings an image here, if it may be pulled, and says what it is: its id. Throws AssayError `no_image`. */
export async function ensureImage(docker: Dockerode, name: string, pull: boolean): Promise<string> {
  const present = await idOf(docker, name);
  if (present !== undefined) return use(present);
  if (!pull) {
    throw new AssayError('no_image', `there is no image ${name} here, and it may not be pulled`, {
      mend: 'Pull or build it first, or allow pulling.',
    });
  }
  try {
    const stream = await docker.pull(name);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      );
    });
  } catch (error) {
    throw new AssayError('no_image', `the image ${name} cannot be pulled: ${oneLine(error)}`, {
      mend: 'Check the name and the registry, or load the image with docker load.',
      cause: error,
    });
  }
  const pulled = await idOf(docker, name);
  if (pulled === undefined) throw new AssayError('no_image', `the image ${name} was pulled and is not here`);
  return use(pulled);
}

/** Pulls images, at most `together` at a time; says which could not be had, and why. */
export async function prePull(
  docker: Dockerode,
  images: readonly string[],
  together = 4,
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  const queue = [...new Set(images)];
  const pullNext = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await ensureImage(docker, name, true).catch((error: unknown) =>
        failed.set(String(name), oneLine(error)),
      );
    }
  };
  await Promise.all(Array.from({ length: together }, pullNext));
  return failed;
}

/** What was removed, and about how many bytes that were. */
export interface Pruned {
  readonly removed: readonly string[];
  readonly freedBytes: number;
}

/**
 * Removes images of instances, least recently used first, until what is left takes at most `keepBytes`. Images that a
 * container uses stay. Layers that images share are counted once for each: the real use is less.
 */
export async function prune(docker: Dockerode, keepBytes: number): Promise<Pruned> {
  const [images, containers] = await Promise.all([docker.listImages(), docker.listContainers({ all: true })]);
  const busy = new Set(containers.map(({ ImageID: id }) => id));
  const ours = images
    .filter(({ RepoTags: tags, Labels: labels }) => {
      return tags?.some((tag) => namePattern.test(tag)) || labels?.[imageLabel] === 'swebench';
    })
    .sort((a, b) => usedAt(a) - usedAt(b));
  let total = ours.reduce((sum, { Size: size }) => sum + size, 0);
  const removed: string[] = [];
  let freedBytes = 0;
  for (const image of ours) {
    if (total <= keepBytes) break;
    if (busy.has(image.Id)) continue;
    for (const name of image.RepoTags ?? [image.Id]) {
      await docker.getImage(name === '<none>:<none>' ? image.Id : name).remove();
    }
    removed.push(image.RepoTags?.[0] ?? image.Id);
    lastUsed.delete(image.Id);
    total -= image.Size;
    freedBytes += image.Size;
  }
  return { removed, freedBytes };
}

async function idOf(docker: Dockerode, name: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(name).inspect()).Id;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

function use(id: string): string {
  lastUsed.set(id, Date.now());
  return id;
}

function usedAt({ Id: id, Created: created }: Dockerode.ImageInfo): number {
  return lastUsed.get(id) ?? created * 1000;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
