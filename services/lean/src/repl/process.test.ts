import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Toolchain } from '../types.ts';
import { Meter } from './meter.ts';
import { ReplProcess } from './process.ts';
import { named, processesOf, scripted } from './testing/stand-in.ts';

const header = { cmd: 'import Mathlib' };
const big = 2 ** 30;

/** A proof with these directives, from the header on. */
const cmd = (...directives: string[]) => ({ cmd: directives.map((one) => `--! ${one}`).join('\n'), env: 0 });

async function opened(toolchain: Toolchain, confine = true): Promise<ReplProcess> {
  const repl = await ReplProcess.start(toolchain, { confine });
  assert.equal((await repl.ask(header, big)).kind, 'document');
  return repl;
}

/** A program of the shell in place of the REPL. */
function shell(script: string, env: Readonly<Record<string, string>> = {}): Toolchain {
  return { ...scripted(), repl: ['sh', '-c', script], env: { ...scripted().env, ...env } };
}

test('K1: 50 MB on stderr stop nothing, and its end is kept', async () => {
  const repl = await opened(scripted());
  const reply = await repl.ask(cmd('stderr 50'), big);
  assert.equal(reply.kind, 'document');
  const last = await repl.ask(cmd('stderr 1', 'exit 3'), big);
  assert.equal(last.kind, 'exit');
  if (last.kind !== 'exit') return;
  assert.ok(last.exit.stderr.endsWith('eee' + 'the last words'));
  assert.ok(last.exit.stderr.length <= 8 * 1024);
});

test('K2: lines of any length; 100 MB in one', async () => {
  const repl = await opened(scripted());
  for (const length of [65_535, 65_537, 100e6]) {
    const reply = await repl.ask(cmd(`answer ${length}`), big);
    assert.equal(reply.kind, 'document');
    if (reply.kind !== 'document') return;
    const { messages } = reply.value as { messages: { data: string }[] };
    assert.equal(messages[0]?.data.length, length);
  }
  await repl.kill();
});

test('100 MB, where 16 MB are allowed, are not waited for', async () => {
  const repl = await opened(scripted());
  const reply = await repl.ask(cmd('answer 100000000'), 16e6);
  assert.equal(reply.kind, 'long');
  assert.ok(reply.kind === 'long' && reply.bytes < 20e6);
  assert.notEqual(repl.surplus, undefined);
  await repl.kill();
});

for (const confine of [true, false]) {
  test(`K4: how it ended is recorded, ${confine ? 'confined' : 'as it is'}`, async () => {
    const ends = { 'exit 0': 0, 'exit 7': 7, 'exit 134': 'SIGABRT' };
    const signals = { 'signal SIGSEGV': 'SIGSEGV', 'signal SIGABRT': 'SIGABRT', 'signal SIGKILL': 'SIGKILL' };
    for (const [directive, end] of Object.entries({ ...ends, ...signals })) {
      const repl = await opened(scripted(), confine);
      const reply = await repl.ask(cmd(directive), big);
      assert.equal(reply.kind, 'exit');
      if (reply.kind !== 'exit') return;
      assert.equal(reply.exit.signal ?? reply.exit.code, end, directive);
      if (directive.startsWith('exit')) assert.match(reply.exit.stderr, /the last words/);
      assert.deepEqual(await repl.ask(cmd(), big), reply);
    }
  });
}

test('K4: half an answer and then the end is no answer', async () => {
  const repl = await opened(scripted());
  const reply = await repl.ask(cmd('half'), big);
  assert.equal(reply.kind === 'exit' && reply.exit.code, 0);
});

test('one that cannot be started has ended', async () => {
  for (const toolchain of [
    { ...scripted(), repl: ['/no/such/repl'] },
    { ...scripted(), folder: '/no/such/folder' },
  ]) {
    const repl = await ReplProcess.start(toolchain);
    const reply = await repl.ask(header, big);
    assert.equal(reply.kind, 'exit');
    assert.match(reply.kind === 'exit' ? reply.exit.stderr : '', /\/no\/such/);
    await repl.kill();
  }
});

