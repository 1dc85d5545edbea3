/** The Docker engine goes away while candidates are judged: they pay for none of it, and the service goes on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CodeService, serveCode } from '../../support/code.ts';
import { sandboxes, withoutSandbox } from '../../support/docker.ts';
import { EngineLink } from '../../support/engine-link.ts';
import { until } from '../../support/process.ts';
import { wordsOf } from '../../support/stored.ts';
import { c, plain, textOf } from '../attack.ts';

/** Right, after a second of waiting. */
const patient = textOf({ language: 'c', source: c('  sleep(1);\n  return sum();') });
const wrong = textOf({ language: 'c', source: c('  sleep(1);\n  printf("4");\n  return sum();') });
const quick = textOf({ language: 'c', source: c('  return sum();') });

/** By then a program runs; it does so for a second. */
const beginMs = 400;

const skip = await withoutSandbox();

describe('the engine goes away', { skip }, () => {
  const folder = skip ? '' : mkdtempSync(join(tmpdir(), 'assay-engine-'));
  let link: EngineLink;
  let service: CodeService;

  before(async () => {
    link = await EngineLink.open(folder);
    service = await serveCode(1, { docker: link.docker, selfTest: false });
    // Compiles them: what is cut below is a run.
    await judge(patient, wrong, quick);
  });
  after(async () => {
    await link.mend();
    await service.close();
    link.cut();
    rmSync(folder, { recursive: true });
  });

  const judge = (...texts: string[]) => service.judge(plain, texts);

  async function serviceLives(): Promise<void> {
    const [verdict] = await judge(quick);
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
  }

  /** Whether all of this process's containers are in use: one to run in, perhaps one to build in. */
  async function noneIsLost(): Promise<boolean> {
    const all = await sandboxes();
    return all.length <= 2 && all.every(({ State }) => State === 'running');
  }

  for (const [name, text, expected, awayMs] of [
    ['right', patient, 'CORRECT', 0],
    ['right', patient, 'CORRECT', 3000],
    ['wrong', wrong, 'INCORRECT wrong_answer', 3000],
  ] as const) {
    test(`for ${awayMs} ms, while a program runs: judged again (${name})`, async () => {
      const judged = judge(text);
      await sleep(beginMs);
      link.cut();
      await sleep(awayMs);
      await link.mend();
      const [verdict] = await judged;
      assert.equal(wordsOf(verdict), expected, verdict?.message);
      assert.match(verdict?.message ?? '', /second try/);
      await serviceLives();
      await until('nothing but what is in use', noneIsLost);
    });
  }

  test('while a program is compiled: judged again', async () => {
    const fresh = textOf({
      language: 'cpp',
      source: `#include <bits/stdc++.h>\n#include <regex>\nint main() { std::regex r("1|2|${Date.now()}"); long a, b; std::cin >> a >> b; std::cout << a + b; }`,
    });
    const judged = judge(fresh);
    await sleep(beginMs);
    link.cut();
    await sleep(1000);
    await link.mend();
    const [verdict] = await judged;
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
  });

  test('while nothing runs: the next candidate does not notice', async () => {
    link.cut();
    await link.mend();
    await serviceLives();
  });

  test('says nothing for a while: waited for', async () => {
    const judged = judge(patient);
    await sleep(beginMs);
    const goOn = link.hold();
    await sleep(2000);
    goOn();
    const [verdict] = await judged;
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
    assert.doesNotMatch(verdict?.message ?? '', /second try/);
  });

  test('when it has made a container, and before it says so: that one is removed', async () => {
    link.cut();
    await link.mend();
    link.cutAtAnswerTo(/^POST \/containers\/create/);
    const judged = judge(quick);
    await until('the engine is away', () => link.isCut);
    assert.ok(
      (await sandboxes()).some(({ State }) => State === 'created'),
      'a container that nobody knows',
    );
    await link.mend();
    const [verdict] = await judged;
    assert.equal(wordsOf(verdict), 'CORRECT', verdict?.message);
    await until('nothing but what is in use', noneIsLost);
  });

  test('and stays away: an error that another replica may mend, and all containers end by themselves', async () => {
    const judged = judge(wrong);
    await sleep(beginMs);
    link.cut();
    await until('no container', async () => (await sandboxes()).length === 0);
    const [verdict] = await judged;
    assert.equal(wordsOf(verdict), 'ERROR verifier_crash', verdict?.message);
    assert.equal(verdict?.retryable, true);
    await link.mend();
    await serviceLives();
  });

  test('nothing is left when the service ends', async () => {
    await service.close();
    await until('no container', async () => (await sandboxes()).length === 0, 5_000);
  });
});
