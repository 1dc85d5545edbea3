import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOf, replsOf } from '../repl/testing/stand-in.ts';
import { boundToThis } from './confine.ts';

for (const how of ['confined', 'unconfined']) {
  test(`kill -9 of the service leaves no Lean behind, ${how}`, async (t) => {
    if ((await boundToThis()).length === 0) return t.skip('this machine has no setpriv');
    const name = `orphan-${process.pid}-${how}`;
    const fixture = join(import.meta.dirname, 'orphan.fixture.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture, name, how], {
      stdio: 'ignore',
    });
    while (replsOf(name).length === 0) await sleep(20);
    child.kill('SIGKILL');
    // The test's own limit ends this.
    while (processesOf(name).length > 0) await sleep(20);
    assert.deepEqual(processesOf(name), []);
  });
}
