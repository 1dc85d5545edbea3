// The tests of the Python worker (services/reward-gpu), in an environment that is made once, into .python/. Where there is
// no Python to make it with, they are left out. ASSAY_TEST_PYTHON names an interpreter that has the packages already.
import { join } from 'node:path';
import { environment, minuteMs, pytest, root } from './python-environment.ts';

const worker = join(root, 'services/reward-gpu');

/** Runs them, and writes counts as node's test runner does; false where one fails. */
export async function testWorker(): Promise<boolean> {
  let python: string;
  try {
    python = process.env.ASSAY_TEST_PYTHON || (await interpreter());
  } catch (error) {
    console.log(`${(error as Error).message}\nThe tests of services/reward-gpu are left out.`);
    return true;
  }
  return pytest(python, worker, 20 * minuteMs);
}

/** Throws an Error that says why there is none. */
function interpreter(): Promise<string> {
  const lock = join(worker, 'requirements.lock');
  return environment(lock, 'PyTorch and more (2.8 GB to fetch, 4.9 GB on disk, some minutes)', 'current');
}

if (import.meta.main) process.exitCode = (await testWorker()) ? 0 : 1;
