import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { confinement } from './confine.ts';
import { endTree, markName, newMark, type Usage, usageOf } from './tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-tree-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function start(script: string, mark: string) {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [markName]: mark, FOLDER: folder },
  });
  return { child, pid: child.pid as number };
}

/** Looks until it is so. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    await sleep(10);
  }
}

const alive = (pid: number) => {
  try {
    // A zombie that nobody waits for has ended.
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const pidIn = (name: string) => {
  try {
    return Number(readFileSync(join(folder, name), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
};

test('CPU time and private memory count children, and memory of files does not', async () => {
  const inner = `const b = Buffer.alloc(96 * 1048576, 1); const end = process.cpuUsage().user + 3e5;
    while (process.cpuUsage().user < end); setInterval(() => b, 1e6);`;
  const mark = newMark();
  const { child, pid } = start(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]);`,
    mark,
  );
  const enough = (usage: Usage | undefined) =>
    usage !== undefined && usage.cpuMs >= 300 && usage.privateBytes > 96 * 2 ** 20 ? usage : undefined;
  const usage = await until(() => enough(usageOf(pid)));
  assert.equal(usage.processes, 2);
  await endTree(pid, mark);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(usageOf(pid), undefined);
});

test('ends what has left for a session of its own and has lost its parent', async () => {
  const mark = newMark();
  const keep = `require('node:fs').writeFileSync(process.env.FOLDER + '/left', String(process.pid)); setInterval(() => 0, 1e6);`;
  const { child, pid } = start(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(keep)}],
       { detached: true, stdio: 'ignore' }).unref();`,
    mark,
  );
  if (child.exitCode === null) await once(child, 'exit');
  const left = await until(() => pidIn('left'));
  assert.ok(alive(left));
  await endTree(pid, mark);
  assert.equal(alive(left), false);
});

test('another mark is another check', async () => {
  const { child, pid } = start('setInterval(() => 0, 1e6);', newMark());
  await endTree(undefined, newMark());
  assert.ok(alive(pid));
  await endTree(pid, undefined);
  if (child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
});

test('what is confined ends with its command, even what left the tree and its mark', async (t) => {
  const [command, ...args] = await confinement();
  if (command === undefined) return t.skip('this machine lets nobody make namespaces');
  const keep = `require('node:fs').writeFileSync(process.env.FOLDER + '/confined', 'up'); setInterval(() => 0, 1e6);`;
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(keep)}],
    { detached: true, stdio: 'ignore', env: { FOLDER: process.env.FOLDER, WHO: '${newMark()}' } }).unref();
    const fs = require('node:fs'); while (!fs.existsSync(process.env.FOLDER + '/confined'));`;
  const child = spawn(command, [...args, process.execPath, '-e', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, FOLDER: folder },
  });
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const who = /WHO='([0-9a-f]+)'|WHO: '([0-9a-f]+)'/.exec(script)?.[2] as string;
  assert.deepEqual(marked(who), []);
});

/** Processes with the text in their environment. */
function marked(text: string): string[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`WHO=${text}`);
    } catch {
      return false;
    }
  });
}
