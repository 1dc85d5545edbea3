/** A report with every part, for tests of how it is shown. What no short run gives is made up. */
import type { Bounded, CostCurve, LawName, OptimalChoice, ScalingLaw } from '@assay/statistics';
import { createRandom } from '@assay/statistics';
import type { Store } from '@assay/store';
import { buildReport } from '../build.ts';
import type { AgreementResults, Report } from '../report.ts';
import { type Said, stored } from './stored.ts';

const problems = 36;
const candidates = 48;

/** Verdicts of an oracle, of a verifier that decides, and of one that scores; some are missing. */
export function richVerdicts(): Said[][][] {
  const random = createRandom(7);
  const chance = () => random.next() / 2 ** 32;
  return Array.from({ length: problems }, (_, p) => {
    // Hard and easy problems: chances from nearly 0 to nearly 1.
    const own = p % 9 === 8 ? 0 : ((p + 0.5) / problems) ** 2.6;
    const oracle: Said[] = [];
    const second: Said[] = [];
    const scorer: Said[] = [];
    for (let i = 0; i < candidates; i++) {
      const right = chance() < own;
      const answer = right ? `${p + 1}` : `${p + 2 + random.below(5)}`;
      const silent = !right && chance() < 0.15;
      if (chance() < 0.01) {
        oracle.push({ status: 'ERROR', reason: 'verifier_timeout', message: 'gave up after 10 s' });
      } else if (silent) {
        oracle.push({ status: 'INCORRECT', reason: 'no_answer', message: 'no \\boxed{…} and no final line' });
      } else {
        oracle.push({ status: right ? 'CORRECT' : 'INCORRECT', answer });
      }
      const agrees = chance() > 0.04;
      second.push({
        status: right === agrees ? 'CORRECT' : 'INCORRECT',
        answer,
        examples: [right === agrees],
        tests: [true, right === agrees, right === agrees],
      });
      scorer.push({
        status: 'SCORED',
        score: (right ? 0.8 : -0.4) + 1.3 * (chance() + chance() - 1),
      });
    }
    return [oracle, second, scorer];
  });
}

export function richStore(): Promise<Store> {
  return stored(richVerdicts());
}

/** Of that store, and with what it has no figures for. */
export async function richReport(store: Store): Promise<Report> {
  const report = await buildReport(store, 'run');
  const { results, operations } = report;
  const names = ['math', 'tests', 'reward'];
  const named = (at: number) => names[at] ?? '';
  const [oracle] = results.verifiers;
  if (oracle === undefined) throw new Error('no oracle');
  return {
    ...report,
    run: {
      ...report.run,
      id: 'gsm8k-pythia-1b-4f2a90c1',
      verifiers: names,
      state: 'COMPLETE',
      createdMs: Date.UTC(2026, 3, 17, 9, 30),
      labels: { samples: 'samples/gsm8k.jsonl', model: 'a model of 1 B parameters' },
    },
    results: {
      ...results,
      verifiers: results.verifiers.map((verifier, i) => ({
        ...verifier,
        name: named(i),
        scaling:
          i === 0
            ? (verifier.scaling ?? scaling(oracle.coverage?.curve.points.at(-1)?.judged?.estimate ?? 0.8))
            : null,
      })),
      selectors: results.selectors.map((selector, i) => ({ ...selector, name: named(i + 1) })),
      optimal: results.optimal ?? optimal(),
      agreements: results.agreements.length > 0 ? results.agreements : [agreement()],
      rechecks: [
        {
          name: 'math',
          rechecked: 180,
          missing: 0,
          changed: 0,
          share: { estimate: 0, interval: { method: 'wilson', low: 0, high: 0.021 } },
          greatestDifference: null,
          changes: [],
        },
        {
          name: 'tests',
          rechecked: 180,
          missing: 1,
          changed: 3,
          share: { estimate: 3 / 180, interval: { method: 'wilson', low: 0.0057, high: 0.0479 } },
          greatestDifference: null,
          changes: [
            {
              problem: 'p14',
              candidate: 7,
              first: { status: 'CORRECT', reason: '', answer: '', message: '' },
              second: {
                status: 'INCORRECT',
                reason: 'time_limit',
                answer: '',
                message: 'test 12: 2.01 s of 2 s',
              },
            },
          ],
        },
      ],
      cost:
        results.cost ??
        cost(
          oracle.coverage?.curve.points.flatMap(({ k, judged }) =>
            judged === null ? [] : [{ k, y: judged.estimate }],
          ) ?? [],
        ),
    },
    operations: {
      ...operations,
      activeMs: 84_300,
      load: names.map((name, i) => ({
        name,
        replicas: i === 1 ? 2 : 1,
        slots: [8, 4, 32][i] ?? 1,
        offered: problems * candidates,
        judged: [1510, 1702, 1664][i] ?? 0,
        shared: [218, 26, 64][i] ?? 0,
        queueMs: [2.1, 640, 14][i] ?? 0,
        serviceMs: [3.4, 180, 41][i] ?? 0,
        cpuMs: [3.1, 150, 2][i] ?? 0,
        rate: [17.9, 20.2, 19.7][i] ?? 0,
        capacity: [2353, 22.2, 780][i] ?? null,
        occupied: [0.01, 0.95, 0.03][i] ?? null,
        utilization: [0.0076, 0.91, 0.025][i] ?? null,
        ceiling: [2692, 22.6, 810][i] ?? null,
      })),
      bottleneck: {
        verifier: 'tests',
        why: 'Its 4 slots are busy 91 % of the time, and candidates wait 640 ms for one; no other verifier is above 3 %.',
        rate: 20.5,
        addOne: { rate: 30.8, next: null },
      },
      verifiers: operations.verifiers.map((own, i) => ({
        ...own,
        name: named(i),
        faults:
          i === 1
            ? [
                {
                  replica: '10.0.0.7:7001',
                  kind: 'lost_connection',
                  count: 2,
                  detail: 'the connection was reset while 16 candidates were under way',
                },
              ]
            : [],
      })),
    },
  };
}

