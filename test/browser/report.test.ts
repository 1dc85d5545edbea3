/** The report as a page, in a real browser: opened as a file, read, searched, and attacked. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { assay } from '../support/assay.ts';
import { keepScreenshot, TestBrowser, withoutBrowser } from '../support/browser.ts';
import { tempDir } from '../support/temp.ts';

const skip = withoutBrowser();

/** Samples of which some would take over a page that reads them as markup. */
const evil = '<img src=x onerror="window.taken=1"></script><script>window.taken=1</script>\u202E\u2028';

function writeSamples(folder: string): string {
  const path = join(folder, 'samples.jsonl');
  const rows = Array.from({ length: 12 }, (_, p) => ({
    id: p === 3 ? `p3 ${evil}` : `p${p}`,
    prompt: 'What?',
    gold: String(p),
    samples: Array.from({ length: 10 }, (_, i) =>
      (p * 7 + i) % 12 < p
        ? `It is \\boxed{${p}}. ${p === 5 ? evil : ''}`
        : `Perhaps ${i % 3 === 0 ? 'nothing' : `\\boxed{${p + 1 + (i % 4)}}`}. ${p === 5 ? evil : ''}`,
    ),
  }));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

/** Of the page: behind, and of its text. Code of the browser, whose types this package does not have. */
const colors = '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]';

/** Judges the samples and writes the page twice: with candidates in it, and beside it. */
async function reportOn(t: TestContext): Promise<{ some: string; all: string }> {
  const folder = tempDir(t);
  const store = join(folder, 'store.db');
  const run = await assay(t, [
    'run',
    writeSamples(folder),
    '--verifier',
    'math',
    '--run',
    'r',
    '--store',
    store,
    '--quiet',
  ]);
  assert.equal(run.code, 0, run.stderr);
  const write = async (details: string) => {
    const file = join(folder, `${details}.html`);
    const report = ['report', 'r', '--store', store, '--html', file, '--details', details];
    const { code, stderr } = await assay(t, report);
    assert.equal(code, 0, stderr);
    return file;
  };
  return { some: await write('some'), all: await write('all') };
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? '';
}

async function open(page: Page, file: string): Promise<void> {
  await page.goto(pathToFileURL(file).href);
  await page.locator('main h1').waitFor();
}

test('the report in a browser', { skip }, async (t) => {
  const files = await reportOn(t);
  const browser = await TestBrowser.open(t);

  await t.test(
    'tells its story without a network, and is found through: search, filter, sort, drill-down',
    async () => {
      const file = files.some;
      const page = await browser.page();
      await open(page, file);
      assert.match(await textOf(page.locator('main h1')), /^r\s+complete$/);
      assert.match(await textOf(page.locator('.figures')), /Coverage at 10/);
      assert.ok((await page.locator('svg.chart').count()) >= 2);
      const rows = page.locator('#problems tr.pick');
      assert.equal(await rows.count(), 12);
      await page.locator('input[type=search]').fill('p1');
      assert.equal(await rows.count(), 3);
      await page.locator('input[type=search]').fill('');
      await page.getByLabel('show', { exact: true }).selectOption('unsolved');
      const unsolved = await rows.count();
      assert.ok(unsolved > 0 && unsolved < 12);
      await page.getByLabel('show', { exact: true }).selectOption('all');
      await page.locator('#problems th button', { hasText: 'share' }).click();
      assert.match(await textOf(rows.first().locator('button')), /^p11$/);
      await rows.first().locator('button').click();
      const candidates = page.locator('details.candidate');
      assert.equal(await candidates.count(), 10);
      await candidates.first().locator('summary').click();
      // The text that was judged, known by its key: so nothing is said against it.
      assert.match(await textOf(candidates.first().locator('pre')), /boxed/);
      assert.ok(!(await textOf(candidates.first())).includes('as the sample file has it now'));
      // What is open stays so, whatever else is opened, sorted or looked for.
      await rows.nth(1).locator('button').click();
      assert.equal(await candidates.count(), 20);
      await page.locator('input[type=search]').fill('p2');
      assert.equal(await candidates.count(), 0);
      await page.locator('input[type=search]').fill('p11');
      assert.match(await textOf(candidates.locator('pre')), /boxed/);
      await rows.first().locator('button').click();
      assert.equal(await candidates.count(), 0);
    },
  );

  await t.test('values where a chart is pointed at, by mouse and by keys', async () => {
    const file = files.some;
    const page = await browser.page();
    await open(page, file);
    const chart = page.locator('#curves svg.chart').first();
    await chart.hover({ position: { x: 300, y: 100 } });
    assert.match(await textOf(page.locator('#curves .tip').first()), /coverage/);
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.match(await textOf(page.locator('#curves .tip').first()), /k: \d/);
    await page.locator('#curves details > summary').first().click();
    assert.match(await textOf(page.locator('#curves details table').first()), /coverage/);
  });

  await t.test('texts of others stay texts', async () => {
    const file = files.some;
    const page = await browser.page();
    await open(page, file);
    for (const id of ['p3', 'p5']) {
      await page.locator('#problems tr.pick button', { hasText: new RegExp(`^${id}\\b`) }).click();
    }
    for (const candidate of await page.locator('details.candidate > summary').all()) await candidate.click();
    const texts = await page.locator('details.candidate pre').allTextContents();
    assert.ok(texts.some((text) => text.includes('<img src=x') && text.includes('[U+202E]')));
    assert.equal(await page.locator('main img').count(), 0);
    assert.equal(await page.evaluate<boolean>("'taken' in window"), false);
  });

  await t.test('all candidates, from files beside the page', async () => {
    const file = files.all;
    const page = await browser.page();
    await open(page, file);
    await page.locator('#problems tr.pick button', { hasText: /^p5/ }).click();
    await page.locator('details.candidate').first().waitFor();
    assert.equal(await page.locator('details.candidate').count(), 10);
    await page.locator('details.candidate > summary').last().click();
    assert.match(await textOf(page.locator('details.candidate pre').first()), /<img src=x/);
    assert.equal(await page.evaluate<boolean>("'taken' in window"), false);
  });

  await t.test('nothing is wider than the screen, light and dark, wide and narrow', async () => {
    const file = files.some;
    for (const width of [1440, 768, 390, 360]) {
      for (const dark of [false, true]) {
        const page = await browser.page({ width, dark });
        await open(page, file);
        await page.locator('#problems tr.pick button').nth(3).click();
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= width, `${wide} px on a screen of ${width}`);
        const [back, text] = await page.evaluate<[string, string]>(colors);
        const light = (color: string) => Number(/\d+/.exec(color)?.[0]);
        assert.equal(light(back) < light(text), dark);
        await keepScreenshot(page, `report-${width}-${dark ? 'dark' : 'light'}`);
      }
    }
  });

  await t.test('dark and light at the press of a button', async () => {
    const file = files.some;
    const page = await browser.page();
    await open(page, file);
    const back = () => page.evaluate<[string, string]>(colors).then(([own]) => own);
    const light = await back();
    await page.getByLabel('Dark colours').click();
    assert.notEqual(await back(), light);
    await page.getByLabel('Light colours').click();
    assert.equal(await back(), light);
  });
});
