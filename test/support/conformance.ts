/** `assay conformance`, as the tests of verifiers use it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { CheckResult } from '@assay/verifier-kit';
import { assay } from './assay.ts';
import { isAlive } from './process.ts';
import type { Replica } from './replica.ts';

/** All checks pass; the last one drains the process, which then has ended. */
export async function checkService(t: TestContext, replica: Replica, options: string[] = []): Promise<void> {
  const pid = String(replica.pid);
  const ended = await assay(t, ['conformance', replica.address, '--pid', pid, '--json', ...options]);
  const { results } = JSON.parse(ended.stdout) as { results: CheckResult[] };
  assert.deepEqual(
    results.filter(({ status }) => status === 'fail').map(({ name, detail }) => `${name}: ${detail}`),
    [],
  );
  assert.equal(ended.code, 0, ended.stderr);
  assert.ok(results.length > 45, `${results.length} checks`);
  assert.equal(results.at(-1)?.group, 'drain');
  assert.equal(results.at(-1)?.status, 'pass');
  assert.ok(!isAlive(replica.pid));
  const skipped = results
    .filter(({ status }) => status === 'skip')
    .map(({ name, detail }) => `${name} (${detail})`);
  t.diagnostic(`${results.length} checks, skipped: ${skipped.join(', ') || 'none'}`);
}
