// Selection among 128 problems × 10,000 scored candidates, beside the plain way: 100 random subsets for each k.
//
//   assay bench selection
//
// Scores are drawn as a fair reward model's are: correct candidates lie one standard deviation higher. Answers are
// drawn as in `assay bench statistics`: most problems are solved seldom, wrong answers spread over some 200 classes.
import { selectorResults } from '@assay/report';
import {
  bestOfNAtK,
  createRandom,
  logSpacedKs,
  majorityAtK,
  type ScoredProblem,
  selectionCurves,
  type WeightTransform,
  weightedMajorityAtK,
} from '@assay/statistics';

const [count, n, subsets] = [128, 10_000, 100];
const random = createRandom(1);
const uniform = () => (random.next() + 0.5) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

const problems: ScoredProblem[] = Array.from({ length: count }, () => {
  const right = uniform() ** 8;
  const correct = Uint8Array.from({ length: n }, () => (uniform() < right ? 1 : 0));
  const classes = Int32Array.from(correct, (one) => (one ? 0 : 1 + Math.floor(201 * uniform() ** 3)));
  const scores = Float64Array.from(correct, (one) => one + normal());
  return { scores, correct, classes };
});
const ks = logSpacedKs(n, 40);
const few = logSpacedKs(n, 9);

/** What one writes first: for every k and subset a draw, a walk through it, and the best of it. */
function plainBestOfN(): number[] {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  return ks.map((k) => {
    let sum = 0;
    for (const { scores, correct } of problems) {
      for (let subset = 0; subset < subsets; subset++) {
        let best = -1;
        for (let drawn = 0; drawn < k; drawn++) {
          const pick = drawn + random.below(n - drawn);
          const candidate = order[pick] as number;
          order[pick] = order[drawn] as number;
          order[drawn] = candidate;
          if (best < 0 || (scores[candidate] as number) > (scores[best] as number)) best = candidate;
        }
        sum += correct[best] as number;
      }
    }
    return sum / (count * subsets);
  });
}

function timed<T>(times: number, body: () => T): { ms: number; value: T } {
  const runs = Array.from({ length: times }, () => {
    const start = performance.now();
    const value = body();
    return { ms: performance.now() - start, value };
  });
  return runs.sort((a, b) => a.ms - b.ms)[Math.floor(times / 2)] as { ms: number; value: T };
}

function say(ms: number, what: string): void {
  console.log(`${ms.toFixed(ms < 100 ? 1 : 0).padStart(10)}  ${what}`);
}

console.log(`${count} problems × ${n.toLocaleString('en-US')} candidates; milliseconds\n`);
const first = timed(1, () => bestOfNAtK(problems, ks, { resamples: 1 }));
say(first.ms, `best-of-N, exact, ${ks.length} ks: estimates, first call`);
const exact = timed(5, () => bestOfNAtK(problems, ks, { resamples: 1 }));
say(exact.ms, 'the same, median of 5');
const intervals = timed(5, () => bestOfNAtK(problems, ks));
say(intervals.ms, 'with bootstrap (1000) and t intervals, median of 5');
const plain = timed(1, plainBestOfN);
const off = Math.max(
  ...plain.value.map((estimate, i) => Math.abs(estimate - (exact.value.points[i]?.estimate ?? 0))),
);
say(plain.ms, `best-of-N from ${subsets} random subsets for each problem and k, drawn and searched`);
console.log(
  `${''.padStart(12)}= ${(plain.ms / exact.ms).toFixed(0)} × the exact one, and off by up to ${(100 * off).toFixed(2)} points\n`,
);
say(timed(1, () => majorityAtK(problems.map(tableOf), few)).ms, `majority vote, ${few.length} ks`);
for (const transform of ['softmax', 'sigmoid', 'rank', 'min-shift'] satisfies WeightTransform[]) {
  const { ms } = timed(1, () => weightedMajorityAtK(problems, few, { transform }));
  say(ms, `weighted majority vote, ${transform}, ${few.length} ks, ${subsets} random subsets`);
}
say(
  timed(1, () => selectionCurves(problems, { ks: few })).ms,
  `all curves with their gaps, ${few.length} ks`,
);
say(timed(1, () => selectionCurves(problems)).ms, `all curves with their gaps, ${ks.length} ks`);
const tables = problems.map(({ scores, correct, classes }) => {
  return {
    correct,
    ...(classes && { classes }),
    scores: [scores, Float64Array.from(scores, (one) => one + normal())],
  };
});
const start = performance.now();
await selectorResults({ selectors: ['fair', 'worse'], classesBy: 'oracle', problems: tables }, 0.95);
say(performance.now() - start, "the report's figures of two selectors and their ensembles, in threads");

function tableOf({ correct, classes = [] }: ScoredProblem) {
  const counts = new Float64Array(202);
  const rights = new Float64Array(202);
  for (let i = 0; i < n; i++) {
    const label = classes[i] as number;
    counts[label] = (counts[label] as number) + 1;
    rights[label] = (rights[label] as number) + (correct[i] as number);
  }
  return { counts, correct: rights };
}
