// Checks and tests of the Python client (clients/python): ruff, mypy, pytest, in an environment that is made once, into
// .python/. Where there is no Python to make it with, they are left out. ASSAY_TEST_CLIENT_PYTHON names an interpreter
// that has the packages already. With ASSAY_TEST_FRAMEWORKS=1 and TRL, verl or OpenRLHF in it, these are tried, too.
import { join } from 'node:path';
import { environment, minuteMs, pytest, root, run } from './python-environment.ts';

const client = join(root, 'clients/python');

const checks = [
  ['ruff', 'check', '--no-cache', '.'],
  ['ruff', 'format', '--no-cache', '--check', '.'],
  ['mypy', '--cache-dir=/dev/null'],
];

/** Runs all of them, and writes the tests' counts as node's test runner does; false where something is wrong. */
export async function testClient(): Promise<boolean> {
  let python: string;
  try {
    python = process.env.ASSAY_TEST_CLIENT_PYTHON || (await interpreter());
  } catch (error) {
    console.log(`${(error as Error).message}\nThe tests of clients/python are left out.`);
    return true;
  }
  let ok = true;
  for (const check of checks) {
    const { code, output } = await run(python, ['-m', ...check], { cwd: client, limitMs: 5 * minuteMs });
    if (code === 0) continue;
    console.log(`${check.slice(0, 2).join(' ')}:\n${output}`);
    ok = false;
  }
  return (await pytest(python, client, 15 * minuteMs)) && ok;
}

/** Throws an Error that says why there is none. */
function interpreter(): Promise<string> {
  const lock = join(client, 'requirements.lock');
  return environment(lock, 'what the Python client is tested with', 'client');
}

if (import.meta.main) process.exitCode = (await testClient()) ? 0 : 1;
