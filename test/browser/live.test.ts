/** The live view in a real browser: `assay serve`, runs that go on, and what the page shows of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { OrchestratorClient } from '@assay/client';
import { Orchestrator } from '@assay/orchestrator';
import type { Overview, Report, RunDetail } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import type { Locator, Page } from 'playwright-core';
import { keepScreenshot, TestBrowser, withoutBrowser } from '../support/browser.ts';
import { defer } from '../support/cleanup.ts';
import { ask, serveLive, startRun, trickle } from '../support/live.ts';
import { prepare } from '../support/place.ts';
import { until } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { chunks, sampleProblems, writeSamples } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

const options = { skip: withoutBrowser() };

test('a run moves on the page, and in the end its numbers are those of the report', options, async (t) => {
  const place = await prepare(t, 20);
  const { server, http } = await serveLive(t, place.store, [place.replica]);
  const page = await (await TestBrowser.open(t)).page();
  await page.goto(http);
  await page.getByText('There are no runs yet').waitFor();

  const run = startRun(t, place.samples, server.address, 'r');
  await page.getByRole('link', { name: 'r', exact: true }).click();
  await page.getByRole('heading', { name: 'r running' }).waitFor();
  const stored = figure(page, 'verdicts stored');
  await until('a count', async () => (await numberIn(stored)) > 0);
  const [first, filled] = [await numberIn(stored), await widthOf(page.locator('.progress .bar > i'))];
  await until('more verdicts on the page', async () => (await numberIn(stored)) > first);
  await until('a longer bar', async () => (await widthOf(page.locator('.progress .bar > i'))) > filled);
  await until('a rate', async () => (await numberIn(figure(page, 'verdicts per second'))) > 0);
  await page.getByText(/ · \d+:\d\d left$/).waitFor();

  assert.equal((await run.ended).code, 0);
  await page.getByRole('heading', { name: 'r complete' }).waitFor();
  await until('all verdicts on the page', async () => (await numberIn(stored)) === 2_000);
  const { counts, coverage } = await ask<RunDetail>(`${http}api/run?id=r`);
  const { results } = await ask<Report>(`${http}api/report?id=r`);
  const [oracle] = results.verifiers;
  const last = coverage?.points.at(-1);
  assert.ok(oracle?.solved && counts && last);
  assert.deepEqual(
    [counts.verifiers[0]?.correct, counts.verifiers[0]?.incorrect, counts.problems, counts.solved],
    [oracle.correct, oracle.incorrect, results.problems, oracle.solved.problems],
  );
  assert.deepEqual(
    coverage?.points.map(({ k, estimate }) => [k, estimate]),
    oracle.coverage?.curve.points.map(({ k, judged }) => [k, judged?.estimate]),
  );
  for (const part of [
    `${oracle.correct.toLocaleString('en-US')} correct`,
    `${oracle.incorrect.toLocaleString('en-US')} incorrect`,
    `${oracle.solved.problems} of ${results.problems}`,
  ]) {
    await page.getByText(part).waitFor();
  }
  assert.equal(await figure(page, 'coverage at 100').textContent(), `${(100 * last.estimate).toFixed(1)} %`);
  await page.getByRole('link', { name: 'Full report' }).click();
  await page.getByText('report made').waitFor();
  await page.getByRole('heading', { name: 'r complete' }).waitFor();
});

test('a verifier that goes away is shown, and that it comes back', options, async (t) => {
  const place = await prepare(t, 0);
  const { http } = await serveLive(t, place.store, [place.replica]);
  const page = await (await TestBrowser.open(t)).page();
  await page.goto(http);
  const row = page.getByRole('row', { name: place.replica.address });
  await row.getByText('ready').waitFor();
  await place.replica.kill();
  await row.getByText('ejected').waitFor();
  assert.equal(await figure(page, 'replicas ready').textContent(), '0');
  await row
    .getByText(/crash|unreachable|connect/i)
    .first()
    .waitFor();
  await place.replica.restart();
  await row.getByText('ready').waitFor();
  assert.equal(await figure(page, 'replicas ready').textContent(), '1');
});

test('names that are markup, paths or long stay text', options, async (t) => {
  const { store, replica } = await prepare(t, 0);
  const { server, http } = await serveLive(t, store, [replica]);
  const client = new OrchestratorClient(server.address);
  defer(t, () => client.close());
  const attack = "\"><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
  const problems = sampleProblems({ problems: 3, candidates: 20, correct: 0.5 });
  const names = [attack, '\u202Egnp.exe\u0000', 'x'.repeat(500)];
  const hostile = problems.map((problem, i) => ({ ...problem, id: names[i] as string }));
  for (const id of ['..', '.', '__proto__']) {
    await client.createRun({ id, verifiers: ['stub'], labels: { samples: attack.repeat(40) } });
    await client.submit(id, chunks(hostile), { complete: true });
  }
  const page = await (await TestBrowser.open(t)).page({ width: 390 });
  for (const id of ['..', '.', '__proto__']) {
    await page.goto(http);
    await page.getByRole('link', { name: id, exact: true }).click();
    await page.getByRole('heading', { name: `${id} complete` }).waitFor();
    await until('cells', async () => (await page.locator('.map > i').count()) === 3);
    assert.equal(await page.title(), `${id} · Assay`);
    assert.equal(await page.locator('main img, main script').count(), 0);
    const titles = await page.locator('.map > i').evaluateAll((cells) => cells.map((cell) => cell.title));
    // Shorter ids come first.
    assert.match(titles[0] ?? '', /^\[U\+202E\]gnp\.exe\[U\+0000\]/);
    assert.ok(titles[1]?.startsWith(attack), titles[1]);
    assert.ok(await fits(page), 'no wider than the window');
  }
});

test('two runs at once, and one that another process works on', options, async (t) => {
  const place = await prepare(t, 0);
  const { server, http } = await serveLive(t, place.store, [place.replica]);
  const client = new OrchestratorClient(server.address);
  const store = openSqliteStore(place.store);
  const elsewhere = new Orchestrator(store, [place.replica.address]);
  defer(t, () => store.close());
  for (const api of [client, elsewhere]) defer(t, () => api.close());
  const ids = ['alpha', 'beta', 'gamma'];
  const seen = Promise.withResolvers<void>();
  const runs = ids.map(async (id, i) => {
    const api = i < 2 ? client : elsewhere;
    await api.createRun({ id, verifiers: ['stub'] });
    await api.submit(id, trickle(chunks(place.problems), seen.promise), { complete: true });
  });
  for (const run of runs) run.catch(seen.reject);
  const page = await (await TestBrowser.open(t)).page();
  await page.goto(http);
  for (const id of ids) await page.getByRole('row', { name: id }).getByText('running').waitFor();
  const { runs: lines } = await ask<Overview>(`${http}api/overview`);
  assert.deepEqual(
    lines
      .map(({ id, status, progress }) => `${id} ${status} ${progress === null ? 'elsewhere' : 'here'}`)
      .sort(),
    ['alpha running here', 'beta running here', 'gamma running elsewhere'],
  );
  seen.resolve();
  await Promise.all(runs);
  for (const id of ids) {
    await page.getByRole('row', { name: id }).getByText('complete').waitFor();
    await page.getByRole('row', { name: id }).getByText('2,000').waitFor();
  }
});

test('a server that is gone is missed, and found when it is there again', options, async (t) => {
  const place = await prepare(t, 0);
  const first = await serveLive(t, place.store, [place.replica]);
  const page = await (await TestBrowser.open(t)).page({
    allowed: /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|api\/run\?id=nobody| 404 /,
  });
  assert.equal((await startRun(t, place.samples, first.server.address, 'r').ended).code, 0);
  await page.goto(`${first.http}run?id=r`);
  await page.getByRole('heading', { name: 'r complete' }).waitFor();
  const status = page.getByRole('status');
  assert.equal(await status.textContent(), 'live');

  const stopped = performance.now();
  first.server.kill('SIGTERM');
  assert.equal((await first.server.ended).code, 0);
  assert.ok(performance.now() - stopped < 4_000, 'a page that looks holds nothing up');
  await status.getByText('no connection: trying again').waitFor();
  await page.getByRole('heading', { name: 'r complete' }).waitFor();

  await serveLive(t, place.store, [place.replica], new URL(first.http).port);
  await status.getByText('live', { exact: true }).waitFor();
  await page.goto(`${first.http}run?id=nobody`);
  await page.getByText('There is no run "nobody".').waitFor();
});

test('every look: light and dark, wide and narrow', options, async (t) => {
  const dir = tempDir(t);
  const replicas = [
    await Replica.start(t, { meanMs: 30, flags: ['--slots', '8'] }),
    await Replica.start(t, { meanMs: 60, flags: ['--slots', '4'] }),
  ];
  const problems = sampleProblems({ problems: 120, candidates: 60, distinct: 0.9, correct: 0.12 });
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const few = writeSamples(join(dir, 'few.jsonl'), problems.slice(0, 20));
  const { server, http } = await serveLive(t, join(dir, 'store.db'), replicas, '0', ['--verifier', 'math']);
  const before = await startRun(t, few, server.address, 'aime-2024').ended;
  assert.equal(before.code, 0, before.stderr);
  const verifiers = 'math,stub';
  startRun(t, samples, server.address, 'llama-3-8b-math128', verifiers);
  const browser = await TestBrowser.open(t);
  await until('the run', async () => (await ask<Overview>(`${http}api/overview`)).runs.length === 2);
  const looks = [
    { name: 'light', width: 1440 },
    { name: 'dark', width: 1440, dark: true },
    { name: 'light-narrow', width: 390 },
    { name: 'dark-narrow', width: 390, dark: true },
  ];
  const views = await Promise.all(
    looks.flatMap((look) =>
      [
        ['overview', ''],
        ['run', 'run?id=llama-3-8b-math128'],
      ].map(async ([kind, path]) => {
        const page = await browser.page(look);
        await page.goto(`${http}${path}`);
        return { page, name: `live-${kind}-${look.name}` };
      }),
    ),
  );
  await until(
    'some of the run is done',
    async () => {
      const { counts, rate } = await ask<RunDetail>(`${http}api/run?id=llama-3-8b-math128`);
      return (counts?.verifiers[1]?.candidates ?? 0) > 1_500 && (rate ?? 0) > 0;
    },
    60_000,
  );
  await replicas[1]?.kill();
  for (const { page, name } of views) {
    await page.locator('svg.chart').first().waitFor();
    await page.getByText('ejected').first().waitFor();
    await keepScreenshot(page, name);
    assert.ok(await fits(page), `${name} is no wider than the window`);
  }
});

/** The value of a key figure. */
function figure(page: Page, name: string): Locator {
  const own = page.locator('.figure', { has: page.getByText(name, { exact: true }) });
  return own.locator('.value');
}

async function numberIn(locator: Locator): Promise<number> {
  return Number((await locator.textContent())?.replaceAll(',', ''));
}

async function widthOf(locator: Locator): Promise<number> {
  return (await locator.boundingBox())?.width ?? 0;
}

/** Whether nothing makes the page wider than its window. */
function fits(page: Page): Promise<boolean> {
  return page.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth);
}