const around = (estimate: number, part = 0.08): Bounded => ({
  estimate,
  low: estimate - part * Math.abs(estimate),
  high: estimate + part * Math.abs(estimate),
});

function scaling(last: number): ScalingLaw {
  const a = Math.log(0.24);
  const b = Math.log(Math.log(Math.min(0.99, last)) / a) / Math.log(candidates);
  const laws: Record<LawName, (k: number) => number> = {
    'exponentiated-power': (k) => Math.exp(a * k ** b),
    'beta-binomial': (k) => 1 - 0.76 * k ** -0.36,
    power: (k) => Math.exp(-1.5 * k ** -0.42),
  };
  const ks = Array.from({ length: 40 }, (_, i) => Math.round((100 * candidates) ** (i / 39)));
  const parameters: Record<LawName, Record<string, Bounded>> = {
    'exponentiated-power': { a: around(a), b: around(b) },
    'beta-binomial': { alpha: around(0.31), beta: around(1.07) },
    power: { A: around(1.5), b: around(0.42) },
  };
  const names: LawName[] = ['exponentiated-power', 'beta-binomial', 'power'];
  return {
    level: 0.95,
    resamples: 200,
    subsets: 100,
    seed: 0,
    problems,
    n: candidates,
    unsolved: 5,
    laws: names.map((name, i) => ({
      name,
      parameters: parameters[name],
      error: { mean: 0.006 + 0.004 * i, deviation: 0.004, max: 0.02 + 0.01 * i, points: 37 },
      curve: [...new Set(ks)].map((k) => {
        const estimate = laws[name](k);
        const width = 0.02 + 0.015 * Math.log10(k);
        return { k, estimate, low: Math.max(0, estimate - width), high: Math.min(1, estimate + width) };
      }),
      backtests: [5, 12].map((from) => ({
        from,
        to: candidates,
        predicted: laws[name](candidates) - 0.02 * i,
        measured: last,
        rmse: 0.008 + 0.006 * i,
      })),
    })),
    best: {
      name: 'beta-binomial',
      why: 'It misses the coverage of later candidates by 0.8 points (root mean square) over 2 backtests; the next best by 1.4.',
    },
    powerLaw: {
      holds: false,
      why: 'The slope of −log coverage over log k still changes by 0.2 between the first and the last decade.',
    },
    needed: [0.5, 0.8, 0.9, 0.95, 0.99].map((target, i) => ({
      target,
      samples: i === 4 ? null : ([4, 40, 310, 2150][i] as number),
      low: i === 4 ? null : ([3, 31, 190, 980][i] as number),
      high: i === 4 ? null : i === 3 ? null : ([5, 55, 620][i] as number),
      measured: i < 2,
    })),
    doublings: [1, 2, 4, 8, 16, 32, 64, 128, 256].map((k) => ({
      k,
      coverage: laws['beta-binomial'](k),
      gain: k === 1 ? laws['beta-binomial'](1) : laws['beta-binomial'](k) - laws['beta-binomial'](k / 2),
      measured: k <= candidates,
    })),
    next: Array.from({ length: 12 }, (_, i) => ({
      problem: (i * 9 + 8) % problems,
      n: candidates,
      c: i < 5 ? 0 : i - 4,
      samples: 6 - Math.floor(i / 2),
    })).filter(({ samples }) => samples > 0),
    notes: [],
  };
}

