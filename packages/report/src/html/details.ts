/** Candidates to look at, one by one: which, and what verifiers said of them. */
import type { Part, Run, Verdict } from '@assay/contract';
import type { CandidateScores, Store, StoredProblem, VerdictRow } from '@assay/store';
import { chooseCandidates } from './choice.ts';

export interface Details {
  /** `some`: chosen ones, in the page; `all`: in files beside it; `none`. */
  mode: 'some' | 'all' | 'none';
  /** Where the files are that the page loads with `all`, from the page; else null. */
  folder: string | null;
  /** What there is to know of where the texts are from. */
  notes: string[];
  /** By id. The first of each problem tell most. */
  problems: ReadonlyMap<string, readonly CandidateDetails[]>;
}

/** One candidate. What is absent is empty or unknown. */
export interface CandidateDetails {
  index: number;
  tokens?: number;
  /** Why it was chosen. */
  why?: string;
  /** Its beginning where it is long: see `cut`. */
  text?: string;
  /** Characters that are left out after `text`, and its end. */
  cut?: number;
  tail?: string;
  /** Whether the text is the one that was judged: absent where that cannot be told. */
  checked?: boolean;
  /** In the order of the run; null: there is none. */
  verdicts: (VerdictDetails | null)[];
}

export interface VerdictDetails {
  /** `SKIPPED` where the candidate was not judged. */
  status: string;
  reason?: string;
  message?: string;
  score?: number;
  answer?: string;
  answerClass?: string;
  /** It is an identical candidate's verdict. */
  shared?: boolean;
  replica?: string;
  /** Times that it was tried, where more than once. */
  attempts?: number;
  serviceMs?: number;
  parts?: PartDetails[];
  /** Parts that are left out. */
  moreParts?: number;
}

export interface PartDetails {
  name: string;
  status: string;
  reason?: string;
  message?: string;
  score?: number;
  example?: boolean;
  ms?: number;
  /** How its program ended: `exit 1`, `signal 9`. */
  ended?: string;
}

/** A chosen candidate, and the keys of its verdicts (by verifier; absent: no verdict), by which its text is known. */
export interface Chosen {
  details: CandidateDetails;
  keys: (string | undefined)[];
}

export const noDetails: Details = { mode: 'none', folder: null, notes: [], problems: new Map() };

/** Most characters of each text but the candidate's own. */
const maxMessage = 2000;
const maxAnswer = 500;
const maxParts = 60;
/** Candidates of one problem that are looked at for reasons that no other has. */
const wide = 3;

/**
 * Chooses up to `most` candidates of each problem, `inTotal` of all, and reads their verdicts, a problem at a time.
 * Candidates without any verdict are never chosen. By problem id, then by candidate.
 */
export async function readChosen(
  store: Store,
  run: Run,
  most: number,
  inTotal = Number.POSITIVE_INFINITY,
): Promise<Map<string, Map<number, Chosen>>> {
  const problems = new Map((await store.problems(run.id)).map((problem) => [problem.handle, problem]));
  const chosen = new Map<string, Map<number, Chosen>>();
  let left = inTotal;
  for await (const scores of store.candidateScores(run.id)) {
    const problem = problems.get(scores.problem);
    if (problem === undefined) continue;
    const own = await chosenOf(store, run, problem, scores, Math.min(most, left));
    chosen.set(problem.id, own);
    left -= own.size;
    if (left <= 0) break;
  }
  return chosen;
}

async function chosenOf(
  store: Store,
  run: Run,
  { handle }: StoredProblem,
  scores: CandidateScores,
  most: number,
): Promise<Map<number, Chosen>> {
  const choices = chooseCandidates(scores, wide * most);
  const candidates = [...choices.keys()];
  const all = await readCandidates(store, run, handle, candidates);
  // What there are columns of is chosen already; reasons are only in the verdicts.
  const seen = new Set<string>();
  const rank = new Map<number, number>();
  for (const index of candidates) {
    let fresh = false;
    for (const [verifier, verdict] of (all.get(index)?.details.verdicts ?? []).entries()) {
      const reason = `${verifier} ${verdict?.status} ${verdict?.reason ?? ''}`;
      fresh ||= verdict !== null && !seen.has(reason);
      seen.add(reason);
    }
    rank.set(index, choices.get(index) !== '' ? 0 : fresh ? 1 : 2);
  }
  const order = candidates.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)).slice(0, most);
  return new Map(
    order.flatMap((index) => {
      const own = all.get(index);
      if (own === undefined) return [];
      const why = choices.get(index) || (rank.get(index) === 1 ? 'first of its reason' : '');
      if (why !== '') own.details.why = why;
      return [[index, own] as const];
    }),
  );
}

