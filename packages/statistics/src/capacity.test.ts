import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { capacityOf, replicasFor } from './capacity-knee.ts';
import { fitScalability, scalabilityAt } from './capacity-law.ts';
import { bottleneckOf, type LoadMeasures, verifierLoad } from './capacity-load.ts';
import { createRandom } from './random.ts';

const close = (actual: number, expected: number, share: number) =>
  assert.ok(Math.abs(actual - expected) <= share * Math.abs(expected), `${actual}, not ${expected}`);
const pointsOf = (n: number[], x: number[]) => n.map((each, i) => ({ n: each, x: x[i] as number }));

describe('Universal Scalability Law', () => {
  test('SPEC SDM91 and the ray tracer: the coefficients of the R package usl', () => {
    const spec = fitScalability(
      pointsOf([1, 18, 36, 72, 108, 144, 216], [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775, 1702.2]),
    );
    close(spec.lambda, 89.9952382, 1e-6);
    close(spec.sigma, 0.0277285, 2e-6);
    close(spec.kappa, 0.0001044, 5e-4);
    close(spec.peak as number, 96.52, 1e-4);
    const ray = fitScalability(
      pointsOf(
        [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64],
        [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310],
      ),
    );
    close(ray.lambda, 21.848843, 1e-6);
    close(ray.sigma, 0.057771, 1e-5);
    assert.equal(ray.kappa, 0);
    assert.equal(ray.peak, null);
  });

  test('finds the law that made the points, at its bounds too', () => {
    const random = createRandom(3);
    const n = [1, 2, 3, 5, 8, 16, 32, 64, 128];
    for (const lambda of [0.02, 35, 4e5]) {
      for (const sigma of [0, 1e-3, 0.05, 0.9]) {
        for (const kappa of [0, 1e-6, 1e-3, 0.2]) {
          const made = { lambda, sigma, kappa, peak: null, r2: 1 };
          const points = n.map((each) => ({ n: each, x: scalabilityAt(made, each) }));
          const fitted = fitScalability(points);
          close(fitted.lambda, lambda, 1e-4);
          for (const { n: each, x } of points) close(scalabilityAt(fitted, each), x, 1e-4);
          // With noise: no worse than the law that made them.
          const noisy = points.map(({ n: each, x }) => ({
            n: each,
            x: x * (0.9 + (0.2 * random.next()) / 2 ** 32),
          }));
          const loss = (law: typeof made) =>
            noisy.reduce((sum, p) => sum + (p.x - scalabilityAt(law, p.n)) ** 2, 0);
          assert.ok(loss({ ...made, ...fitScalability(noisy) } as typeof made) <= loss(made) * (1 + 1e-9));
          assert.ok(fitted.sigma >= 0 && fitted.kappa >= 0);
        }
      }
    }
  });

  test('throughput that stays as it is has no peak', () => {
    for (const x of [1e-6, 10, 1 / 3, 7e5]) {
      const { lambda, sigma, kappa, peak } = fitScalability(pointsOf([1, 2, 4, 8], [x, x, x, x]));
      close(lambda, x, 1e-6);
      close(sigma, 1, 1e-6);
      assert.deepEqual([kappa, peak], [0, null]);
    }
  });

  test('refuses what says nothing', () => {
    assert.throws(() => fitScalability(pointsOf([1, 2, 2], [1, 2, 2])), RangeError);
    assert.throws(() => fitScalability(pointsOf([1, 2, 3], [0, 0, 0])), RangeError);
    assert.throws(() => fitScalability(pointsOf([0, 2, 3], [1, 2, 3])), RangeError);
    assert.throws(() => fitScalability(pointsOf([1, 2, 3], [1, Number.NaN, 3])), RangeError);
  });
});

/** `slots` slots of a service time, by the asymptotes of a closed queue without variance. */
const ideal = (slots: number, ms: number, ns: number[]) =>
  ns.map((n) => {
    const x = (1000 * Math.min(n, slots)) / ms;
    return { n, x, ms: (1000 * n) / x };
  });

describe('capacity of one verifier', () => {
  test('knee at its slots, whatever the steps', () => {
    for (const slots of [1, 3, 8, 50]) {
      const capacity = capacityOf(ideal(slots, 20, [1, 2, 4, 8, 16, 32, 64, 128]));
      assert.ok(capacity);
      close(capacity.knee as number, slots, 1e-9);
      close(capacity.throughput, slots * 50, 1e-9);
      assert.equal(replicasFor(1000, capacity, 1), Math.ceil(20 / slots));
      assert.equal(replicasFor(1000, capacity, 0.5), Math.ceil(40 / slots));
    }
  });

  test('the way there and back is none of the knee, where judging is most of the time', () => {
    const remote = (serviceMs: number) =>
      [1, 4, 16].map((n) => ({ n, x: Math.min(n / 0.025, 100), ms: n < 4 ? 25 : 10 * n, serviceMs }));
    close(capacityOf(remote(20))?.knee as number, 2, 1e-9);
    // What is told cannot be the time, or is little of it.
    for (const told of [0, 5, 30]) close(capacityOf(remote(told))?.knee as number, 2.5, 1e-9);
  });

  test('no knee where throughput still rises; none of anything where there are no verdicts', () => {
    assert.equal(capacityOf(ideal(64, 20, [1, 2, 4, 8]))?.knee, null);
    assert.equal(capacityOf(ideal(64, 20, [1, 2]))?.law, null);
    assert.equal(capacityOf([{ n: 1, x: 0, ms: 0 }]), null);
    assert.equal(capacityOf([]), null);
  });
});

