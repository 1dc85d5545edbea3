/** The Lean that tests may use: what ASSAY_TEST_LEAN names, or `lean` on the PATH. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

export interface TestLean {
  /** Environment in which it is the first `lean` on the PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Too slow for more than a few proofs, as one that is compiled to WebAssembly is. */
  readonly isSlow: boolean;
}

/** Milliseconds for a theorem that is proved by `rfl`. */
const slowMs = 5_000;

/** Why there is none, or the Lean. */
export function testLean(): TestLean | string {
  const named = process.env.ASSAY_TEST_LEAN;
  const path = process.env.PATH ?? '';
  const env = { PATH: named === undefined ? path : `${dirname(resolve(named))}${delimiter}${path}` };
  const folder = mkdtempSync(join(tmpdir(), 'assay-lean-'));
  try {
    writeFileSync(join(folder, 'start.lean'), 'theorem start : 1 = 1 := rfl\n');
    const since = performance.now();
    execFileSync(named === undefined ? 'lean' : resolve(named), ['start.lean'], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: 'pipe',
      timeout: 110_000,
    });
    return { env, isSlow: performance.now() - since > slowMs };
  } catch (error) {
    if (named !== undefined) throw new Error(`ASSAY_TEST_LEAN: ${named} does not work`, { cause: error });
    return 'no `lean` on the PATH, and ASSAY_TEST_LEAN names none';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
