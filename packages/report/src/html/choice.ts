/** Which of a problem's candidates tell most. */
import type { CandidateScores, ScoreColumns } from '@assay/store';
import { statusNumber } from '../disagreements.ts';

const [correct, incorrect, error] = [
  statusNumber('CORRECT'),
  statusNumber('INCORRECT'),
  statusNumber('ERROR'),
];

/** Pairs of each kind of disagreement, and classes, that are chosen. */
const perKind = 3;
const mostClasses = 12;

/**
 * Up to `most` candidates, those that tell most first, each with why it was chosen; the rest of the room is filled
 * evenly, with an empty why. Where there are no more than that, all. The first verifier is the oracle.
 */
export function chooseCandidates(scores: CandidateScores, most: number): Map<number, string> {
  const { candidates, verifiers } = scores;
  const chosen = new Map<number, string>();
  const add = (position: number, why: string) => {
    const index = candidates[position];
    if (index !== undefined && position >= 0 && chosen.size < most && !chosen.has(index))
      chosen.set(index, why);
  };
  const [oracle] = verifiers;
  if (oracle === undefined) return chosen;
  add(oracle.statuses.indexOf(correct), 'first correct');
  add(oracle.statuses.indexOf(incorrect), 'first incorrect');
  for (const own of verifiers) add(own.statuses.indexOf(error), 'a verdict is missing');
  for (const other of verifiers.slice(1)) addDisagreements(oracle, other, add);
  for (const own of verifiers) addExtremes(oracle, own, add);
  const voter = verifiers.find(({ classes }) => classes.some((name) => name >= 0));
  if (voter !== undefined) addClasses(oracle, voter, add);
  // A stride through the rest; what is chosen already is passed over by `add`, so a few more are offered.
  const room = most - chosen.size;
  const step = Math.max(1, candidates.length / Math.max(1, room + chosen.size));
  for (let at = 0; Math.floor(at) < candidates.length; at += step) add(Math.floor(at), '');
  return chosen;
}

type Add = (position: number, why: string) => void;

function addDisagreements(oracle: ScoreColumns, other: ScoreColumns, add: Add): void {
  let [accepts, rejects] = [0, 0];
  for (let i = 0; i < oracle.statuses.length; i++) {
    const [first, second] = [oracle.statuses[i], other.statuses[i]];
    if (first === incorrect && second === correct && accepts++ < perKind)
      add(i, 'accepted against the oracle');
    if (first === correct && second === incorrect && rejects++ < perKind)
      add(i, 'rejected against the oracle');
    if (accepts >= perKind && rejects >= perKind) return;
  }
}

function addExtremes(oracle: ScoreColumns, { scores }: ScoreColumns, add: Add): void {
  const best = (of: (i: number) => boolean, sign: number) => {
    let found = -1;
    for (let i = 0; i < scores.length; i++) {
      const score = sign * (scores[i] as number);
      if (Number.isNaN(score) || !of(i)) continue;
      if (found < 0 || score > sign * (scores[found] as number)) found = i;
    }
    return found;
  };
  add(
    best(() => true, 1),
    'highest score',
  );
  add(
    best((i) => oracle.statuses[i] === incorrect, 1),
    'highest score of an incorrect one',
  );
  add(
    best((i) => oracle.statuses[i] === correct, -1),
    'lowest score of a correct one',
  );
}

/** The first of each of the largest classes, and the first correct and incorrect one that has no answer. */
function addClasses(oracle: ScoreColumns, { classes, statuses }: ScoreColumns, add: Add): void {
  const counts = new Map<number, { first: number; count: number }>();
  for (let i = 0; i < classes.length; i++) {
    const name = classes[i] as number;
    // Where verdicts are missing there is no answer to speak of.
    if (name < 0 && (statuses[i] === error || statuses[i] === 0)) continue;
    const own = counts.get(name);
    if (own === undefined) counts.set(name, { first: i, count: 1 });
    else own.count++;
  }
  const silent = counts.get(-1);
  counts.delete(-1);
  const largest = [...counts.values()].sort((a, b) => b.count - a.count || a.first - b.first);
  for (const [rank, { first }] of largest.slice(0, mostClasses).entries()) {
    add(first, rank === 0 ? 'of the largest answer class' : `of answer class ${rank + 1} by size`);
  }
  if (silent !== undefined && oracle.statuses[silent.first] !== 0) add(silent.first, 'without an answer');
}
