/** A weighted ensemble that learns its weights from the verifiers' agreement. */
import { concatenated, picked } from './cross-fit.ts';
import {
  byProblem,
  type Dropped,
  type Ensemble,
  type EnsembleProblem,
  equal,
  equallyWeighted,
  judged,
  scaledRanks,
  standardised,
  weightsOf,
} from './ensemble.ts';
import { type Accuracy, type Decisions, type LatentClass, latentClass, youden } from './latent-class.ts';
import { fitLogistic, fittedRows, logOdds } from './logistic.ts';

export interface UnlabelledOptions {
  /** Share of correct candidates, inside (0, 1), where it is known; estimated if not given. */
  readonly prior?: number;
}

export interface UnlabelledEnsemble extends Ensemble {
  /** 'equal-weights' where agreement tells too little: `why` says what is lacking. */
  readonly method: 'latent-class' | 'equal-weights';
  readonly why?: string;
  /** Share of correct candidates, as given or as estimated; null with equal weights. */
  readonly prior: number | null;
  /** Per verifier, of accepting what it scores above its median in the problem; null where dropped or not estimated. */
  readonly accuracies: (Accuracy | null)[];
}

/** A verifier with sensitivity + specificity - 1 below this is dropped. */
const nearChance = 0.05;

/**
 * A weighted ensemble without labels, on the lines of Weaver (Saad-Falcon et al. 2025, "Shrinking the
 * generation-verification gap with weak verifiers", arXiv:2506.18203): normalise, make binary, leave out poor
 * verifiers, estimate accuracies from agreement, weigh by them. Here:
 *
 * 1. A verifier accepts what it ranks above the middle of the problem's candidates, rejects what it ranks below, and
 *    says nothing at the very middle, or where its score is missing. One that decides (1 or 0) keeps its decisions,
 *    save where it decides all candidates of a problem alike.
 * 2. A latent class model gives each verifier's sensitivity and specificity, and each candidate's chance of being
 *    correct. Verifiers near or below chance are dropped, worst first, and the model is fitted again.
 * 3. Logistic regression of these chances on the standardised scores (see `labelledEnsemble`) gives the weights, and
 *    the log odds that are the scores: fine where decisions are coarse. Of many candidates on a random part of them (see
 *    `fittedRows`).
 *
 * Agreement is all there is to go by: verifiers that share their errors count for more than they are worth, and one
 * good verifier among poor ones that agree is outvoted. Fewer than three verifiers, or fewer than three left, get
 * equal weights (mean of standardised scores), as their accuracies cannot be told from agreement. RangeError where
 * problems do not fit together, a score is infinite, or `prior` is not inside (0, 1).
 */
export function unlabelledEnsemble(
  problems: readonly EnsembleProblem[],
  options: UnlabelledOptions = {},
): UnlabelledEnsemble {
  const { prior } = options;
  if (prior !== undefined && !(prior > 0 && prior < 1)) {
    throw new RangeError(`prior is ${prior}; give a share inside (0, 1), or none`);
  }
  const { verifiers, kept: usable, dropped: useless, missing } = judged(problems);
  const { kept, dropped, decisions } = withoutCopies(problems, usable);
  const found = withoutPoor(kept, decisions, prior);
  const all = [...useless, ...dropped, ...found.dropped].sort((a, b) => a.verifier - b.verifier);
  if (found.model === null) {
    return {
      method: 'equal-weights',
      why: `accuracies follow from the agreement of three verifiers or more; usable: ${found.kept.length} of ${verifiers}`,
      scores: equallyWeighted(problems, found.kept),
      weights: weightsOf(verifiers, found.kept, equal(found.kept)),
      dropped: all,
      missing,
      prior: null,
      accuracies: new Array<null>(verifiers).fill(null),
    };
  }
  const features = standardised(problems, found.kept);
  const { chances } = found.model;
  const rows = fittedRows(chances, 0);
  const known = features.map((feature) => picked(feature, rows));
  const fit = fitLogistic(known, picked(chances, rows), 1);
  const accuracies = new Array<Accuracy | null>(verifiers).fill(null);
  found.kept.forEach((verifier, i) => {
    accuracies[verifier] = found.model?.accuracies[i] ?? null;
  });
  return {
    method: 'latent-class',
    scores: byProblem(problems, found.kept, (row) => logOdds(fit, features, row)),
    weights: weightsOf(verifiers, found.kept, fit.weights),
    dropped: all,
    missing,
    prior: found.model.prior,
    accuracies,
  };
}

/** Of verifiers that order all candidates alike, the first. A copy would count as agreement. */
function withoutCopies(problems: readonly EnsembleProblem[], usable: readonly number[]) {
  const kept: number[] = [];
  const dropped: Dropped[] = [];
  const ranks: Float64Array[] = [];
  for (const verifier of usable) {
    const own = concatenated(
      problems.map(({ scores }) => scaledRanks(scores[verifier] as ArrayLike<number>)),
    );
    if (ranks.some((other) => own.every((rank, row) => Object.is(rank, other[row])))) {
      dropped.push({ verifier, reason: 'copy' });
    } else {
      kept.push(verifier);
      ranks.push(own);
    }
  }
  const decisions = ranks.map((own): Decisions => Int8Array.from(own, decision));
  return { kept, dropped, decisions };
}

function decision(rank: number): number {
  if (rank > 0.5) return 1;
  return rank < 0.5 ? 0 : -1;
}

/** Leaves out the worst verifier until none is near or below chance; the model is null where fewer than three are left. */
function withoutPoor(
  verifiers: readonly number[],
  decisions: readonly Decisions[],
  prior: number | undefined,
): { kept: number[]; dropped: Dropped[]; model: LatentClass | null } {
  const kept = [...verifiers];
  const used = [...decisions];
  const dropped: Dropped[] = [];
  while (kept.length >= 3) {
    const model = latentClass(used, prior);
    const worth = model.accuracies.map(youden);
    const worst = worth.indexOf(Math.min(...worth));
    if ((worth[worst] as number) >= nearChance) return { kept, dropped, model };
    const reason = (worth[worst] as number) <= -nearChance ? 'below-chance' : 'near-chance';
    dropped.push({ verifier: kept[worst] as number, reason });
    kept.splice(worst, 1);
    used.splice(worst, 1);
  }
  return { kept, dropped, model: null };
}
