/** A real browser: what ASSAY_TEST_CHROMIUM names, or the first Chromium on the PATH. */
import assert from 'node:assert/strict';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { defer } from './cleanup.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Why tests that need a browser must be skipped; false where they need not. */
export function withoutBrowser(): string | false {
  if (browserPath() !== undefined) return false;
  return `no ${names.join(', ')} on the PATH, and ASSAY_TEST_CHROMIUM names none`;
}

function browserPath(): string | undefined {
  const named = process.env.ASSAY_TEST_CHROMIUM;
  if (named) return resolve(named);
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface PageOptions {
  /** CSS pixels. @default 1440 × 900 */
  width?: number;
  height?: number;
  /** The user prefers dark colours. */
  dark?: boolean;
  /** What goes wrong as the test means it to: these faults are none. */
  allowed?: RegExp;
}

/** A browser that reaches no machine but this one. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #t: TestContext;

  private constructor(browser: Browser, t: TestContext) {
    this.#browser = browser;
    this.#t = t;
  }

  static async open(t: TestContext): Promise<TestBrowser> {
    const executablePath = browserPath();
    assert.ok(executablePath, withoutBrowser() || '');
    const browser = await chromium.launch({
      executablePath,
      // Chromium's own sandbox refuses to work for root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
      timeout: 60_000,
    });
    defer(t, () => browser.close());
    return new TestBrowser(browser, t);
  }

  /** A page of its own. The test fails where the page logs a warning or an error, throws, or a request of it fails. */
  async page({ width = 1440, height = 900, dark = false, allowed }: PageOptions = {}): Promise<Page> {
    const page = await this.#browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    page.setDefaultTimeout(20_000);
    const faults: string[] = [];
    const note = (text: string) => {
      if (!allowed?.test(text)) faults.push(text);
    };
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) note(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => note(`thrown: ${error.stack ?? error.message}`));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // What a page that is left, or that stops listening, asked for.
      if (reason !== 'net::ERR_ABORTED') note(`failed: ${request.url()}: ${reason}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) note(`answered with ${response.status()}: ${response.url()}`);
    });
    defer(this.#t, async () => {
      await page.close();
      assert.deepEqual(faults, [], 'faults of the page');
    });
    return page;
  }
}

/** Keeps what the page looks like, from top to bottom, as NAME.png in the folder that ASSAY_TEST_SCREENSHOTS names. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.ASSAY_TEST_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
