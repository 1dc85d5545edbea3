/** What the page holds: the report, with its problems in columns, and the candidates to show. */
import type { ClassResults, ErrorResults, ProblemResults, Report } from '../report.ts';
import type { CandidateDetails, Details } from './details.ts';
import { embeddedJson } from './embed.ts';

export interface PageData {
  /** Milliseconds since 1970 when the page was made. */
  made: number;
  /** Without `perProblem`, which is in `problems`. */
  report: Report;
  problems: ProblemColumns;
  /** By problem; null: left out, so that the page stays small. */
  answers: (AnswersOf[] | null)[];
  details: PageDetails;
}

/** Position i is the same problem in every list. */
export interface ProblemColumns {
  /** Problems of the report that are left out, so that the page stays small. */
  omitted: number;
  id: string[];
  dataset: string[];
  /** In the order of the run. */
  verifiers: CountColumns[];
}

export interface CountColumns {
  candidates: number[];
  correct: number[];
  error: number[];
  skipped: number[];
  classes: number[];
  /** Chance that the vote of all candidates is right; null: there is none. */
  vote: (number | null)[];
}

/** One verifier's answer classes of a problem, and why its verdicts are missing. */
export interface AnswersOf {
  largest: ClassResults[];
  abstaining: number;
  errors: ErrorResults[];
}

export interface PageDetails extends Omit<Details, 'problems'> {
  /** By problem; null: none in the page. */
  problems: (CandidateDetails[] | null)[];
}

/** Bytes of a value as the page holds it. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(embeddedJson(value));
}

const shown = 300;

function shorten(text: string): string {
  return text.length > shown ? `${text.slice(0, shown)}…` : text;
}

/** Problems in columns, in the order in which verifiers know of them; of very many the first that fit into `bytes`. */
export function columnsOf({ results }: Report, bytes: number): { columns: ProblemColumns; ids: string[] } {
  const byId = new Map<string, (ProblemResults | undefined)[]>();
  const count = results.verifiers.length;
  for (const [verifier, { perProblem }] of results.verifiers.entries()) {
    for (const problem of perProblem) {
      const own = byId.get(problem.id) ?? new Array<ProblemResults | undefined>(count).fill(undefined);
      own[verifier] = problem;
      byId.set(problem.id, own);
    }
  }
  const columns: ProblemColumns = {
    omitted: 0,
    id: [],
    dataset: [],
    verifiers: results.verifiers.map(() => ({
      candidates: [],
      correct: [],
      error: [],
      skipped: [],
      classes: [],
      vote: [],
    })),
  };
  const ids: string[] = [];
  let used = 0;
  for (const [id, own] of byId) {
    const dataset = own.find((one) => one !== undefined)?.dataset ?? '';
    const cells = own.map((one) => [
      one?.candidates ?? 0,
      one?.correct ?? 0,
      one?.error ?? 0,
      one?.skipped ?? 0,
      one?.classes ?? 0,
      one?.vote?.success ?? null,
    ]);
    used += bytesOf([shorten(id), shorten(dataset), cells]);
    if (used > bytes) break;
    ids.push(id);
    columns.id.push(shorten(id));
    columns.dataset.push(shorten(dataset));
    for (const [i, column] of columns.verifiers.entries()) {
      const [candidates, correct, error, skipped, classes, vote] = cells[i] as number[];
      column.candidates.push(candidates as number);
      column.correct.push(correct as number);
      column.error.push(error as number);
      column.skipped.push(skipped as number);
      column.classes.push(classes as number);
      column.vote.push(vote as number | null);
    }
  }
  columns.omitted = byId.size - ids.length;
  return { columns, ids };
}

/** Answer classes by problem, each problem with an equal part of `bytes`: the largest classes that fit. */
export function answersOf({ results }: Report, ids: readonly string[], bytes: number): PageData['answers'] {
  const perVerifier = results.verifiers.map(
    ({ perProblem }) => new Map(perProblem.map((problem) => [problem.id, problem])),
  );
  const room = bytes / Math.max(1, ids.length * perVerifier.length);
  return ids.map((id) => {
    const answers = perVerifier.map((byId) => {
      const { largest = [], abstaining = 0, errors = [] } = byId.get(id) ?? {};
      return { largest: fitting(largest, room * 0.8), abstaining, errors: fitting(errors, room * 0.2) };
    });
    const empty = answers.every(({ largest, errors }) => largest.length + errors.length === 0);
    return empty ? null : answers;
  });
}

/** The first of them that take no more than this. */
function fitting<T>(list: readonly T[], bytes: number): T[] {
  let used = 60;
  const more = list.findIndex((one) => {
    used += bytesOf(one) + 1;
    return used > bytes;
  });
  return more < 0 ? [...list] : list.slice(0, more);
}
