/** Folders of a test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { defer } from './cleanup.ts';

/** Root of the repository. */
export const repository = join(import.meta.dirname, '../..');

/** An empty folder that goes when the test ends; below `parent`, by default the system's folder for such. */
export function tempDir(t: TestContext, parent = tmpdir()): string {
  const dir = mkdtempSync(join(parent, 'assay-test-'));
  defer(t, () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
