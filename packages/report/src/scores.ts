/** Scores of a run: what its oracle and its selectors say of each candidate. */
import { type Run, VerdictStatus } from '@assay/contract';
import type { ScoreColumns, Store } from '@assay/store';
import type { ScoreTable, ScoreTables } from './selectors.ts';

const numberOf = (status: VerdictStatus) => Object.keys(VerdictStatus).indexOf(status);
const [correct, incorrect, error] = [numberOf('CORRECT'), numberOf('INCORRECT'), numberOf('ERROR')];

/**
 * The first verifier of the run is the oracle, the others are selectors. Answer classes are those of the first one
 * that names any. Memory: some 13 bytes a verdict.
 */
export async function readScores(store: Store, run: Run): Promise<ScoreTables> {
  const all = await Array.fromAsync(store.candidateScores(run.id), ({ verifiers }) => verifiers);
  const ordinals = run.verifiers.map((_, verifier) => verifier);
  const anyOf = (verifier: number, test: (columns: ScoreColumns) => boolean) =>
    all.some((columns) => test(columns[verifier] as ScoreColumns));
  const voter = ordinals.find((verifier) => anyOf(verifier, ({ classes }) => classes.some((id) => id >= 0)));
  const scoring = ordinals.map((verifier) =>
    anyOf(verifier, ({ scores }) => scores.some((score) => !Number.isNaN(score))),
  );
  return {
    selectors: run.verifiers.slice(1),
    classesBy: run.verifiers[voter ?? -1] ?? null,
    problems: all.map((columns): ScoreTable => {
      const [oracle, ...selectors] = columns;
      return {
        correct: Int8Array.from(oracle?.statuses ?? [], (status) => decisionOf(status) ?? -1),
        ...(voter !== undefined && { classes: columns[voter]?.classes ?? [] }),
        scores: selectors.map((own, i) => (scoring[i + 1] ? scoresOf(own) : decisionsOf(own))),
      };
    }),
  };
}

function decisionOf(status: number): 0 | 1 | undefined {
  return status === correct ? 1 : status === incorrect ? 0 : undefined;
}

function scoresOf({ statuses, scores }: ScoreColumns): Float64Array {
  return scores.map((score, i) => (statuses[i] === error ? Number.NaN : score));
}

/** Of a verifier that gives no score. */
function decisionsOf({ statuses }: ScoreColumns): Float64Array {
  return Float64Array.from(statuses, (status) => decisionOf(status) ?? Number.NaN);
}
