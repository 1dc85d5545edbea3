/** What befalls the sandbox while it judges: the candidate pays for none of it, and the service goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '@assay/contract';
import { type CodeService, serveCode } from '../../support/code.ts';
import { blows, sandboxes, withoutSandbox } from '../../support/docker.ts';
import { until } from '../../support/process.ts';
import { wordsOf } from '../../support/stored.ts';
import { c, type Program, plain, textOf } from '../attack.ts';

/** Right, after a second of waiting. */
const patient = textOf({ language: 'c', source: c('  sleep(1);\n  return sum();') });
const wrong = textOf({ language: 'c', source: c('  sleep(1);\n  printf("4");\n  return sum();') });
const quick = textOf({ language: 'c', source: c('  return sum();') });
const inPython: Pick<Program, 'language' | 'source'> = {
  language: 'python',
  source: 'import time\ntime.sleep(1)\nprint(sum(map(int, input().split())))',
};

/** By then a program runs; it does so for a second. */
const beginMs = 400;

const skip = await withoutSandbox();

describe('faults', { skip }, () => {
  let service: CodeService;
  before(async () => {
    service = await serveCode();
    // Compiles them: what is struck below is a run.
    await service.judge(plain, [patient, wrong, quick]);
  });
  after(() => service.close());

  const judge = (...texts: string[]) => service.judge(plain, texts);
  const running = async () => (await sandboxes()).filter(({ State }) => State === 'running');

  async function strikeAll(blow: keyof typeof blows): Promise<number> {
    const all = await running();
    await Promise.all(all.map(({ Id }) => blows[blow](Id)));
    return all.length;
  }

  async function serviceLives(): Promise<void> {
    const [verdict] = await judge(quick);
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
  }

  const once = [
    ['kill', 'right in C', patient, 'CORRECT'],
    ['kill', 'wrong in C', wrong, 'INCORRECT wrong_answer'],
    ['remove', 'right in Python', textOf(inPython), 'CORRECT'],
    // Takes long: that it does not answer is all there is to see.
    ['pause', 'right in C', patient, 'CORRECT'],
  ] as const;
  for (const [blow, name, text, expected] of once) {
    test(`${blow} once, while it runs: judged again (${name})`, async () => {
      const judged = judge(text);
      await sleep(beginMs);
      assert.ok((await strikeAll(blow)) > 0);
      const [verdict] = await judged;
      assert.equal(wordsOf(verdict), expected, verdict?.message);
      await serviceLives();
    });
  }

  test('kill again and again: an error that another replica may mend, and no failure', async () => {
    const judged = judge(wrong);
    let ended = false;
    judged.finally(() => {
      ended = true;
    });
    await until('the verdict, while every sandbox is killed', async () => {
      await sleep(beginMs);
      if (!ended) await strikeAll('kill');
      return ended;
    });
    const [verdict] = (await judged) as [Verdict];
    assert.equal(verdict.status, 'ERROR', `${wordsOf(verdict)}: ${verdict.message}`);
    assert.equal(verdict.retryable, true);
    await serviceLives();
  });

  test('kill while nothing runs: the next candidate does not notice', async () => {
    await strikeAll('kill');
    await serviceLives();
    await strikeAll('remove');
    await serviceLives();
  });

  test('kill while it compiles: judged again', async () => {
    const slow = textOf({
      language: 'cpp',
      source: `#include <bits/stdc++.h>\n#include <regex>\nint main() { std::regex r("1|2|${Date.now()}"); long a, b; std::cin >> a >> b; std::cout << a + b; }`,
    });
    const judged = judge(slow);
    await sleep(beginMs);
    await strikeAll('kill');
    const [verdict] = await judged;
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
  });

  test('a batch under fire: each is right or an error, none is wrong', async () => {
    const judged = judge(...Array.from({ length: 6 }, () => patient));
    for (let i = 0; i < 3; i++) {
      await sleep(900);
      await strikeAll(i % 2 === 0 ? 'kill' : 'remove');
    }
    const words = (await judged).map((verdict) => wordsOf(verdict));
    assert.equal(words.length, 6);
    for (const word of words) assert.match(word, /^(CORRECT|ERROR \w+)$/);
    await serviceLives();
  });

  test('nothing is left when the service ends', async () => {
    await service.close();
    await until('no container', async () => (await sandboxes()).length === 0, 5_000);
  });
});
