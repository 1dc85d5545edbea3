/** Selection among scored candidates by enumeration, to test against. */

/** All k-subsets of the numbers below n. */
export function* subsetsOf(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  else {
    for (let first = from; first <= n - k; first++) {
      for (const rest of subsetsOf(n, k - 1, first + 1)) yield [first, ...rest];
    }
  }
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of a choice's success over all k-subsets of n candidates. */
export function overSubsets(n: number, k: number, success: (drawn: number[]) => number): number {
  return average([...subsetsOf(n, k)].map(success));
}

/** Of a candidate with the highest score, uniformly. */
export function successOfBest(
  { scores, correct }: { scores: number[]; correct: number[] },
  drawn: number[],
): number {
  const best = Math.max(...drawn.map((i) => scores[i] as number));
  return average(drawn.filter((i) => scores[i] === best).map((i) => correct[i] as number));
}

/** What each drawn candidate's vote weighs, by the definitions. */
export const plainWeights: Record<string, (own: number[]) => number[]> = {
  softmax: (own) => {
    const all = own.reduce((sum, score) => sum + Math.exp(score - Math.max(...own)), 0);
    return own.map((score) => Math.exp(score - Math.max(...own)) / all);
  },
  sigmoid: (own) => own.map((score) => 1 / (1 + Math.exp(-score))),
  rank: (own) =>
    own.map((score) => {
      const lower = own.filter((other) => other < score).length;
      const equal = own.filter((other) => other === score).length;
      return lower + (equal + 1) / 2;
    }),
  'min-shift': (own) => own.map((score) => score - Math.min(...own)),
  raw: (own) => own,
};

/** Of a class with the greatest total weight, uniformly; a class is correct with the share of all its candidates. */
export function successOfVote(
  { scores, correct, classes }: { scores: number[]; correct: number[]; classes: number[] },
  drawn: number[],
  weigh: (own: number[]) => number[],
): number {
  const weights = weigh(drawn.map((i) => scores[i] as number));
  const totals = new Map<number, number>();
  drawn.forEach((i, at) => {
    const own = classes[i] as number;
    if (own >= 0) totals.set(own, (totals.get(own) ?? 0) + (weights[at] as number));
  });
  if (totals.size === 0) return 0;
  const most = Math.max(...totals.values());
  const winners = [...totals].filter(([, total]) => total >= most * (1 - 1e-10)).map(([own]) => own);
  return average(winners.map((own) => average(correct.filter((_, i) => classes[i] === own))));
}
