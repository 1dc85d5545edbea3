/** Tables of single verdicts, read as they are written: memory does not grow with their number. */
import { AssayError, type Run, type VerdictStatus } from '@assay/contract';
import type { CandidateScores, Store, VerdictRow } from '@assay/store';
import { countTableOf } from '../count-tables.ts';
import { ScoreKinds } from '../scores.ts';
import type { CellType, ExportTable, Row } from './table.ts';

interface Kind {
  open(store: Store, run: Run): Promise<ExportTable>;
}

/** By name. */
export const storeTables = {
  counts: {
    open: countRows,
  },
  candidates: {
    open: candidateRows,
  },
  verdicts: {
    open: verdictRows,
  },
} as const satisfies Record<string, Kind>;

export type StoreTableName = keyof typeof storeTables;

/**
 * One of the tables of a stored run; its rows are to be read while `store` (best a snapshot) is open.
 * Error: `run_unknown`.
 */
export async function tableOfStore(store: Store, id: string, name: StoreTableName): Promise<ExportTable> {
  const run = await store.getRun(id);
  if (run !== undefined) return storeTables[name].open(store, run);
  throw new AssayError('run_unknown', `There is no run ${id} in ${store.location}.`, {
    mend: 'List the runs with: assay report',
  });
}

async function countRows(store: Store, run: Run): Promise<ExportTable> {
  const { problems, n, c, missing, promptTokens, candidateTokens, model } = await countTableOf(store, run);
  return {
    columns: {
      ...{ model: 'text', problem: 'text', n: 'integer', c: 'integer', missing: 'integer' },
      ...{ prompt_tokens: 'integer', tokens: 'integer' },
    },
    rows: problems.map((problem, i) => ({
      ...{ model, problem, n: n[i] ?? 0, c: c[i] ?? 0, missing: missing[i] ?? 0 },
      ...{ prompt_tokens: promptTokens?.[i] ?? null, tokens: candidateTokens?.[i] ?? null },
    })),
    total: problems.length,
  };
}

async function candidateRows(store: Store, run: Run): Promise<ExportTable> {
  const kinds = new ScoreKinds(run.verifiers.length);
  let total = 0;
  for await (const { candidates, verifiers } of store.candidateScores(run.id)) {
    kinds.see(verifiers);
    total += candidates.length;
  }
  const ids = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  const scores = run.verifiers.slice(1).map((name) => [`scores.${name}`, 'number'] as const);
  async function* rows(): AsyncGenerator<Row> {
    for await (const each of store.candidateScores(run.id)) {
      yield* rowsOfProblem(ids.get(each.problem) ?? '', each, kinds, scores);
    }
  }
  return {
    columns: {
      ...{ problem: 'text', candidate: 'integer', correct: 'boolean', class: 'integer' },
      ...Object.fromEntries<CellType>(scores),
    },
    rows: rows(),
    total,
  };
}

function* rowsOfProblem(
  problem: string,
  { candidates, verifiers }: CandidateScores,
  kinds: ScoreKinds,
  scores: readonly (readonly [string, CellType])[],
): Generator<Row> {
  const { correct, classes, scores: columns } = kinds.tableOf(verifiers);
  for (const [i, candidate] of candidates.entries()) {
    const verdict = correct[i] ?? -1;
    const ownClass = classes?.[i] ?? -1;
    yield {
      ...{ problem, candidate },
      ...{ correct: verdict < 0 ? null : verdict === 1, class: ownClass < 0 ? null : ownClass },
      ...Object.fromEntries(scores.map(([name], s) => [name, numberOr(columns[s]?.[i])])),
    };
  }
}

const numberOr = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? null : value;

async function verdictRows(store: Store, run: Run): Promise<ExportTable> {
  const tallies = await store.tallies(run.id);
  async function* rows(): AsyncGenerator<Row> {
    for await (const row of store.verdicts(run.id)) yield verdictRow(row, run.verifiers);
  }
  return {
    columns: {
      ...{ problem: 'text', candidate: 'integer', verifier: 'text', status: 'text', reason: 'text' },
      ...{ score: 'number', answer: 'text', answer_class: 'text', message: 'text', tokens: 'integer' },
      ...{ source: 'text', replica: 'text', attempts: 'integer', queue_us: 'integer' },
      ...{ service_us: 'integer', cpu_us: 'integer', parts: 'text' },
    },
    rows: rows(),
    total: tallies.reduce((n, t) => n + t.correct + t.incorrect + t.scored + t.error + t.skipped, 0),
  };
}

function verdictRow({ judgement, ...row }: VerdictRow & { problemId: string }, verifiers: string[]): Row {
  const verdict = judgement?.verdict;
  const status: VerdictStatus | 'SKIPPED' = verdict?.status ?? 'SKIPPED';
  const { times = null, parts = [] } = verdict ?? {};
  return {
    ...{ problem: row.problemId, candidate: row.candidate, verifier: verifiers[row.verifier] ?? '', status },
    ...{ reason: textOr(verdict?.reason), score: numberOr(verdict?._score && verdict.score) },
    ...{ answer: textOr(verdict?.answer), answer_class: textOr(verdict?.answerClass) },
    ...{ message: textOr(verdict?.message), tokens: row.tokens || null, source: row.source },
    ...{ replica: textOr(judgement?.replica), attempts: judgement?.attempts ?? null },
    ...{
      queue_us: times?.queueUs ?? null,
      service_us: times?.serviceUs ?? null,
      cpu_us: times?.cpuUs ?? null,
    },
    parts: parts.length === 0 ? null : JSON.stringify(parts),
  };
}

const textOr = (value: string | undefined) => (value === undefined || value === '' ? null : value);
