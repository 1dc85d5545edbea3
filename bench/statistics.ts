// Statistics of 128 problems × 10,000 candidates: coverage with its intervals, and majority vote.
//
//   assay bench statistics
//
// Counts are drawn as real ones look: most problems are solved seldom, a few often.
import { coverage, createRandom, logSpacedKs, majorityAtK, passAtKTable, roundKs } from '@assay/statistics';

const [problems, n] = [128, 10_000];
const random = createRandom(1);
const uniform = () => random.next() / 2 ** 32;
const c = Float64Array.from({ length: problems }, () => Math.floor(n * uniform() ** 8));
const counts = { n: new Float64Array(problems).fill(n), c };
const ks = logSpacedKs(n);
const classes = Array.from({ length: problems }, (_, p) => {
  const right = c[p] as number;
  const sizes = new Float64Array(201);
  for (let i = right; i < n; i++) {
    const at = Math.floor(201 * uniform() ** 3);
    sizes[at] = (sizes[at] as number) + 1;
  }
  return { counts: [right, ...sizes], correct: [right, ...new Float64Array(201)] };
});

const work: Record<string, () => unknown> = {
  [`pass@k, ${ks.length} ks`]: () => passAtKTable(counts, ks),
  'with bootstrap (1000) and t intervals': () => coverage(counts, ks),
  [`majority vote, 202 classes, ks ${roundKs(n).join(' ')}`]: () => majorityAtK(classes, roundKs(n)),
};

console.log(`${problems} problems × ${n.toLocaleString('en-US')} candidates; milliseconds\n`);
console.log(`${'first call'.padStart(10)}${'median of 5'.padStart(13)}`);
for (const [name, body] of Object.entries(work)) {
  const times = Array.from({ length: 6 }, () => {
    const start = performance.now();
    body();
    return performance.now() - start;
  });
  const [first = 0, ...rest] = times;
  const median = rest.sort((a, b) => a - b)[2] ?? 0;
  console.log(`${first.toFixed(1).padStart(10)}${median.toFixed(1).padStart(13)}  ${name}`);
}
