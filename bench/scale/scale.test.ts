import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { controlPlane, costOf } from './cost.ts';
import { simulateDay } from './day.ts';
import { Draws } from './draws.ts';
import { generalMeanWait, meanWait, waitingShare, waitQuantile } from './erlang.ts';
import { defaults, intensity, overrideOf, peakFactor, withOverrides } from './inputs.ts';
import { limitsOf } from './limits.ts';
import { sensitivityOf } from './sensitivity.ts';
import { simulateStation } from './station.ts';
import { Times } from './times.ts';

const near = (found: number, expected: number, share: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= share * expected, `${what}: ${found}, expected ${expected}`);

describe('closed forms', () => {
  test("Erlang's C: values that are exact, and published ones", () => {
    // One server: the load itself. Two servers: a² / (2 + a).
    for (const load of [0.1, 0.5, 0.99]) near(waitingShare(1, load), load, 1e-12, 'one server');
    for (const load of [0.5, 1, 1.9])
      near(waitingShare(2, load), load ** 2 / (2 + load), 1e-12, 'two servers');
    // Gross and others, Fundamentals of Queueing Theory: c = 5, a = 4; c = 10, a = 8.
    near(waitingShare(5, 4), 0.5541, 1e-3, '5, 4');
    near(waitingShare(10, 8), 0.4092, 1e-3, '10, 8');
    assert.equal(waitingShare(3, 3), 1);
    assert.equal(waitingShare(10_000, 9_000), 0, 'where it is below 10⁻⁸');
  });

  test('waits: M/M/1, M/D/1 and the quantile', () => {
    near(meanWait(1, 0.8, 1), 4, 1e-12, 'M/M/1');
    near(generalMeanWait(1, 0.8, { serviceS: 1, serviceCv: 0 }), 2, 1e-12, 'M/D/1');
    // P(wait > t) = 0.8 exp(−0.2 t).
    near(waitQuantile(1, 0.8, 1, 0.99), Math.log(80) / 0.2, 1e-12, 'M/M/1');
    assert.equal(waitQuantile(1, 0.8, 1, 0.1), 0);
    assert.equal(meanWait(2, 2, 1), Number.POSITIVE_INFINITY);
  });
});

describe('station', () => {
  const run = (servers: number, rate: number, further: object = {}, seed = 1) => {
    const draws = new Draws(seed, 1);
    return simulateStation(
      { servers, rate, arrivals: 300_000, serviceS: () => draws.exponential(1), ...further },
      new Draws(seed),
    );
  };

  test('M/M/c as the closed forms have it', () => {
    for (const [servers, rate] of [
      [1, 0.7],
      [4, 3.2],
      [20, 17],
    ] as const) {
      const found = run(servers, rate);
      near(found.waited, waitingShare(servers, rate), 0.04, `${servers} servers: share that waits`);
      near(found.meanWaitS, meanWait(servers, rate, 1), 0.1, `${servers} servers: mean wait`);
      near(found.busy, rate / servers, 0.02, `${servers} servers: busy`);
    }
  });

  test('M/D/1 waits half as long', () => {
    near(run(1, 0.7, { serviceS: () => 1 }).meanWaitS, 0.7 / 0.3 / 2, 0.05, 'mean wait');
  });

  test('servers that fail: all is served, and what is redone is as computed', () => {
    // Work of 1 s on servers that live 10 s: a try fails with 1 − exp(−0.1), lost time is what the closed form says.
    const found = run(8, 4, { serviceS: () => 1, lifeS: 10, startS: 2 });
    assert.equal(found.served, 300_000);
    const fails = 1 - Math.exp(-0.1);
    const lostEach = (fails / (1 - fails)) * (10 - (1 - fails) / fails);
    near(found.redone, lostEach / (1 + lostEach), 0.05, 'redone');
    assert.ok(found.quantileS(0.99) > run(8, 4, { serviceS: () => 1 }).quantileS(0.99));
    assert.throws(() => run(1, 1, { serviceS: () => 1000, lifeS: 1, arrivals: 1 }), /never end/);
  });

  test('the same seed, the same times; another one, others', () => {
    assert.equal(run(4, 3).quantileS(0.9), run(4, 3).quantileS(0.9));
    assert.notEqual(run(4, 3).quantileS(0.9), run(4, 3, {}, 2).quantileS(0.9));
  });
});

