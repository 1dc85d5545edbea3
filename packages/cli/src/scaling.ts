/** Scaling laws of runs and of tables of counts. */
import { type CountTable, familyLines, scalingLines } from '@assay/report';
import { type FamilyOverlay, familyOverlay, type ScalingLaw, scalingLaw } from '@assay/statistics';
import { exitCodes, usageError } from './exit.ts';
import { openCountTables, type TableOptions } from './tables.ts';
import { hasColors, oneLine, painter } from './terminal.ts';

export interface ScalingFlags extends TableOptions {
  level: number;
  target?: number[];
  from?: number[];
  budget?: number;
  family?: boolean;
  ascii?: boolean;
  json?: boolean;
}

interface Scaled {
  name: string;
  /** Without any judged candidate: they are left out. */
  empty: number;
  missing: number;
  /** Ids of the others, by position. */
  problems: string[];
  counts: { n: number[]; c: number[] };
  law: ScalingLaw;
}

/** Prints the laws of each table, and answers with the exit code. Errors: those of openCountTables, `usage`. */
export async function scaling(args: string[], flags: ScalingFlags): Promise<number> {
  const all = (await openCountTables(args, flags)).map((table) => scaled(table, flags));
  const family = flags.family ? familyOf(all) : null;
  process.stdout.write(flags.json ? jsonText(all, family) : textOf(all, family, flags));
  return all.some(({ missing }) => missing > 0) ? exitCodes.incomplete : exitCodes.ok;
}

function scaled(table: CountTable, { level, target, from, budget }: ScalingFlags): Scaled {
  const judged = table.problems.flatMap((_, i) => ((table.n[i] as number) > 0 ? [i] : []));
  const of = (column: readonly number[]) => judged.map((i) => column[i] as number);
  const counts = { n: of(table.n), c: of(table.c) };
  const least = counts.n.reduce((least, n) => Math.min(least, n), Number.POSITIVE_INFINITY);
  const late = from?.find((each) => each >= least);
  if (late !== undefined) {
    throw usageError(
      `--from ${late} leaves nothing to predict: ${oneLine(table.name)} has a problem with only ${least} candidates.`,
      `Give less than ${least}, or leave such problems out of the table.`,
    );
  }
  return {
    name: table.name,
    empty: table.problems.length - judged.length,
    missing: table.missing.reduce((sum, each) => sum + each, 0),
    problems: judged.map((i) => table.problems[i] as string),
    counts,
    law: scalingLaw(counts, {
      level,
      ...(target && { targets: target }),
      ...(from && { backtests: from }),
      ...(budget !== undefined && { budget }),
    }),
  };
}

function familyOf(all: readonly Scaled[]): FamilyOverlay {
  if (all.length > 1) return familyOverlay(all);
  throw usageError('--family takes two tables or more.', 'Give the tables of all models of the family.');
}

function jsonText(all: readonly Scaled[], family: FamilyOverlay | null): string {
  const tables = all.map(({ name, empty, missing, problems, law }) => ({
    ...{ name, empty, missing },
    ...law,
    next: law.next.map(({ problem, ...rest }) => ({ problem: problems[problem], ...rest })),
  }));
  return `${JSON.stringify({ schema: 'assay.scaling/v1', tables, family }, null, 2)}\n`;
}

function textOf(
  all: readonly Scaled[],
  family: FamilyOverlay | null,
  { ascii = false }: ScalingFlags,
): string {
  const paint = painter(process.stdout);
  const color = hasColors(process.stdout);
  const lines: string[] = [];
  for (const { name, empty, missing, problems, law } of all) {
    lines.push('', paint('bold', `Scaling of ${oneLine(name, 60)}`));
    lines.push(...scalingLines(law, { color, ascii, problems }));
    if (empty > 0)
      lines.push(paint('yellow', `  note: problems without a judged candidate, left out: ${empty}`));
    if (missing > 0) {
      lines.push(paint('yellow', `  note: candidates without a verdict, which count in nothing: ${missing}`));
    }
  }
  if (family !== null) lines.push('', paint('bold', 'The family'), ...familyLines(family, ascii));
  return lines
    .slice(1)
    .map((line) => `${line}\n`)
    .join('');
}
