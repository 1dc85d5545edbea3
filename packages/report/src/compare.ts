/** What one set of candidates gets more than another, over the problems that both are for. */
import {
  type Interval,
  mcnemarExact,
  newcombeInterval,
  type PairedRates,
  pairedCoverage,
  roundKs,
} from '@assay/statistics';
import { resamplesFor } from './agreements.ts';
import { leastOf, type Rates, selectionOf } from './compare-selection.ts';
import type { CountTable } from './count-table.ts';
import type { ScoreTables } from './selectors.ts';

export const compareSchema = 'assay.compare/v1';

/** One side of a comparison. */
export interface Compared {
  readonly counts: CountTable;
  /** Of a stored run; `ids` are of its problems. */
  readonly scores?: { readonly ids: readonly string[]; readonly tables: ScoreTables };
}

export interface CompareOptions {
  /** Confidence level of intervals. */
  readonly level: number;
  /** Ascending. Default: few round ones, up to the smallest number of candidates. */
  readonly ks?: readonly number[];
}

/** JSON value of a comparison (schema `assay.compare/v1`). */
export interface CompareResults {
  schema: typeof compareSchema;
  level: number;
  tables: {
    name: string;
    model: string | null;
    problems: number;
    /** Judged ones, and those without a verdict. */
    candidates: number;
    missing: number;
  }[];
  /** Each but the first table, against the first. */
  pairs: Comparison[];
}

/** Differences are the second less the first; position by position, of the same problem. */
export interface Comparison {
  first: string;
  second: string;
  /** Problems of which both have judged candidates: all figures are of them. */
  problems: number;
  /** Problems of which only one of them has any. */
  onlyIn: { first: number; second: number };
  /** Null where there is no common problem, or no k. */
  coverage: PairedRates | null;
  /** Null where one of them has no answer classes. */
  majority: PairedRates | null;
  /** By selectors of the same name; where there is but one on each side, by these. */
  bestOfN: (PairedRates & { firstBy: string; secondBy: string })[];
  solved: Solved;
  /** Problems whose share of correct candidates differs most, at most 20. */
  changes: Change[];
  notes: string[];
}

/** Ids of problems with a CORRECT candidate, by who has one. */
export interface Solved {
  both: string[];
  onlyFirst: string[];
  onlySecond: string[];
  neither: string[];
  /** Two-sided, by McNemar's exact test; null where a problem has more candidates in one than in the other. */
  p: number | null;
}

export interface Change {
  problem: string;
  first: { n: number; c: number };
  second: { n: number; c: number };
  difference: number;
  /** Newcombe's, as if candidates were independent. */
  interval: Interval;
}

const maxChanges = 20;

/** Compares every table with the first. Names of tables are unique. */
export function compareTables(all: readonly Compared[], { level, ks }: CompareOptions): CompareResults {
  const [first, ...others] = all;
  return {
    schema: compareSchema,
    level,
    tables: all.map(({ counts: { name, model, problems, n, missing } }) => ({
      name,
      model,
      problems: problems.length,
      candidates: total(n),
      missing: total(missing),
    })),
    pairs:
      first === undefined ? [] : others.map((second) => compare(first, second, { level, ...(ks && { ks }) })),
  };
}

