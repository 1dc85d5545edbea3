/** Tables of counts from rows: one a problem with its counts, or one a candidate with its verdict. */
import { AssayError } from '@assay/contract';
import { readTableRows, type TableFormat, type TableRow } from '@assay/datasets';
import type { CountTable } from '@assay/report';
import {
  BadTable,
  type Cell,
  cellOf,
  correctOf,
  countOf,
  idOf,
  nameOf,
  ofRow,
  optionalCountOf,
  problemNames,
} from './cells.ts';

/** What columns are called: the first of a list that a row has counts. */
const columns = {
  problem: problemNames,
  n: ['n', 'num_samples', 'n_samples'],
  c: ['c', 'num_correct', 'n_correct'],
  correct: ['correct', 'is_correct', 'is_corrects'],
  model: ['model', 'model_name'],
  missing: ['missing', 'num_missing'],
  promptTokens: ['prompt_tokens', 'num_prompt_tokens'],
  tokens: ['tokens', 'num_tokens', 'completion_tokens'],
} as const;

const known = new Set<string>(Object.values(columns).flat());

/** Said where rows are of no use; also part of the help. */
export const countColumnsHelp = `  problem  (also ${columns.problem.filter((name) => name !== 'problem').join(', ')})
  n, c     candidates and successes among them (also ${[...columns.n.slice(1), ...columns.c.slice(1)].join(', ')}); or one row a
           candidate with correct: true, false, 1, 0, nothing where it is missing (also is_correct, is_corrects: a list)
  model, missing, prompt_tokens, tokens: optional`;

/**
 * Reads files: a table for each model of each. Memory: a few hundred bytes per problem.
 * @throws AssayError those of readTableRows, `bad_row`, `no_samples` where a file has no row.
 */
export async function readCountTables(
  paths: readonly string[],
  format?: TableFormat | undefined,
): Promise<CountTable[]> {
  const files = new Map<string, FileCounts>();
  const options = { format, columns: (name: string) => known.has(name) };
  for await (const row of readTableRows(paths, options)) {
    const file = files.get(row.file) ?? new FileCounts(row.name);
    files.set(row.file, file);
    ofRow(row, () => file.add(row));
  }
  const tables = [...files.values()].flatMap((file) => file.tables(files.size > 1));
  if (tables.length > 0) return tables;
  throw new AssayError('no_samples', `There is no row in ${paths.join(', ')}.`, {
    mend: `A table has these columns:\n${countColumnsHelp}`,
  });
}

type Kind = 'counts' | 'candidates';

/** One file as its rows come. */
class FileCounts {
  readonly #name: string;
  readonly #models = new Map<string, ModelCounts>();
  #kind: Kind | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  add(row: TableRow): void {
    const n = cellOf(row, columns.n);
    const correct = cellOf(row, columns.correct);
    const kind = kindOf(n, correct);
    this.#kind ??= kind;
    if (kind !== this.#kind) {
      throw new BadTable(
        `this row has ${kind}, and rows before have ${this.#kind}`,
        'Give all rows of a file the same columns: "n" and "c", or "correct".',
      );
    }
    const model = nameOf(cellOf(row, columns.model), 'Name the model by a text, or leave the column out.');
    const [first] = this.#models.keys();
    if (first !== undefined && (first === '') !== (model === '')) {
      throw new BadTable(
        `this row has ${model === '' ? 'no' : 'a'} model, and rows before have ${first === '' ? 'none' : 'one'}`,
        'Name the model in all rows of a file, or in none.',
      );
    }
    const counts = this.#models.get(model) ?? new ModelCounts();
    this.#models.set(model, counts);
    if (kind === 'counts') counts.addCounts(row, n);
    else counts.addCandidates(row, correct);
  }

  /** Named by their models where there are several, and by the file, too, where that is one of several. */
  tables(oneOfSeveral: boolean): CountTable[] {
    const several = this.#models.size > 1;
    return [...this.#models].map(([model, counts]) => {
      const name = several ? `${model}${oneOfSeveral ? ` (${this.#name})` : ''}` : this.#name;
      return counts.table(name, model === '' ? null : model);
    });
  }
}

function kindOf(n: Cell, correct: Cell): Kind {
  if (n.value !== undefined && correct.value !== undefined) {
    throw new BadTable(
      `there are both "${n.name}" and "${correct.name}"`,
      'Keep the counts of each problem, or one row a candidate.',
    );
  }
  if (n.value !== undefined) return 'counts';
  if (correct.value !== undefined) return 'candidates';
  throw new BadTable('there is neither "n" nor "correct"', `A table has these columns:\n${countColumnsHelp}`);
}

interface Problem {
  n: number;
  c: number;
  missing: number;
  promptTokens: number | undefined;
  tokens: number | undefined;
}

/** One model's counts as its rows come. */
class ModelCounts {
  readonly #problems = new Map<string, Problem>();

  addCounts(row: TableRow, nCell: Cell): void {
    const id = idOf(row);
    if (this.#problems.has(id)) {
      throw new BadTable(
        `problem ${JSON.stringify(id)} is there already`,
        'Add its counts up, or tell its rows apart by a column "model".',
      );
    }
    const n = countOf(nCell);
    const cCell = cellOf(row, columns.c);
    const c = countOf(cCell);
    if (c > n) {
      throw new BadTable(
        `"${cCell.name}" is ${c} of ${n} candidates`,
        'Successes are some of the candidates: give at most as many.',
      );
    }
    this.#problems.set(id, {
      n,
      c,
      missing: optionalCountOf(cellOf(row, columns.missing)) ?? 0,
      ...tokensOf(row),
    });
  }

  addCandidates(row: TableRow, cell: Cell): void {
    const id = idOf(row);
    const { promptTokens, tokens } = tokensOf(row);
    const problem = this.#problems.get(id) ?? { n: 0, c: 0, missing: 0, promptTokens, tokens: 0 };
    this.#problems.set(id, problem);
    if (promptTokens !== problem.promptTokens) {
      throw new BadTable(
        `problem ${JSON.stringify(id)} has other prompt tokens than before`,
        'Give each row of a problem the tokens of its one prompt.',
      );
    }
    const verdicts: readonly unknown[] = Array.isArray(cell.value) ? cell.value : [cell.value];
    for (const value of verdicts) {
      const correct = correctOf({ ...cell, value });
      if (correct < 0) problem.missing++;
      else problem.n++;
      if (correct > 0) problem.c++;
    }
    problem.tokens =
      problem.tokens === undefined || tokens === undefined ? undefined : problem.tokens + tokens;
  }

  table(name: string, model: string | null): CountTable {
    const problems = [...this.#problems.values()];
    const column = (values: (number | undefined)[]) =>
      values.every((value) => value !== undefined) ? values : null;
    return {
      name,
      problems: [...this.#problems.keys()],
      n: problems.map(({ n }) => n),
      c: problems.map(({ c }) => c),
      missing: problems.map(({ missing }) => missing),
      promptTokens: column(problems.map(({ promptTokens }) => promptTokens)),
      candidateTokens: column(problems.map(({ tokens }) => tokens)),
      model,
    };
  }
}

function tokensOf(row: TableRow): Pick<Problem, 'promptTokens' | 'tokens'> {
  return {
    promptTokens: optionalCountOf(cellOf(row, columns.promptTokens)),
    tokens: optionalCountOf(cellOf(row, columns.tokens)),
  };
}