test('draws have the mean and the spread that they should', () => {
  const draws = new Draws(7);
  const take = (draw: () => number) => {
    const values = Array.from({ length: 100_000 }, draw);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const square = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
    return { mean, cv: Math.sqrt(square) / mean };
  };
  const times = take(() => draws.time(3, 0.8));
  near(times.mean, 3, 0.02, 'mean');
  near(times.cv, 0.8, 0.05, 'cv');
  for (const mean of [0.3, 4, 400]) near(take(() => draws.poisson(mean)).mean, mean, 0.02, `poisson ${mean}`);
  assert.equal(draws.time(3, 0), 3);
});

test('times: quantiles to 2 %', () => {
  const times = new Times();
  for (let i = 1; i <= 1000; i++) times.add(i, 1);
  near(times.quantile(0.5), 500, 0.021, 'median');
  near(times.quantile(0.99), 990, 0.021, 'p99');
  assert.ok(Number.isNaN(new Times().quantile(0.5)));
});

describe('day', () => {
  const at = (perDay: number, change: object = {}) => withOverrides(change, { ...defaults, perDay });

  test('what arrives is shared, judged or left; and is as much as was asked for', () => {
    for (const change of [{}, { scaling: { nodeStartS: 3_000 } }, { spotLifeS: 1_800 }]) {
      const days = simulateDay(at(1e9, change), 3);
      for (const [name, { arrived, shared, judged, left }] of Object.entries(days)) {
        near(shared + judged + left, arrived, 1e-9, name);
        near(arrived, 1e9 * (defaults.verifiers[name]?.share ?? Number.NaN), 2e-3, name);
      }
    }
  });

  test('it is the same for the same seed', () => {
    const figures = (seed: number) =>
      Object.values(simulateDay(at(1e8), seed)).map(({ quantileS, ...rest }) => [rest, quantileS(0.99)]);
    assert.deepEqual(figures(5), figures(5));
    assert.notDeepEqual(figures(5), figures(6));
  });

  test('more load takes more pods and more money, and less for each candidate', () => {
    const loads = [1e7, 1e8, 1e9, 1e10].map((perDay) => ({ perDay, days: simulateDay(at(perDay), 1) }));
    const costs = loads.map(({ perDay, days }) => costOf(at(perDay), days));
    for (let i = 1; i < loads.length; i++) {
      for (const name of Object.keys(defaults.verifiers)) {
        const [less, more] = [loads[i - 1]?.days[name], loads[i]?.days[name]];
        assert.ok((more?.podHours ?? 0) >= (less?.podHours ?? 0), name);
        assert.ok((more?.mostPods ?? 0) >= (less?.mostPods ?? 0), name);
      }
      assert.ok((costs[i]?.total ?? 0) > (costs[i - 1]?.total ?? 0));
      assert.ok((costs[i]?.perMillion ?? 0) < 1.1 * (costs[i - 1]?.perMillion ?? 0));
    }
    const [planes] = [loads.map(({ perDay }) => controlPlane(at(perDay)).orchestrators)];
    assert.deepEqual(
      planes,
      planes.toSorted((a, b) => a - b),
    );
  });

  test('slots are at work no more than they are there, and no less than the work needs', () => {
    for (const [name, { busy, podHours, judged }] of Object.entries(simulateDay(at(1e9), 1))) {
      const { serviceS = 0, slotsPerPod = 0 } = defaults.verifiers[name] ?? {};
      assert.ok(busy > 0.05 && busy <= 1, `${name}: ${busy}`);
      assert.ok(podHours * slotsPerPod >= (judged * serviceS) / 3_600, name);
    }
  });

  test('waves, late nodes and lost pods make verdicts later', () => {
    const p99 = (change: object) => simulateDay(at(1e9, change), 1).code?.quantileS(0.99) ?? Number.NaN;
    assert.ok(p99({ waves: { factor: 1 } }) < p99({}));
    assert.ok(p99({ waves: { factor: 4 } }) > p99({}));
    const redone = (change: object) => simulateDay(at(1e9, change), 1).lean?.redone ?? Number.NaN;
    assert.ok(redone({ spotLifeS: 3_600 }) > 10 * redone({}));
  });
});

