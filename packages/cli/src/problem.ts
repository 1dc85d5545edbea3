/** One problem of a file of problems. */
import { type Problem, type ProblemInit, problemCodec } from '@assay/contract';
import type { FormatName } from '@assay/datasets';
import { unusableInput, usageError } from './exit.ts';
import { oneLine } from './terminal.ts';

/** Most ids that an error lists. */
const shownIds = 8;

/**
 * The problem of that id, or the first one, from a file; of any format, where none is named. Errors: `usage`, and those
 * of reading.
 */
export async function pickProblem(
  file: string,
  id: string | undefined,
  format?: FormatName,
): Promise<ProblemInit> {
  const { readSamples } = await import('@assay/datasets');
  const ids = new Set<string>();
  let bad = '';
  const onBadRow = ({ line, message }: { line?: number; message: string }) => {
    bad ||= ` The first bad row${line === undefined ? '' : `, ${line}`}: ${oneLine(message)}`;
  };
  try {
    for await (const { problem } of readSamples([file], {
      onBadRow,
      ...(format !== undefined && { format }),
    })) {
      if (id === undefined || problem.id === id) return problem;
      ids.add(problem.id ?? '');
    }
  } catch (error) {
    throw unusableInput(error);
  }
  if (id === undefined) throw usageError(`${file} has no problem.`, `It must say what judges it.${bad}`);
  const more = ids.size > shownIds ? `, and ${ids.size - shownIds} more` : '';
  throw usageError(
    `${file} has no problem ${JSON.stringify(id)}.`,
    `It has ${[...ids].slice(0, shownIds).join(', ') || 'none'}${more}.${bad}`,
  );
}

/** A problem as a verifier gets it, with every field. */
export function whole(problem: ProblemInit): Problem {
  return problemCodec.deserialize(problemCodec.serialize(problem));
}