function compare(first: Compared, second: Compared, { level, ks }: CompareOptions): Comparison {
  const [a, b] = [countsOf(first), countsOf(second)];
  const shared = [...a.keys()].filter((id) => b.has(id));
  const rows = shared.map((id): Row => ({ id, first: a.get(id) as Counted, second: b.get(id) as Counted }));
  const options = { confidence: level, onShort: 'drop-k', resamples: resamplesFor(rows.length) } as const;
  const notes = notesOn(first, second, rows);
  let dropped: readonly number[] = [];
  const at: Rates = (least, rates) => {
    const asked = ks ?? roundKs(least);
    if (asked[0] === undefined || asked[0] > least) return undefined;
    const found = rates(asked);
    if (found.dropped.length > dropped.length) dropped = found.dropped;
    return found;
  };
  const least = leastOf(rows.map((row) => Math.min(row.first.n, row.second.n)));
  const columns = (side: 'first' | 'second') => ({
    n: rows.map((row) => row[side].n),
    c: rows.map((row) => row[side].c),
  });
  const coverage =
    rows.length === 0
      ? undefined
      : at(least, (used) => pairedCoverage(columns('first'), columns('second'), used, options));
  if (rows.length > 0 && coverage === undefined) {
    notes.push(
      `A problem has only ${least} judged candidates on one side: there is no rate at the k asked for.`,
    );
  }
  const selection = selectionOf(first, second, shared, at, options);
  if (dropped.length > 0) {
    notes.push(`Left out, as a problem has fewer candidates on one side: k = ${dropped.join(', ')}.`);
  }
  return {
    first: first.counts.name,
    second: second.counts.name,
    problems: rows.length,
    onlyIn: { first: a.size - rows.length, second: b.size - rows.length },
    coverage: coverage ?? null,
    ...selection,
    solved: solvedOf(rows),
    changes: changesOf(rows, level),
    notes,
  };
}

interface Counted {
  n: number;
  c: number;
  missing: number;
}

interface Row {
  id: string;
  first: Counted;
  second: Counted;
}

/** Problems with judged candidates. */
function countsOf({ counts: { problems, n, c, missing } }: Compared): Map<string, Counted> {
  return new Map(
    problems.flatMap((id, i) => {
      const own = { n: n[i] ?? 0, c: c[i] ?? 0, missing: missing[i] ?? 0 };
      return own.n > 0 ? [[id, own] as const] : [];
    }),
  );
}

function notesOn(first: Compared, second: Compared, rows: readonly Row[]): string[] {
  const notes: string[] = [];
  if (rows.length === 0) {
    const some = [first, second].map(({ counts }) => counts.problems.slice(0, 3).join(', '));
    return [`There is no common problem: the first has ${some[0]}, the second ${some[1]}.`];
  }
  const missing = rows.reduce((sum, row) => sum + row.first.missing + row.second.missing, 0);
  if (missing > 0) {
    const open = rows.filter((row) => [row.first, row.second].some(({ c, missing: m }) => c === 0 && m > 0));
    notes.push(
      `Missing verdicts (ERROR): ${missing}. Rates are of judged candidates; unsolved problems that are open: ${open.length}.`,
    );
  }
  if (rows.some((row) => row.first.n !== row.second.n)) {
    notes.push(
      'Problems have more judged candidates on one side than on the other: it had more chances to solve them, and they are not tested.',
    );
  }
  return notes;
}

function solvedOf(rows: readonly Row[]): Solved {
  const ids = (a: boolean, b: boolean) =>
    rows.filter((row) => row.first.c > 0 === a && row.second.c > 0 === b).map(({ id }) => id);
  const [onlyFirst, onlySecond] = [ids(true, false), ids(false, true)];
  const equal = rows.length > 0 && rows.every((row) => row.first.n === row.second.n);
  return {
    both: ids(true, true),
    onlyFirst,
    onlySecond,
    neither: ids(false, false),
    p: equal ? mcnemarExact(onlyFirst.length, onlySecond.length) : null,
  };
}

function changesOf(rows: readonly Row[], level: number): Change[] {
  return rows
    .map(({ id, first, second }) => ({
      id,
      first: { n: first.n, c: first.c },
      second: { n: second.n, c: second.c },
      difference: second.c / second.n - first.c / first.n,
    }))
    .filter(({ difference }) => difference !== 0)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.id < b.id ? -1 : 1))
    .slice(0, maxChanges)
    .map(({ id, first, second, difference }) => {
      const trials = ({ n, c }: Change['first']) => ({ successes: c, trials: n });
      const interval = newcombeInterval(trials(first), trials(second), level);
      return { problem: id, first, second, difference, interval };
    });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
