/** What judging a share of a run's candidates again changed. */
import type { Run } from '@assay/contract';
import { wilsonInterval } from '@assay/statistics';
import type { CandidateScores, ScoreColumns, Store } from '@assay/store';
import type { PairOptions } from './agreements.ts';
import { Differing, readSummary, statusNumber, toRead } from './disagreements.ts';
import type { RecheckResults } from './report.ts';

const [scored, error] = [statusNumber('SCORED'), statusNumber('ERROR')];

/** The label of a run that judges candidates of another one again: that run's id. */
export const againLabel = 'again';

/** Runs that judge candidates of this one again. */
export async function rechecksOf(store: Store, id: string): Promise<Run[]> {
  return (await store.listRuns()).filter(({ labels }) => labels[againLabel] === id);
}

/**
 * One for each verifier of the run of which candidates were judged again, in their order. Candidates are compared by
 * problem and index, unless the run has judged one anew since (by another version, or another text). Where there are
 * such runs: one pass over the columns of both, and two look-ups for each candidate.
 */
export async function readRechecks(
  store: Store,
  run: Run,
  { level = 0.95, scores = store.candidateScores(run.id) }: PairOptions = {},
): Promise<RecheckResults[]> {
  const again = await rechecksOf(store, run.id);
  if (again.length === 0) return [];
  const problems = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  const second = await Promise.all(again.map((other) => readColumns(store, other)));
  const recheckers = run.verifiers.map(() => new Recheck());
  for await (const columns of scores) {
    const id = problems.get(columns.problem) ?? '';
    for (const { run: other, byProblem } of second) {
      const theirs = byProblem.get(id);
      if (theirs === undefined) continue;
      const pairs = positionsOfBoth(columns.candidates, theirs.candidates);
      for (const [verifier, name] of run.verifiers.entries()) {
        const at = other.verifiers.indexOf(name);
        const [before, now] = [columns.verifiers[verifier], theirs.verifiers[at]];
        if (before === undefined || now === undefined) continue;
        const places = {
          id,
          problems: [columns.problem, theirs.problem],
          verifiers: [verifier, at],
        } as const;
        const lasting = await stillJudged(store, columns.candidates, pairs, places);
        recheckers[verifier]?.add(columns.candidates, before, now, lasting, places);
      }
    }
  }
  const judgedAgain = new Set(again.flatMap(({ verifiers }) => verifiers));
  return Promise.all(
    run.verifiers.flatMap((name, verifier) =>
      judgedAgain.has(name) ? [(recheckers[verifier] as Recheck).results(store, name, level)] : [],
    ),
  );
}

async function readColumns(store: Store, run: Run) {
  const ids = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  const byProblem = new Map<string, CandidateScores>();
  for await (const columns of store.candidateScores(run.id)) {
    byProblem.set(ids.get(columns.problem) ?? '', columns);
  }
  return { run, byProblem };
}

/** Of two ascending lists of candidates: where each that is in both lies in either. */
function positionsOfBoth(first: Float64Array, second: Float64Array): [number, number][] {
  const both: [number, number][] = [];
  for (let i = 0, j = 0; i < first.length && j < second.length; ) {
    const [a, b] = [first[i] as number, second[j] as number];
    if (a === b) both.push([i++, j++]);
    else if (a < b) i++;
    else j++;
  }
  return both;
}

/** Those of which the first verdict is the one that was judged again: it came before the second. */
async function stillJudged(
  store: Store,
  candidates: Float64Array,
  pairs: readonly [number, number][],
  { problems, verifiers }: Places,
): Promise<[number, number][]> {
  const own = pairs.map(([i]) => candidates[i] as number);
  const first = await store.findVerdicts(problems[0], verifiers[0], own);
  const second = await store.findVerdicts(problems[1], verifiers[1], own);
  return pairs.filter((_, n) => {
    const [before, now] = [first, second].map((rows) => rows.get(own[n] as number)?.judgement?.id ?? 0);
    return (before as number) < (now as number);
  });
}

/** Where the two verdicts of a problem's candidates are stored: the first one, then the second. */
interface Places {
  readonly id: string;
  readonly problems: readonly [number, number];
  readonly verifiers: readonly [number, number];
}

class Recheck {
  #rechecked = 0;
  #changed = 0;
  #missing = 0;
  #greatest: number | null = null;
  readonly #differing = new Map<Places, Differing>();

  add(
    candidates: Float64Array,
    before: ScoreColumns,
    now: ScoreColumns,
    pairs: readonly [number, number][],
    places: Places,
  ): void {
    const differing = new Differing();
    let changed = 0;
    for (const [i, j] of pairs) {
      const [a, b] = [before.statuses[i] as number, now.statuses[j] as number];
      if (a === 0 || b === 0) continue;
      if (a === error || b === error) {
        this.#missing++;
        continue;
      }
      this.#rechecked++;
      const apart = Math.abs((before.scores[i] as number) - (now.scores[j] as number));
      if (!Number.isNaN(apart)) this.#greatest = Math.max(this.#greatest ?? 0, apart);
      if (a === b) continue;
      changed++;
      differing.add(candidates[i] as number, a * (scored + 1) + b);
    }
    this.#changed += changed;
    if (changed > 0) this.#differing.set(places, differing);
  }

  async results(store: Store, name: string, level: number): Promise<RecheckResults> {
    const [rechecked, changed] = [this.#rechecked, this.#changed];
    const changes = toRead(this.#differing).map(async ({ key: { id, problems, verifiers }, candidate }) => ({
      problem: id,
      candidate,
      first: await readSummary(store, problems[0], verifiers[0], candidate),
      second: await readSummary(store, problems[1], verifiers[1], candidate),
    }));
    return {
      name,
      rechecked,
      changed,
      missing: this.#missing,
      share:
        rechecked === 0
          ? null
          : { estimate: changed / rechecked, interval: wilsonInterval(changed, rechecked, level) },
      greatestDifference: this.#greatest,
      changes: await Promise.all(changes),
    };
  }
}
