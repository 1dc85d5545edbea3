/** Instances, read from files. */
import type { Problem, ProblemInit } from '@assay/contract';
import type { BadRow } from '@assay/datasets';
import { unusableInput, usageError } from '../exit.ts';
import { oneLine } from '../terminal.ts';

/** What names an instance and its image. */
export type Instance = Pick<NonNullable<Problem['repositoryPatch']>, 'instanceId' | 'image'> & { id: string };

/**
 * The instances of files, each once, in their order; at most `limit`. Errors: `usage` where a problem is none or there
 * are none, and those of reading the files.
 */
export async function readInstances(
  paths: string[],
  onBadRow: (row: BadRow) => void,
  limit = Number.POSITIVE_INFINITY,
): Promise<Instance[]> {
  const { readSamples } = await import('@assay/datasets');
  const instances = new Map<string, Instance>();
  try {
    for await (const { problem } of readSamples(paths, { onBadRow })) {
      const instance = instanceOf(problem);
      instances.set(instance.id, instance);
      if (instances.size >= limit) break;
    }
  } catch (error) {
    throw unusableInput(error);
  }
  if (instances.size > 0) return [...instances.values()];
  throw usageError(
    `There is no instance in ${paths.join(', ')}.`,
    'Name files with instances; predictions only refer to them.',
  );
}

function instanceOf({ id = '', repositoryPatch }: ProblemInit): Instance {
  if (!repositoryPatch) {
    throw usageError(
      `${oneLine(JSON.stringify(id), 200)} is no SWE-bench instance: it has no repository for a patch.`,
      'Name files with instances; assay run --help lists the formats.',
    );
  }
  const { instanceId = '', image = '' } = repositoryPatch;
  return { id, instanceId, image };
}