describe('plan', () => {
  test('arrivals have the mean of 1, and the peak is met', () => {
    let sum = 0;
    for (let t = 0; t < 86_400; t++) sum += intensity(defaults, t) / 86_400;
    near(sum, 1, 1e-3, 'mean');
    near(peakFactor(defaults), (2 / 1.2) * (12 / (205 / 24)), 1e-3, 'peak');
  });

  test('limits come in the order in which they are reached, and move with what they depend on', () => {
    const limits = limitsOf(defaults);
    assert.deepEqual(
      limits.map(({ perDay }) => perDay),
      limits.map(({ perDay }) => perDay).toSorted((a, b) => a - b),
    );
    const reached = (part: string, change: object) =>
      limitsOf(withOverrides(change)).find((each) => each.part === part)?.perDay ?? Number.NaN;
    const size = 'size of one Postgres';
    near(reached(size, { postgres: { retentionDays: 15 } }), 2 * reached(size, {}), 1e-9, size);
    // 64 TB ÷ (900 bytes × 30 days).
    near(reached(size, {}), 64e12 / 27_000, 1e-9, size);
    const one = 'one orchestrator with SQLite';
    near(reached(one, {}), (50_800 * 86_400) / peakFactor(defaults), 1e-9, one);
  });

  test('it scales as the chart does by default', () => {
    const chart = readFileSync(join(import.meta.dirname, '../../deploy/helm/assay/values.yaml'), 'utf8');
    const number = (pattern: string) => Number(new RegExp(pattern, 'm').exec(chart)?.[1]);
    const { pollS, settleS, utilization } = defaults.scaling;
    assert.equal(number('^ {2}pollingIntervalSeconds: (.*)'), pollS);
    assert.equal(number('^ {2}scaleDownStabilizationSeconds: (.*)'), settleS);
    // The plan's reward model is on GPUs.
    const place: Record<string, string> = { reward: 'rewardGpu' };
    for (const [name, { targetS }] of Object.entries(defaults.verifiers)) {
      const scaling = (value: string) =>
        number(`^ {2}${place[name] ?? name}:\\n(?: {4}.*\\n)*? {4}scaling: .* ${value}: (\\d+)`);
      assert.equal(scaling('targetSecondsPerSlot'), targetS, name);
      assert.equal(scaling('targetBusyPercent'), 100 * utilization, name);
    }
  });

  test('inputs are overridden by name; unknown ones and nonsense are refused', () => {
    const inputs = withOverrides(overrideOf('verifiers.math.share=0.5'));
    assert.equal(inputs.verifiers.math?.share, 0.5);
    assert.equal(inputs.verifiers.code?.share, defaults.verifiers.code?.share);
    assert.equal(defaults.verifiers.math?.share, 0.6, 'the defaults stay');
    for (const [text, message] of [
      ['verifiers.maths.share=0.5', /no input verifiers\.maths/],
      ['perDay="many"', /perDay must be a number/],
      ['perDay=-1', /at least 0/],
      ['hours=3', /must be a list/],
    ] as const) {
      assert.throws(() => withOverrides(overrideOf(text)), message);
    }
  });

  test('sensitivity: what costs nothing to change costs nothing, and longer work costs more', () => {
    const rows = sensitivityOf({ ...defaults, perDay: 1e8 }, 1);
    const cost = (input: string) => rows.find((each) => each.input === input)?.cost ?? Number.NaN;
    assert.ok(cost('service times') > 1.3 && cost('service times') < 2.1);
    assert.ok(cost('days kept in Postgres') < 1);
    assert.ok(cost('duplicates') > 1);
  });
});