const seconds = 100;
/** A verifier that judged `judged` candidates in `ms` each, in a run of 100 s. */
function measured(
  name: string,
  more: Partial<LoadMeasures> & { ms: number; slots: number; replicas?: never },
) {
  const { ms, slots, ...given } = more;
  const judged = given.judged ?? 1000;
  const busyMs = judged * ms;
  return {
    name,
    offered: 1000,
    judged,
    judgements: judged,
    queueUs: 0,
    serviceUs: 1000 * busyMs,
    cpuUs: 0,
    replicas: [{ slots, slotMs: slots * seconds * 1000, busyMs }],
    ...given,
  } as LoadMeasures;
}
const bottleneck = (measures: LoadMeasures[], loop = 0) =>
  bottleneckOf(
    measures.map((each) => verifierLoad(each, seconds * 1000)),
    { activeMs: seconds * 1000, loopMs: loop * seconds * 1000 },
  );

describe('bottleneck of a run', () => {
  test('the verifier whose slots are always at work; the next one bounds what a replica gives', () => {
    const slow = measured('slow', { ms: 400, slots: 4 });
    const found = bottleneck([measured('quick', { ms: 240, slots: 4 }), slow]);
    assert.equal(found?.verifier, 'slow');
    close(found.rate, 10, 1e-9);
    close(found.addOne?.rate as number, 10 / 0.6, 1e-9);
    assert.equal(found.addOne?.next, 'quick');
    const alone = bottleneck([measured('quick', { ms: 40, slots: 4 }), slow]);
    close(alone?.addOne?.rate as number, 20, 1e-9);
    assert.equal(alone?.addOne?.next, 'slow');
  });

  test('the orchestrator bounds too, and limits where slots wait for it', () => {
    const slow = measured('slow', { ms: 400, slots: 4 });
    const bounded = bottleneck([slow], 0.7);
    assert.equal(bounded?.verifier, 'slow');
    assert.equal(bounded.addOne?.next, null);
    close(bounded.addOne?.rate as number, 10 / 0.7, 1e-9);
    const waiting = { ...slow, serviceUs: slow.serviceUs / 10 };
    assert.equal(bottleneck([waiting], 0.97)?.verifier, null);
    assert.match(bottleneck([waiting], 0.97)?.why ?? '', /busy 97 % of the time.*judged 10 %/);
    assert.equal(bottleneck([waiting], 0.3)?.verifier, 'slow', 'its own overhead, or other runs');
  });

  test('no verifier is busy: none limits', () => {
    const found = bottleneck([measured('a', { ms: 100, slots: 4 })]);
    assert.equal(found?.verifier, null);
    assert.equal(found.addOne, null);
    assert.match(found.why, /a's slots, the busiest, had work 25 %/);
  });

  test('identical work counts in the ceiling, and not in the load', () => {
    const load = verifierLoad(measured('a', { ms: 100, slots: 4, judged: 250 }), seconds * 1000);
    close(load.capacity as number, 40, 1e-9);
    close(load.ceiling as number, 160, 1e-9);
    close(load.utilization as number, 2.5 / 40, 1e-9);
    assert.equal(load.shared, 750);
  });

  test('two sittings with a replica each are one replica, not two', () => {
    const half = { slots: 4, slotMs: 4 * 50_000, busyMs: 200_000 };
    const load = verifierLoad(
      { ...measured('a', { ms: 400, slots: 4 }), replicas: [half, half] },
      seconds * 1000,
    );
    assert.equal(load.replicas, 1);
    close(load.slots as number, 4, 1e-9);
    close(load.occupied as number, 1, 1e-9);
  });

  test('without stated times, the service time is that of the occupied slots', () => {
    const load = verifierLoad({ ...measured('a', { ms: 100, slots: 4 }), serviceUs: 0 }, seconds * 1000);
    close(load.serviceMs, 100, 1e-9);
  });

  test('nothing recorded, nothing judged, no time: said, never NaN', () => {
    const old = verifierLoad({ ...measured('a', { ms: 1, slots: 1 }), replicas: null }, seconds * 1000);
    assert.deepEqual(
      [old.slots, old.capacity, old.utilization, old.occupied, old.ceiling],
      Array(5).fill(null),
    );
    const none = bottleneckOf([old], { activeMs: 1000, loopMs: null });
    assert.equal(none?.verifier, null);
    assert.match(none.why, /was not recorded/);
    const unjudged = measured('a', { ms: 1, slots: 1, judged: 0 });
    assert.equal(bottleneck([unjudged]), null);
    assert.ok(Object.values(verifierLoad(unjudged, 0)).every((value) => !Number.isNaN(value)));
  });
});
