// The Lean verifier's scheduler beside the policy of Kimina Lean Server, on the times of real proofs.
//
//   assay bench lean-scheduler [--data ../shared/data] [--seeds 10] [--real]
//
// Nothing is proved: stand-ins for REPLs let the times pass, on a virtual clock, which makes the figures exact and
// quick; --real sleeps them, a hundred times as fast, as a check of the first table. What is assumed is printed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Clock, realClock, virtualClock } from './lean/clock.ts';
import { kimina, type Ours, ours, type Result } from './lean/policies.ts';
import { type Likeness, realTimes, sampledProofs, singleProofs } from './lean/proofs.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '../../shared/data') },
    seeds: { type: 'string', default: '10' },
    real: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const timesOf = (likeness: Likeness) => {
  const times = realTimes(values.data, likeness);
  if (times !== undefined) return times;
  console.error(`${values.data} has no lean_repl/real_proof_times.json: name the folder with --data.`);
  process.exit(1);
};
const [slowest, longest, any] = [timesOf('slowest'), timesOf('longest'), timesOf('any')];

const setting = { workers: 10, importMs: 5_000 };
const [speed, proofsOfTable] = [100, 1_000];

type Run = (clock: Clock, seed: number) => Promise<Result>;

/** Means over the seeds. */
async function meanOf(run: Run, clock: () => Clock, of = seeds): Promise<Result> {
  const results: Result[] = [];
  for (const seed of of) results.push(await run(clock(), seed));
  const keys = Object.keys(results[0] as Result) as (keyof Result)[];
  const means = keys.map((key) => [key, results.reduce((sum, result) => sum + result[key], 0) / of.length]);
  return Object.fromEntries(means) as Result;
}

const columns = [
  'verdicts',
  'mean s',
  'ratio',
  'median s',
  'all s',
  'CPU s',
  'ratio',
  'imports s',
  'checks',
  'lost',
  'solved s',
];

function row(name: string, result: Result, base: Result): void {
  const seconds = (ms: number) => Math.round(ms / 1000).toLocaleString('en-US');
  const cells = [
    Math.round(result.verdicts).toLocaleString('en-US'),
    seconds(result.meanMs),
    (result.meanMs / base.meanMs).toFixed(2),
    seconds(result.medianMs),
    seconds(result.makespanMs),
    seconds(result.cpuMs),
    (result.cpuMs / base.cpuMs).toFixed(2),
    seconds(result.importMs),
    Math.round(result.checks).toLocaleString('en-US'),
    result.lost.toFixed(0),
    seconds(result.meanSolvedMs),
  ];
  console.log(name.padEnd(52) + cells.map((cell) => cell.padStart(10)).join(''));
}

function title(text: string): void {
  console.log(`\n${text}\n${' '.repeat(52)}${columns.map((column) => column.padStart(10)).join('')}`);
}

const best: Ours = { limitMs: 60_000, twoPasses: true, softly: 1, earlyStop: false };

console.log(`98 real times and 4 proofs that do not end, drawn with replacement; ${setting.workers} workers, an import takes 5 s.
Means over ${seeds.length} draws. Kimina: first come, first served; one limit; killed at it, which costs an import; no early
stop. Ours: two passes, shortest predicted first, predictions by length. "lost": end within 60 s and were called too
slow; "solved": mean time until a theorem has its first right proof. Heartbeats end what runs out of its budget and leave
Lean alive; "killed" is as if they never did. The lengths of the four endless ones are not known: they have those of the
four slowest others; "longest" gives them the four longest, "any" spreads them so that no length gives them away.`);

title(
  `Every verdict: ${proofsOfTable.toLocaleString('en-US')} proofs of as many theorems, all there at the start`,
);
const base = await meanOf(
  (clock, seed) => kimina(clock, singleProofs(slowest, proofsOfTable, seed), setting, 60_000),
  virtualClock,
);
row('Kimina, 60 s', base, base);
const quick = await meanOf(
  (clock, seed) => kimina(clock, singleProofs(slowest, proofsOfTable, seed), setting, 30_000),
  virtualClock,
);
row('Kimina, 30 s (its default)', quick, base);
for (const [name, times, policy] of [
  ['ours', slowest, best],
  ['ours, half of what runs out killed', slowest, { ...best, softly: 0.5 }],
  ['ours, killed', slowest, { ...best, softly: 0 }],
  ['ours, one pass', slowest, { ...best, twoPasses: false }],
  ['ours, 30 s', slowest, { ...best, limitMs: 30_000 }],
  ['ours, longest', longest, best],
  ['ours, longest, killed', longest, { ...best, softly: 0 }],
  ['ours, longest, one pass', longest, { ...best, twoPasses: false }],
  ['ours, any', any, best],
  ['ours, any, killed', any, { ...best, softly: 0 }],
  ['ours, any, one pass', any, { ...best, twoPasses: false }],
] as const) {
  const run: Run = (clock, seed) => ours(clock, singleProofs(times, proofsOfTable, seed), setting, policy);
  row(name, await meanOf(run, virtualClock), base);
}

if (values.real) {
  title(`The same, slept ${speed} times as fast, one draw`);
  const clock = () => realClock(speed);
  const seed = seeds.slice(0, 1);
  const proofs = singleProofs(slowest, proofsOfTable, 1);
  const real = await meanOf((slept) => kimina(slept, proofs, setting, 60_000), clock, seed);
  row('Kimina, 60 s', real, real);
  row('ours', await meanOf((slept) => ours(slept, proofs, setting, best), clock, seed), real);
  row(
    'ours, on the virtual clock',
    await meanOf((slept) => ours(slept, proofs, setting, best), virtualClock, seed),
    real,
  );
}

for (const [mix, beta] of [
  ['easy, share of right ones from Beta(0.5, 0.5), mean 0.5', { a: 0.5, b: 0.5 }],
  ['hard, from Beta(0.3, 2.7), mean 0.1', { a: 0.3, b: 2.7 }],
] as const) {
  title(`pass@32 of 244 theorems: ${mix}`);
  const draw = (seed: number) => sampledProofs(slowest, 244, 32, beta, seed);
  const all = await meanOf((clock, seed) => kimina(clock, draw(seed), setting, 60_000), virtualClock);
  row('Kimina, 60 s, every proof', all, all);
  for (const [name, policy] of [
    ['ours, early stop', { ...best, earlyStop: true }],
    ['ours, early stop, killed', { ...best, earlyStop: true, softly: 0 }],
    ['ours, early stop, one pass', { ...best, earlyStop: true, twoPasses: false }],
    ['ours, every proof', best],
  ] as const) {
    const result = await meanOf((clock, seed) => ours(clock, draw(seed), setting, policy), virtualClock);
    if (Math.round(result.solved - all.solved) !== 0)
      throw new Error(`${result.solved} solved, and not ${all.solved}`);
    row(name, result, all);
  }
  console.log(
    `solved: ${Math.round(all.solved)} theorems by each; whether a proof is right depends neither on its length nor on its time`,
  );
}