/** What the store has on these candidates of a problem, by candidate, in their order. */
export async function readCandidates(
  store: Store,
  run: Run,
  problem: number,
  candidates: readonly number[],
): Promise<Map<number, Chosen>> {
  const rows: Map<number, VerdictRow>[] = [];
  for (const verifier of run.verifiers.keys()) {
    rows.push(await store.findVerdicts(problem, verifier, candidates));
  }
  return new Map(
    candidates.flatMap((index) => {
      const own = rows.map((byCandidate) => byCandidate.get(index));
      const tokens = own.find((row) => row !== undefined)?.tokens;
      if (tokens === undefined) return [];
      const verdicts = own.map((row) => (row === undefined ? null : verdictDetails(row)));
      const details: CandidateDetails = { index, ...(tokens > 0 && { tokens }), verdicts };
      return [[index, { details, keys: own.map((row) => row?.judgement?.key) }] as const];
    }),
  );
}

function verdictDetails({ judgement, source }: VerdictRow): VerdictDetails {
  if (judgement === undefined) return { status: 'SKIPPED' };
  const { verdict, replica, attempts } = judgement;
  const { status, reason, message, answer, answerClass, parts } = verdict;
  const ms = (verdict.times?.serviceUs ?? 0) / 1000;
  return {
    status,
    ...(reason !== '' && { reason }),
    ...(message !== '' && { message: shorten(message, maxMessage) }),
    ...scoreOf(verdict),
    ...(answer !== '' && { answer: shorten(answer, maxAnswer) }),
    ...(answerClass !== '' && { answerClass: shorten(answerClass, maxAnswer) }),
    ...(source === 'SHARED' && { shared: true }),
    ...(replica !== '' && { replica }),
    ...(attempts > 1 && { attempts }),
    ...(ms > 0 && { serviceMs: ms }),
    ...partsOf(parts),
  };
}

/** Failed parts tell most: they come first where not all are shown. */
function partsOf(parts: readonly Part[]): Pick<VerdictDetails, 'parts' | 'moreParts'> {
  if (parts.length === 0) return {};
  const telling = parts.length <= maxParts ? parts : parts.toSorted((a, b) => passed(a) - passed(b));
  const more = parts.length - maxParts;
  return { parts: telling.slice(0, maxParts).map(partDetails), ...(more > 0 && { moreParts: more }) };
}

function passed({ status }: Part): number {
  return status === 'CORRECT' ? 1 : 0;
}

function partDetails(part: Part): PartDetails {
  const { name, status, reason, message, example, run, times } = part;
  const ms = (times?.serviceUs ?? 0) / 1000;
  const ended = run?.signal ? `signal ${run.signal}` : run?.exitCode ? `exit ${run.exitCode}` : '';
  return {
    name: shorten(name, maxAnswer),
    status,
    ...(reason !== '' && { reason }),
    ...(message !== '' && { message: shorten(message, maxMessage) }),
    ...scoreOf(part),
    ...(example && { example }),
    ...(ms > 0 && { ms }),
    ...(ended !== '' && { ended }),
  };
}

function scoreOf({ score, _score }: Pick<Verdict, 'score' | '_score'>): { score?: number } {
  return _score !== undefined && score !== undefined ? { score } : {};
}

export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not through the middle of a character.
  return `${text
    .slice(0, most - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}… (${text.length} characters)`;
}

/** Gives a candidate its text: whole, or its beginning and end where it has more than `most` characters. */
export function setText(details: CandidateDetails, text: string, most: number): void {
  const whole = text.toWellFormed();
  if (whole.length <= most) {
    details.text = whole;
    return;
  }
  // Answers are at the end.
  const end = Math.floor(most / 3);
  details.text = whole.slice(0, most - end).toWellFormed();
  details.tail = whole.slice(-end).toWellFormed();
  details.cut = whole.length - most;
}