function optimal(): OptimalChoice {
  const budgets = [1, 2, 4, 8, 16, 32, 48];
  return {
    by: 'mean score of reward',
    problems,
    bins: [1, 2, 3, 4].map((bin) => ({
      bin,
      problems: 9,
      from: 0.9 - 0.4 * bin,
      to: 1.3 - 0.4 * bin,
      best: [4, 48].map((budget) => ({
        budget,
        strategy: {
          name: bin < 3 ? 'majority' : 'best-of-n by reward',
          k: bin < 2 ? Math.min(4, budget) : budget,
        },
        success: 0.97 - 0.2 * bin + 0.002 * budget,
      })),
    })),
    points: budgets.map((budget) => ({
      budget,
      mix: 0.31 + 0.062 * Math.log2(budget),
      single: 0.31 + 0.05 * Math.log2(budget),
      singleStrategy: { name: 'best-of-n by reward', k: budget },
      difference: { low: -0.01, high: 0.024 * Math.log2(budget) + 0.01 },
    })),
    notes: ['Bins of 9 problems: which strategy is best in one of them is uncertain.'],
  };
}

function agreement(): AgreementResults {
  return {
    first: 'math',
    second: 'tests',
    both: 1702,
    correctCorrect: 493,
    correctIncorrect: 19,
    incorrectCorrect: 47,
    incorrectIncorrect: 1143,
    share: 1636 / 1702,
    shareInterval: { method: 'bootstrap-percentile-over-problems', low: 0.947, high: 0.973 },
    kappa: 0.908,
    kappaInterval: { method: 'bootstrap-percentile-over-problems', low: 0.871, high: 0.94 },
    falseAccept: { share: 47 / 1190, interval: { method: 'wilson', low: 0.0298, high: 0.0521 } },
    falseReject: { share: 19 / 512, interval: { method: 'wilson', low: 0.0239, high: 0.0573 } },
    disagreements: [
      {
        problem: 'p3',
        candidate: 17,
        first: {
          status: 'INCORRECT',
          reason: 'wrong_answer',
          answer: '\\frac{7}{12}',
          message: 'reference: 0.58',
        },
        second: { status: 'CORRECT', reason: '', answer: '', message: '' },
      },
      {
        problem: 'p21',
        candidate: 4,
        first: { status: 'CORRECT', reason: '', answer: '22', message: '' },
        second: { status: 'INCORRECT', reason: 'wrong_answer', answer: '', message: 'test 3: got 21.999' },
      },
    ],
  };
}

function cost(points: readonly { k: number; y: number }[]): CostCurve {
  return {
    name: 'a model of 1 B parameters',
    model: {
      name: 'pythia-1b',
      parameters: 1.01e9,
      layers: 16,
      width: 2048,
      source: 'its configuration file',
    },
    prices: { prompt: 0.1, completion: 0.4 },
    promptTokens: 412,
    candidateTokens: 187,
    assumed: false,
    problems,
    points: points.map(({ k, y }) => {
      const flops = problems * (8.9e11 + k * 4.1e11);
      const dollars = (problems * (412 * 0.1 + k * 187 * 0.4)) / 1e6;
      return {
        k,
        coverage: y,
        interval: {
          method: 'bootstrap-percentile-over-problems',
          low: Math.max(0, y - 0.09),
          high: Math.min(1, y + 0.08),
        },
        flops,
        dollars,
        flopsPerSolved: flops / (problems * y),
        dollarsPerSolved: dollars / (problems * y),
      };
    }),
    notes: [],
  };
}
