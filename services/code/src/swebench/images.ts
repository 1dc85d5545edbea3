/** Images of instances: brought here before a run, and removed when they take too much room. */
import { AssayError } from '@assay/contract';
import type Dockerode from 'dockerode';
import { forgetUse, lastUse, noteUse } from './last-use.ts';

/** Names that the harness gives to images of instances, and the label by which others can be counted among them. */
const namePattern = /(?:^|\/)sweb\.eval\./;
export const imageLabel = 'assay.image';

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
      // What goes wrong after the first layer is one of the events, and no error of the stream.
      docker.modem.followProgress(stream, (error, events: { error?: string }[] = []) => {
        const failed = events.find((event) => event.error !== undefined);
        if (error === null && failed === undefined) resolve();
        else reject(error ?? new Error(failed?.error));
      });
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

/** What became of an image that was to be here. */
export type Pulled =
  | { readonly outcome: 'present' | 'pulled' }
  | { readonly outcome: 'failed'; readonly why: string };

/**
 * Pulls images, at most `together` at a time; says which could not be had, and why. `onImage` is told of each as soon as
 * it is here, or cannot be had.
 */
export async function prePull(
  docker: Dockerode,
  images: readonly string[],
  together = 4,
  onImage: (name: string, pulled: Pulled) => void = () => {},
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  const queue = [...new Set(images)];
  const pullNext = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      try {
        const present = (await idOf(docker, name)) !== undefined;
        await ensureImage(docker, name, true);
        onImage(name, { outcome: present ? 'present' : 'pulled' });
      } catch (error) {
        const why = oneLine(error);
        failed.set(name, why);
        onImage(name, { outcome: 'failed', why });
      }
    }
  };
  await Promise.all(Array.from({ length: together }, pullNext));
  return failed;
}

/** An image of an instance, as the engine has it. */
export interface InstanceImage {
  readonly id: string;
  /** Its names; none where it lost them. */
  readonly names: readonly string[];
  readonly bytes: number;
  /** Milliseconds since 1970: when it was used last, or else made. */
  readonly usedMs: number;
}

/** What is to be removed. Layers that images share are counted once for each: the real use is less. */
export interface PrunePlan {
  /** Least recently used first. */
  readonly remove: readonly InstanceImage[];
  readonly stay: readonly InstanceImage[];
}

/**
 * The images of instances that are to be removed, least recently used first, until what is left takes at most
 * `keepBytes`. Images that a container uses stay.
 */
export async function planPrune(docker: Dockerode, keepBytes: number): Promise<PrunePlan> {
  const [images, containers] = await Promise.all([docker.listImages(), docker.listContainers({ all: true })]);
  const busy = new Set(containers.map(({ ImageID: id }) => id));
  const ours = await Promise.all(images.filter(isOfInstance).map(describe));
  ours.sort((a, b) => a.usedMs - b.usedMs);
  let total = totalBytes(ours);
  const remove: InstanceImage[] = [];
  const stay: InstanceImage[] = [];
  for (const image of ours) {
    if (total <= keepBytes || busy.has(image.id)) {
      stay.push(image);
      continue;
    }
    remove.push(image);
    total -= image.bytes;
  }
  return { remove, stay };
}

/** What was removed, what the engine would not let go of, and about how many bytes were freed. */
export interface Pruned {
  readonly removed: readonly string[];
  /** By name: why. */
  readonly kept: ReadonlyMap<string, string>;
  readonly freedBytes: number;
}

/** Removes images by all their names. One that is in use by now, or that another one is made from, stays. */
export async function removeImages(docker: Dockerode, images: readonly InstanceImage[]): Promise<Pruned> {
  const removed: string[] = [];
  const kept = new Map<string, string>();
  let freedBytes = 0;
  for (const { id, names, bytes } of images) {
    const [name = id] = names;
    try {
      for (const each of names.length === 0 ? [id] : names) await removeImage(docker, each);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 409) throw error;
      kept.set(name, oneLine(error));
      continue;
    }
    await forgetUse(id);
    removed.push(name);
    freedBytes += bytes;
  }
  return { removed, kept, freedBytes };
}

/** Bytes of images together. */
export function totalBytes(images: readonly InstanceImage[]): number {
  return images.reduce((sum, { bytes }) => sum + bytes, 0);
}

// One that somebody else has removed is removed.
async function removeImage(docker: Dockerode, name: string): Promise<void> {
  try {
    await docker.getImage(name).remove();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error;
  }
}

function isOfInstance({ RepoTags: tags, Labels: labels }: Dockerode.ImageInfo): boolean {
  return (tags?.some((tag) => namePattern.test(tag)) ?? false) || labels?.[imageLabel] === 'swebench';
}

async function describe(image: Dockerode.ImageInfo): Promise<InstanceImage> {
  const { Id: id, RepoTags: tags, Size: bytes, Created: created } = image;
  const names = (tags ?? []).filter((name) => name !== '<none>:<none>');
  return { id, names, bytes, usedMs: (await lastUse(id)) ?? created * 1000 };
}

async function idOf(docker: Dockerode, name: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(name).inspect()).Id;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

async function use(id: string): Promise<string> {
  await noteUse(id);
  return id;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
