/** Tables of scores from rows: one a candidate, or one a problem with lists. */
import { AssayError } from '@assay/contract';
import { readTableRows, type TableFormat, type TableRow } from '@assay/datasets';
import type { ScoreTable, ScoreTables } from '@assay/report';
import {
  BadTable,
  type Cell,
  cellOf,
  correctOf,
  idOf,
  isObject,
  nameOf,
  numberOf,
  ofRow,
  problemNames,
  shown,
} from './cells.ts';

interface Candidate {
  correct: Cell;
  class: Cell;
  scores: Cell[];
}

/** One problem as its rows come. */
class Problem implements ScoreTable {
  readonly id: string;
  readonly correct: number[] = [];
  readonly classes: number[] = [];
  readonly scores: number[][];
  readonly #numbers = new Map<string, number>();

  constructor(id: string, selectors: number) {
    this.id = id;
    this.scores = Array.from({ length: selectors }, () => []);
  }

  add(candidate: Candidate): void {
    this.correct.push(correctOf(candidate.correct));
    for (const [i, score] of candidate.scores.entries()) this.scores[i]?.push(scoreOf(score));
    const name = classOf(candidate.class);
    const number = this.#numbers.get(name) ?? this.#numbers.size;
    if (name !== '') this.#numbers.set(name, number);
    this.classes.push(name === '' ? -1 : number);
  }

  get classNames(): string[] {
    return [...this.#numbers.keys()];
  }
}

const known = new Set<string>([...problemNames, 'correct', 'class', 'classes', 'score', 'scores']);
/** Where a row cannot hold an object: the column of one selector's scores. */
const prefix = 'scores.';

/**
 * Reads files as one table.
 * @throws AssayError those of readTableRows, `bad_row`, `no_samples` where there is no candidate.
 */
export async function readScoreTables(
  paths: readonly string[],
  format?: TableFormat | undefined,
): Promise<ScoreTables> {
  const problems = new Map<string, Problem>();
  let selectors: string[] | undefined;
  const options = { format, columns: (name: string) => known.has(name) || name.startsWith(prefix) };
  for await (const row of readTableRows(paths, options)) {
    ofRow(row, () => {
      const scores = scoresIn(row);
      selectors ??= [...scores.keys()];
      requireNames([...scores.keys()], selectors);
      const id = idOf(row);
      const problem = problems.get(id) ?? new Problem(id, selectors.length);
      problems.set(id, problem);
      const cells = selectors.map((name) => ({ ...row, name, value: scores.get(name) }));
      for (const candidate of candidatesOf(row, cells)) problem.add(candidate);
    });
  }
  const tables = [...problems.values()].filter(({ correct }) => correct.length > 0);
  if (selectors === undefined || tables.length === 0) {
    throw new AssayError('no_samples', `There is no candidate in ${paths.join(', ')}.`, {
      mend: 'assay select --help shows what rows look like.',
    });
  }
  const classesBy = tables.some(({ classNames }) => classNames.length > 0) ? 'the table' : null;
  return { selectors, classesBy, problems: tables };
}

/** By selector: a score, or a list of them. */
function scoresIn({ fields }: TableRow): Map<string, unknown> {
  const { score, scores } = fields;
  const flat = Object.entries(fields).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
  const kinds = [score !== undefined, scores !== undefined, flat.length > 0].filter(Boolean).length;
  const named =
    score !== undefined ? [['score', score] as const] : isObject(scores) ? Object.entries(scores) : flat;
  const byName = new Map(named);
  if (kinds === 1 && byName.size > 0 && !byName.has('')) return byName;
  throw new BadTable(
    'there are no scores by name',
    'Give each row "scores": {"NAME": 0.5, …} (a column scores.NAME for each), or "score": 0.5 where there is one selector.',
  );
}

function requireNames(names: readonly string[], selectors: readonly string[]): void {
  const missing = selectors.find((name) => !names.includes(name));
  const strange = names.find((name) => !selectors.includes(name));
  if (missing === undefined && strange === undefined) return;
  throw new BadTable(
    strange === undefined
      ? `the score ${JSON.stringify(missing)} is missing`
      : `the first row has no score ${JSON.stringify(strange)}`,
    'Give every row the same scores; null stands for one that is missing.',
  );
}

/** One candidate, or where `correct` is a list, as many as it has. */
function candidatesOf(row: TableRow, scores: Cell[]): Candidate[] {
  const correct = cellOf(row, ['correct']);
  const own = cellOf(row, ['class']);
  const classes = cellOf(row, ['classes']);
  const verdicts = correct.value;
  if (!Array.isArray(verdicts)) {
    // Where a Parquet file has both columns, one of them is null.
    if (classes.value !== undefined && classes.value !== null)
      throw lengths('"classes"', 'no list', 'one candidate');
    return [{ correct, class: own, scores }];
  }
  const list = (what: string, cell: Cell): Cell[] => {
    const { value } = cell;
    if (Array.isArray(value) && value.length === verdicts.length) {
      return value.map((each: unknown) => ({ ...cell, value: each }));
    }
    const given = Array.isArray(value) ? `${value.length} entries` : 'no list';
    throw lengths(what, given, `${verdicts.length} candidates`);
  };
  const columns = scores.map((cell) => list(`score ${JSON.stringify(cell.name)}`, cell));
  const names = classes.value === undefined || classes.value === null ? [] : list('"classes"', classes);
  const none: Cell = { ...own, value: null };
  return verdicts.map((value: unknown, i) => ({
    correct: { ...correct, value },
    class: names[i] ?? none,
    scores: columns.map((column) => column[i] ?? none),
  }));
}

function lengths(name: string, what: string, candidates: string): BadTable {
  return new BadTable(
    `${name} has ${what} for ${candidates}`,
    'A row is on one candidate (no lists), or on a problem: then "correct", "classes" and each score are lists of equal length.',
  );
}

function classOf(cell: Cell): string {
  return nameOf(cell, 'Give a text or a number as a class, or null for no answer.');
}

function scoreOf(cell: Cell): number {
  if (cell.value === null) return Number.NaN;
  const score = numberOf(cell);
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new BadTable(
    `a score is ${shown(cell.value)}`,
    `Give a finite number, or ${cell.texts ? 'an empty cell' : 'null'} where it is missing.`,
  );
}