test('requests and answers go one for one', async () => {
  const repl = await opened(scripted());
  const first = repl.ask(cmd('sleep 20'), big);
  assert.throws(() => repl.ask(cmd(), big), /one request at a time/);
  assert.equal((await first).kind, 'document');
  // Line breaks of the text are not those of the request.
  assert.equal((await repl.ask({ cmd: 'a\n\nb\r\n\u2028\n', env: 0 }, big)).kind, 'document');
  await repl.kill();
});

test('what nobody asked for is noticed, and voids what follows', async () => {
  const repl = await ReplProcess.start(shell(`sleep 0.2; printf '{}\\n\\n'; cat >/dev/null`));
  await new Promise<void>((resolve) => {
    repl.onTrouble = resolve;
  });
  assert.match(repl.surplus ?? '', /more than was asked for: "\{\}/);
  assert.equal((await repl.ask(header, big)).kind, 'garbage');
  await repl.kill();
});

test('its environment is the toolchain’s, and a mark of ours', async () => {
  process.env.ASSAY_TEST_SECRET = 'secret';
  const repl = await ReplProcess.start(shell('env >&2', { LEAN_PATH: '/lib' }));
  const { stderr } = await repl.exited;
  const env = Object.fromEntries(stderr.split('\n').map((line) => line.split('=', 2)));
  for (const name of ['PWD', 'OLDPWD', 'SHLVL', '_']) delete env[name];
  const { ASSAY_LEAN_MARK: mark, ...rest } = env;
  assert.match(mark, /^[0-9a-f]{24}$/);
  assert.deepEqual(rest, { PATH: process.env.PATH, LEAN_PATH: '/lib' });
});

test('the stack is large, and no core is dumped', async () => {
  const repl = await ReplProcess.start(shell('ulimit -s >&2; ulimit -H -s >&2; ulimit -c >&2'));
  const [soft, hard, core] = (await repl.exited).stderr.split('\n');
  assert.ok(soft === '262144' || soft === hard);
  assert.equal(core, '0');
});

test('where it is confined, it sees no network and no other process', async (t) => {
  const repl = await ReplProcess.start(shell('cat /proc/net/dev >&2; ls /proc >&2; kill -0 $PPID 2>&1 >&2'));
  if (!repl.confined) return t.skip('this machine lets nobody make namespaces');
  const { stderr } = await repl.exited;
  assert.deepEqual(
    [...stderr.matchAll(/^ *(\w+):/gm)].map(([, name]) => name),
    ['lo'],
  );
  assert.ok([...stderr.matchAll(/^\d+$/gm)].length < 6);
});

for (const confine of [true, false]) {
  test(`A31: what it started ends with it, ${confine ? 'confined' : 'as it is'}`, async () => {
    const name = randomUUID();
    const repl = await opened(named(scripted(), name), confine);
    await repl.ask(cmd('child', 'detach'), big);
    const sleeping = () => processesOf(name).filter(({ command }) => command === 'sleep 600');
    while (sleeping().length < 2) await sleep(10);
    await repl.kill();
    assert.equal(processesOf(name).length, 0);
  });

  test(`what runs for ever is ended, ${confine ? 'confined' : 'as it is'}`, async () => {
    const name = randomUUID();
    const repl = await opened(named(scripted(), name), confine);
    const reply = repl.ask(cmd('loop'), big);
    await repl.kill();
    assert.equal((await reply).kind, 'exit');
    assert.equal(processesOf(name).length, 0);
  });
}

for (const fast of [true, false]) {
  test(`CPU time, private memory and strangers are measured, lists of children ${fast}`, async () => {
    const repl = await opened(scripted());
    const meter = new Meter(repl.pid as number, fast);
    meter.settle();
    const before = meter.read();
    await repl.ask(cmd('spin 200', 'allocate 64'), big);
    // Where there are no lists, what was seen a moment ago is not looked for again.
    await sleep(20);
    const after = meter.read();
    assert.ok(before && after);
    assert.ok(after.cpuMs - before.cpuMs >= 190);
    const grown = after.privateBytes - before.privateBytes;
    assert.ok(grown > 60 * 2 ** 20 && grown < 128 * 2 ** 20, String(grown));
    assert.equal(after.strangers, 0);
    await repl.ask(cmd('child'), big);
    await sleep(20);
    assert.equal(meter.read()?.strangers, 1);
    await repl.kill();
    await sleep(20);
    assert.equal(meter.read(), undefined);
    meter.close();
  });
}
