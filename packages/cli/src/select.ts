/** Selection figures from a table of scores, without any verifier. */
import { AssayError } from '@assay/contract';
import { type JsonRow, readJsonRows } from '@assay/datasets';
import { renderSelection, type ScoreTable, type ScoreTables, selectorResults } from '@assay/report';
import { exitCodes, unusableInput } from './exit.ts';
import { hasColors, oneLine } from './terminal.ts';

export interface SelectOptions {
  level: number;
  json?: boolean;
}

/** Prints what selection by the scores of these tables gets, and answers with the exit code. */
export async function select(paths: string[], { level, json = false }: SelectOptions): Promise<number> {
  const tables = await readTables(paths).catch((error: unknown) => {
    throw unusableInput(error);
  });
  const results = { level, problems: tables.problems.length, ...(await selectorResults(tables, level)) };
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'assay.selection/v1', ...results }, null, 2)}\n`
      : renderSelection(results, { color: hasColors(process.stdout) }),
  );
  return results.selectors.some(({ missing }) => missing > 0) ? exitCodes.incomplete : exitCodes.ok;
}

interface Candidate {
  correct: unknown;
  class: unknown;
  scores: unknown[];
}

/** One problem as its rows come. */
class Problem implements ScoreTable {
  readonly correct: number[] = [];
  readonly classes: number[] = [];
  readonly scores: number[][];
  readonly #numbers = new Map<string, number>();

  constructor(selectors: number) {
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

  get classified(): boolean {
    return this.#numbers.size > 0;
  }
}

/** What is wrong with a row, and how to mend it. */
class BadTable extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

/** Errors: those of readJsonRows, `bad_row`, `no_samples` where there is no candidate. */
async function readTables(paths: string[]): Promise<ScoreTables> {
  const problems = new Map<string, Problem>();
  let selectors: string[] | undefined;
  for await (const { file, line, fields } of readJsonRows(paths)) {
    try {
      const scores = scoresIn(fields);
      const names = Object.keys(scores);
      selectors ??= names;
      requireNames(names, selectors);
      const id = idOf(fields.problem);
      const problem = problems.get(id) ?? new Problem(selectors.length);
      problems.set(id, problem);
      const columns = selectors.map((name) => scores[name]);
      for (const candidate of candidatesOf(fields, selectors, columns)) problem.add(candidate);
    } catch (error) {
      if (!(error instanceof BadTable)) throw error;
      const { message, mend } = error;
      throw new AssayError('bad_row', `${file}:${line}: ${oneLine(message)}`, { mend });
    }
  }
  const tables = [...problems.values()].filter(({ correct }) => correct.length > 0);
  if (selectors === undefined || tables.length === 0) {
    throw new AssayError('no_samples', `There is no candidate in ${paths.join(', ')}.`, {
      mend: 'assay select --help shows what rows look like.',
    });
  }
  const classesBy = tables.some(({ classified }) => classified) ? 'the table' : null;
  return { selectors, classesBy, problems: tables };
}

type Fields = JsonRow['fields'];

/** By selector: a score, or a list of them. */
function scoresIn({ score, scores }: Fields): Record<string, unknown> {
  if (score !== undefined && scores === undefined) return { score };
  const names = isObject(scores) && score === undefined ? Object.keys(scores) : [];
  if (isObject(scores) && names.length > 0 && !names.includes('')) return scores;
  throw new BadTable(
    'there are no scores by name',
    'Give each row "scores": {"NAME": 0.5, …}, or "score": 0.5 where there is one selector.',
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
function candidatesOf(
  { correct, class: own, classes }: Fields,
  selectors: readonly string[],
  columns: readonly unknown[],
): Candidate[] {
  if (!Array.isArray(correct)) {
    if (classes !== undefined) throw lengths('"classes"', 'no list', 'one candidate');
    return [{ correct, class: own, scores: [...columns] }];
  }
  const list = (name: string, value: unknown): unknown[] => {
    if (Array.isArray(value) && value.length === correct.length) return value;
    const what = Array.isArray(value) ? `${value.length} entries` : 'no list';
    throw lengths(name, what, `${correct.length} candidates`);
  };
  const scores = columns.map((column, i) => list(`score ${JSON.stringify(selectors[i])}`, column));
  const names = classes === undefined ? [] : list('"classes"', classes);
  return correct.map((one: unknown, i) => ({
    correct: one,
    class: names[i],
    scores: scores.map((column) => column[i]),
  }));
}

function lengths(name: string, what: string, candidates: string): BadTable {
  return new BadTable(
    `${name} has ${what} for ${candidates}`,
    'A row is on one candidate (no lists), or on a problem: then "correct", "classes" and each score are lists of equal length.',
  );
}

function idOf(value: unknown): string {
  if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
  throw new BadTable(
    `"problem" is ${shown(value)}`,
    'Name the problem by a text or a number: "problem": "p1".',
  );
}

function correctOf(value: unknown): number {
  if (value === null) return -1;
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  throw new BadTable(`"correct" is ${shown(value)}`, 'Give true or false, or null where it is not known.');
}

function classOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new BadTable(`a class is ${shown(value)}`, 'Give a text or a number, or null for no answer.');
}

function scoreOf(value: unknown): number {
  if (value === null) return Number.NaN;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new BadTable(`a score is ${shown(value)}`, 'Give a finite number, or null where it is missing.');
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  // In JSON an infinite number would be null.
  return typeof value === 'number' ? String(value) : JSON.stringify(value).slice(0, 60);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
