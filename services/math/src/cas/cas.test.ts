import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import type { Ask, Finding } from './ask.ts';
import { Cas } from './cas.ts';

const ask = (gold: unknown, answer: unknown): Ask => ({
  gold: JSON.stringify(gold),
  answer: JSON.stringify(answer),
});

const easy = ask(
  ['Integrate', ['Function', ['Power', 'x', 2], 'x'], ['Limits', 'x', 0, 1]],
  ['Rational', 1, 3],
);
const tower = ask(['Power', 9, ['Power', 9, ['Power', 9, 9]]], 0);
const sum = (of: unknown) => ['Sum', of, ['Limits', 'k', 1, 1_000_000_000]];

const bombs: Record<string, Ask> = {
  tower,
  expansion: ask(['Power', ['Add', 1, 'x'], 100_000], ['Add', 1, ['Power', ['Add', 1, 'x'], 100_000]]),
  trinomial: ask(['Power', ['Add', 'x', 'y', 'z'], 200], ['Add', 1, ['Power', ['Add', 'x', 'y', 'z'], 200]]),
  'long sum': ask(sum(['Divide', 1, ['Add', 'k', ['Sin', 'k']]]), 1),
  'long sum of integers': ask(sum('k'), 1),
  factorials: ask(['Factorial', ['Factorial', ['Factorial', 9]]], 1),
  binomial: ask(['Binomial', 1_000_000_000, 500_000_000], 1),
};

async function decide(cas: Cas, asks: Ask[], signal?: AbortSignal): Promise<Finding['finding'][]> {
  const findings: Finding['finding'][] = [];
  for await (const some of cas.decide(asks, signal)) {
    for (const [at, { finding }] of some) findings[at] = finding;
  }
  return findings;
}

/** Largest resident memory that any of the processes has had. */
function peakMb(pids: number[]): number {
  const peaks = pids.map((pid) => {
    try {
      return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) >> 10;
    } catch {
      // It has ended.
      return 0;
    }
  });
  return Math.max(0, ...peaks);
}

describe('cas', () => {
  const cas = new Cas({ timeoutMs: 1_000 });
  after(() => cas.close());

  test('nothing runs until something is asked', async () => {
    assert.deepEqual(await decide(cas, []), []);
    assert.deepEqual(await cas.pids(), []);
    assert.deepEqual(await decide(cas, [easy]), ['equal']);
    assert.equal((await cas.pids()).length, 1);
  });

  test('bombs end in time, in bounded memory, and leave the others alone', async () => {
    for (const [name, bomb] of Object.entries(bombs)) {
      const pids = await cas.pids();
      const watch = { peak: 0 };
      const timer = setInterval(() => {
        watch.peak = Math.max(watch.peak, peakMb(pids));
      }, 10);
      const start = performance.now();
      assert.deepEqual(await decide(cas, [bomb]), ['undecided'], name);
      const ms = performance.now() - start;
      clearInterval(timer);
      // A process that was ended before may have to come up first.
      assert.ok(ms < 5_000, `${name}: ${ms} ms`);
      assert.ok(watch.peak < 256, `${name}: ${watch.peak} MB`);
    }
    assert.deepEqual(await decide(cas, [easy, tower, easy]), ['equal', 'undecided', 'equal']);
  });

  test('a question is answered once', async () => {
    const start = performance.now();
    assert.deepEqual(await decide(cas, [tower, easy, tower]), ['undecided', 'equal', 'undecided']);
    assert.ok(performance.now() - start < 1_000);
  });

  test('a batch of bombs is given up, and others come in between', async () => {
    const start = performance.now();
    const batch = decide(
      cas,
      Array.from({ length: 200 }, (_, at) => ask(sum(['Divide', at + 1, ['Add', 'k', ['Sin', 'k']]]), 1)),
    );
    const other = decide(cas, [ask(['Product', 'k', ['Limits', 'k', 1, 5]], 120)]).then(
      (findings) => [findings, performance.now() - start] as const,
    );
    assert.deepEqual(new Set(await batch), new Set(['undecided']));
    const whole = performance.now() - start;
    const [findings, ms] = await other;
    assert.deepEqual(findings, ['equal']);
    assert.ok(ms < whole / 2, `${ms} of ${whole} ms`);
    assert.ok(whole < 30_000, `${whole} ms`);
  });

  test('what is cancelled ends', async () => {
    const towers = [2, 3, 4].map((base) => ask(['Power', base, ['Power', 9, ['Power', 9, 9]]], 0));
    const start = performance.now();
    await assert.rejects(decide(cas, towers, AbortSignal.timeout(100)), {
      name: 'TimeoutError',
    });
    assert.ok(performance.now() - start < 5_000);
  });
});

test('it ends when nobody asks, and starts again', async (t) => {
  const cas = new Cas({ idleMs: 50 });
  t.after(() => cas.close());
  assert.deepEqual(await decide(cas, [easy]), ['equal']);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(await cas.pids(), []);
  assert.deepEqual(await decide(cas, [ask(1, 1)]), ['equal']);
});

test('where it does not start, everything is undecided', async () => {
  const cas = new Cas({ source: 'throw new Error("broken")' });
  const findings: Finding[] = [];
  for await (const some of cas.decide([easy, tower])) findings.push(...some.map(([, finding]) => finding));
  assert.deepEqual(
    findings.map(({ finding }) => finding),
    ['undecided', 'undecided'],
  );
  assert.match(findings[0]?.rule ?? '', /broken/);
  cas.close();
});
