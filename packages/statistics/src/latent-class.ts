/** What verifiers' agreement tells of their accuracy, without labels. */

/** A verifier's decisions: 1 accepts, 0 rejects, -1 says nothing; one entry per candidate. */
export type Decisions = Int8Array;

export interface Accuracy {
  /** Share of correct candidates that it accepts. */
  readonly sensitivity: number;
  /** Share of wrong candidates that it rejects. */
  readonly specificity: number;
}

export interface LatentClass {
  /** Share of correct candidates. */
  readonly prior: number;
  /** Per verifier. */
  readonly accuracies: Accuracy[];
  /** Chance per candidate that it is correct, given all decisions. */
  readonly chances: Float64Array;
}

/**
 * The model of Dawid and Skene 1979 ("Maximum likelihood estimation of observer error-rates using the EM algorithm",
 * Applied Statistics 28:20-28) with two classes: each candidate is correct or not, and given that, verifiers decide
 * independently. Fitted by EM, with one made-up decision of each kind per class (so that no accuracy is 0 or 1).
 * From decisions alone "correct" could as well be "wrong": EM starts from the share of verifiers that accept, which
 * takes them to be better than chance on the whole. At least three verifiers, or agreement tells too little to say
 * who is how accurate.
 */
export function latentClass(decisions: readonly Decisions[], knownPrior?: number): LatentClass {
  const { counts, patterns, patternOf } = patternsOf(decisions);
  // Start from the share of verifiers that accept, drawn in from 0 and 1.
  let chances = Float64Array.from(patterns, (pattern) => {
    const given = pattern.filter((decision) => decision >= 0);
    return given.reduce((sum, decision) => sum + decision, 0.5) / (given.length + 1);
  });
  let prior = knownPrior ?? 0.5;
  let accuracies: Accuracy[] = [];
  for (let iteration = 0, moved = 1; iteration < 10_000 && moved > 1e-9; iteration++) {
    const sumIf = (value: (chance: number, pattern: Decisions) => number) =>
      patterns.reduce(
        (sum, pattern, i) => sum + (counts[i] as number) * value(chances[i] as number, pattern),
        0,
      );
    prior = knownPrior ?? (sumIf((chance) => chance) + 1) / (sumIf(() => 1) + 2);
    accuracies = decisions.map((_, v) => {
      const right = sumIf((chance, own) => ((own[v] as number) >= 0 ? chance : 0));
      const wrong = sumIf((chance, own) => ((own[v] as number) >= 0 ? 1 - chance : 0));
      const accepted = sumIf((chance, own) => (own[v] === 1 ? chance : 0));
      const rejected = sumIf((chance, own) => (own[v] === 0 ? 1 - chance : 0));
      return { sensitivity: (accepted + 1) / (right + 2), specificity: (rejected + 1) / (wrong + 2) };
    });
    const next = Float64Array.from(patterns, (pattern) => posterior(prior, accuracies, pattern));
    moved = next.reduce((most, chance, i) => Math.max(most, Math.abs(chance - (chances[i] as number))), 0);
    chances = next;
  }
  return { prior, accuracies, chances: Float64Array.from(patternOf, (i) => chances[i] ?? prior) };
}

/** Sensitivity + specificity - 1: 0 by chance, 1 at best (Youden 1950, "Index for rating diagnostic tests"). */
export function youden({ sensitivity, specificity }: Accuracy): number {
  return sensitivity + specificity - 1;
}

function posterior(prior: number, accuracies: readonly Accuracy[], pattern: Decisions): number {
  let odds = Math.log(prior / (1 - prior));
  accuracies.forEach(({ sensitivity, specificity }, v) => {
    if (pattern[v] === 1) odds += Math.log(sensitivity / (1 - specificity));
    else if (pattern[v] === 0) odds += Math.log((1 - sensitivity) / specificity);
  });
  return 1 / (1 + Math.exp(-odds));
}

/** The different lists of decisions on a candidate, and how many candidates have each. */
interface Patterns {
  readonly patterns: Decisions[];
  readonly counts: number[];
  /** Per candidate, the index of its pattern; -1 where no verifier decides. */
  readonly patternOf: Int32Array;
}

function patternsOf(decisions: readonly Decisions[]): Patterns {
  const patterns: Decisions[] = [];
  const counts: number[] = [];
  const known = new Map<string, number>();
  const patternOf = Int32Array.from({ length: decisions[0]?.length ?? 0 }, (_, candidate) => {
    const pattern = Int8Array.from(decisions, (own) => own[candidate] as number);
    if (pattern.every((decision) => decision < 0)) return -1;
    const key = pattern.join();
    let index = known.get(key);
    if (index === undefined) {
      index = patterns.push(pattern) - 1;
      known.set(key, index);
    }
    counts[index] = (counts[index] ?? 0) + 1;
    return index;
  });
  return { patterns, counts, patternOf };
}
