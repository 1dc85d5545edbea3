/** How the input of a run is read: kept with the run, so that it can be read again. */
import { existsSync } from 'node:fs';
import type { Run } from '@assay/contract';
import type { FormatName } from '@assay/datasets';

/** What decides on the contents of problems and candidates, beside the files. */
export interface Reading {
  format?: FormatName;
  problems?: string[];
  /** Conventions for math answers. */
  policy?: string;
}

/** Labels of a run for these files. */
export function labelsOf(paths: readonly string[], { format, problems, policy }: Reading): Run['labels'] {
  return {
    samples: paths.join(', '),
    ...(problems !== undefined && { problems: problems.join(', ') }),
    ...(format !== undefined && { format }),
    ...(policy !== undefined && { policy }),
  };
}

/** The files that such labels name, and how they were read. */
export function readingOf({
  samples,
  problems,
  format,
  policy,
}: Run['labels']): Reading & { paths: string[] } {
  return {
    paths: filesIn(samples),
    ...(problems !== undefined && { problems: filesIn(problems) }),
    ...(format !== undefined && { format: format as FormatName }),
    ...(policy !== undefined && { policy }),
  };
}

/** A name may have the separator within it. */
function filesIn(label = ''): string[] {
  return label === '' || existsSync(label) ? [label].filter(Boolean) : label.split(', ');
}
