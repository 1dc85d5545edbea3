/** What one verifier of a run said, and the rates that it gives. */
import type { Run } from '@assay/contract';
import {
  type Counts,
  coverageRange,
  logSpacedKs,
  majorityAtK,
  roundKs,
  scalingLaw,
  wilsonInterval,
} from '@assay/statistics';
import type { ProblemTally, StoredProblem } from '@assay/store';
import type { Classes } from './classes.ts';
import { type Programs, selectionOf } from './programs.ts';
import type { VerifierResults } from './report.ts';

/** `tallies`, `classes` and `programs` are the verifier's own, by problem. */
export function verifierResults(
  run: Run,
  name: string,
  level: number,
  problems: StoredProblem[],
  tallies: Map<number, ProblemTally>,
  classes: Map<number, Classes>,
  programs: Map<number, Programs>,
): Omit<VerifierResults, 'reasons'> {
  const sum = (field: 'correct' | 'incorrect' | 'scored' | 'error' | 'skipped') =>
    tallies.values().reduce((total, tally) => total + tally[field], 0);
  const [correct, incorrect, scored, error, skipped] = [
    sum('correct'),
    sum('incorrect'),
    sum('scored'),
    sum('error'),
    sum('skipped'),
  ];
  const counted = problems.filter(({ handle }) => tallies.has(handle));
  const of = (field: keyof ProblemTally) => counted.map(({ handle }) => tallies.get(handle)?.[field] ?? 0);
  const [correctOf, errorOf] = [of('correct'), of('error')];
  const solved = correctOf.filter((count) => count > 0).length;
  const open = correctOf.filter((count, i) => count === 0 && (errorOf[i] ?? 0) > 0).length;
  const notes: string[] = [];
  const options = { confidence: level, onShort: 'drop-k' } as const;

  let coverage: VerifierResults['coverage'] = null;
  let majority: VerifierResults['majority'] = null;
  let selection: VerifierResults['selection'] = null;
  let scaling: VerifierResults['scaling'] = null;
  if (counted.length === 0) {
    notes.push('There is no candidate.');
  } else if (correct + incorrect === 0) {
    notes.push(
      scored > 0
        ? `${name} scores and does not decide: there is no coverage by it.`
        : 'No verdict is CORRECT or INCORRECT: there is nothing to estimate a rate from.',
    );
  } else if (run.earlyStop) {
    notes.push(
      'The run stops at the first success of a problem: coverage at k and votes cannot be estimated.',
    );
  } else {
    const counts = { n: sumOf(of('correct'), of('incorrect')), c: of('correct'), missing: of('error') };
    const total = sumOf(counts.n, counts.missing);
    const [least, most] = total.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [
      Number.POSITIVE_INFINITY,
      0,
    ] as [number, number]);
    if (least < most) {
      notes.push(
        `Problems have ${least} to ${most} candidates: rates end at k = ${least}, as the estimator has no value ` +
          'for a k above a number of candidates.',
      );
    }
    coverage = {
      table: coverageRange(counts, roundKs(least), options),
      curve: coverageRange(counts, logSpacedKs(least), options),
    };
    const tables = counted
      .flatMap(({ handle }) => classes.get(handle) ?? [])
      .filter(({ judged }) => judged > 0);
    if (tables.every(({ counts: sizes }) => sizes.length === 0)) {
      notes.push('No candidate has an answer class: there is no vote.');
    } else {
      const voters = tables.length;
      if (voters < counted.length) {
        notes.push(
          `Problems without any judged candidate take no part in the vote: ${counted.length - voters}.`,
        );
      }
      const smallest = tables.reduce((n, { judged }) => Math.min(n, judged), Number.POSITIVE_INFINITY);
      majority = majorityAtK(tables, roundKs(smallest), options);
      if (smallest < least) {
        notes.push(
          `The vote is among judged candidates, of which a problem has as few as ${smallest}: it ends there.`,
        );
      }
    }
    selection = selectionOf([...programs.values()], options);
    scaling = scalingLaw(ofJudged(counts), { level });
  }
  return {
    name,
    candidates: correct + incorrect + scored + error + skipped,
    correct,
    incorrect,
    scored,
    error,
    skipped,
    solved:
      scored > 0 && correct + incorrect === 0
        ? null
        : {
            problems: solved,
            open,
            of: counted.length,
            share: counted.length === 0 ? 0 : solved / counted.length,
            interval: wilsonInterval(solved, counted.length, level),
          },
    coverage,
    scaling,
    majority,
    selection,
    notes,
    perProblem: counted.map(({ handle, id, dataset }) => {
      const tally = tallies.get(handle) as ProblemTally;
      const own = classes.get(handle);
      const decided = tally.correct + tally.incorrect > 0 && !run.earlyStop;
      return {
        id,
        dataset,
        candidates: tally.correct + tally.incorrect + tally.scored + tally.error + tally.skipped,
        correct: tally.correct,
        error: tally.error,
        skipped: tally.skipped,
        abstaining: own?.abstaining ?? 0,
        classes: own?.counts.length ?? 0,
        top: own?.top ?? null,
        largest: own?.largest ?? [],
        vote: decided ? (own?.vote ?? null) : null,
        errors: own?.errors ?? [],
      };
    }),
  };
}

function sumOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + (b[i] ?? 0));
}

/** Of the problems that have a judged candidate. */
function ofJudged({ n, c }: { n: readonly number[]; c: readonly number[] }): Counts {
  const judged = n.flatMap((candidates, i) => (candidates > 0 ? [i] : []));
  const of = (values: readonly number[]) => judged.map((i) => values[i] as number);
  return { n: of(n), c: of(c) };
}
