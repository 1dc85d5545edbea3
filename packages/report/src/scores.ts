/** Scores of a run: what its oracle and its selectors say of each candidate. */
import type { Run } from '@assay/contract';
import type { CandidateScores, ScoreColumns, Store } from '@assay/store';
import { statusNumber } from './disagreements.ts';
import type { ScoreTable, ScoreTables } from './selectors.ts';

const [correct, incorrect, error] = [
  statusNumber('CORRECT'),
  statusNumber('INCORRECT'),
  statusNumber('ERROR'),
];

/**
 * The first verifier of the run is the oracle, the others are selectors. Answer classes are those of the first one
 * that names any. `scores`: the run's `candidateScores`, where they have been read already. Memory: some 13 bytes a
 * verdict.
 */
export async function readScores(
  store: Store,
  run: Run,
  scores: AsyncIterable<CandidateScores> | Iterable<CandidateScores> = store.candidateScores(run.id),
): Promise<ScoreTables> {
  const all = await Array.fromAsync(scores, ({ verifiers }) => verifiers);
  const kinds = new ScoreKinds(run.verifiers.length);
  for (const columns of all) kinds.see(columns);
  return {
    selectors: run.verifiers.slice(1),
    classesBy: run.verifiers[kinds.voter ?? -1] ?? null,
    problems: all.map((columns) => kinds.tableOf(columns)),
  };
}

/** Which verifiers of a run give scores and name classes: known once all problems were seen. */
export class ScoreKinds {
  readonly #scores: boolean[];
  readonly #classes: boolean[];

  constructor(verifiers: number) {
    this.#scores = Array(verifiers).fill(false);
    this.#classes = Array(verifiers).fill(false);
  }

  /** One problem's columns, by verifier. */
  see(columns: readonly ScoreColumns[]): void {
    for (const [verifier, { scores, classes }] of columns.entries()) {
      this.#scores[verifier] ||= scores.some((score) => !Number.isNaN(score));
      this.#classes[verifier] ||= classes.some((id) => id >= 0);
    }
  }

  /** The verifier whose classes vote: the first that names any. */
  get voter(): number | undefined {
    const voter = this.#classes.indexOf(true);
    return voter < 0 ? undefined : voter;
  }

  tableOf(columns: readonly ScoreColumns[]): ScoreTable {
    const [oracle, ...selectors] = columns;
    const { voter } = this;
    return {
      correct: Int8Array.from(oracle?.statuses ?? [], (status) => decisionOf(status) ?? -1),
      ...(voter !== undefined && { classes: columns[voter]?.classes ?? [] }),
      scores: selectors.map((own, i) => (this.#scores[i + 1] ? scoresOf(own) : decisionsOf(own))),
    };
  }
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
