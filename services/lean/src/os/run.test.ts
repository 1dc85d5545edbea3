import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, run } from './run.ts';

const limits = { cpuMs: 20_000, wallMs: 60_000, memoryBytes: 2 ** 30, outputBytes: 2 ** 20 };
const never = new AbortController().signal;

function node(script: string, changed: Partial<Command['limits']> = {}): Command {
  return {
    argv: [process.execPath, '-e', script],
    folder: '/',
    env: { HOME: '/nowhere' },
    limits: { ...limits, ...changed },
  };
}

test('gives what a command said, and how it ended', async () => {
  const ended = await run(
    node(`console.log('ü', process.env.HOME, process.cwd()); console.error('oh'); process.exitCode = 3`),
    never,
  );
  assert.equal(ended.stdout, 'ü /nowhere /\n');
  assert.equal(ended.stderr, 'oh\n');
  assert.equal(ended.exitCode, 3);
  assert.equal(ended.limit, undefined);
  assert.equal(ended.fault, undefined);
});

test('a signal is no exit code', async () => {
  const ended = await run(node(`process.kill(process.pid, 'SIGSEGV')`), never);
  assert.equal(ended.signal, 'SIGSEGV');
  assert.equal(ended.exitCode, undefined);
  assert.equal(ended.limit, undefined);
});

test('each limit ends it, and is named', async () => {
  const spin = await run(node('for (;;);', { cpuMs: 200 }), never);
  assert.equal(spin.limit, 'cpu');
  assert.ok(spin.cpuMs > 200);
  const idle = await run(node('setInterval(() => 0, 1e6)', { wallMs: 400 }), never);
  assert.equal(idle.limit, 'wall');
  const fat = await run(
    node('const b = Buffer.alloc(3e8, 1); setInterval(() => b, 1e6)', { memoryBytes: 2e8 }),
    never,
  );
  assert.equal(fat.limit, 'memory');
  const loud = await run(node(`for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536))`), never);
  assert.equal(loud.limit, 'output');
  assert.ok(loud.stdout.length <= limits.outputBytes);
});

test('a flood on stderr blocks nothing, and its end is kept', async () => {
  const script = `const { writeSync } = require('node:fs');
    for (let i = 0; i < 400; i++) writeSync(2, 'x'.repeat(65536)); writeSync(2, 'last words'); console.log('done')`;
  const ended = await run(node(script), never);
  assert.equal(ended.stdout, 'done\n');
  assert.ok(ended.stderr.endsWith('last words'));
  assert.ok(ended.stderr.length < 100_000);
});

test('what it leaves behind does not keep it', async () => {
  const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'],
    { detached: true, stdio: 'inherit' }).unref(); console.log('gone')`;
  const ended = await run(node(script), never);
  assert.equal(ended.exitCode, 0);
  assert.equal(ended.stdout, 'gone\n');
});

test('a command that is not there is a fault', async () => {
  const ended = await run({ ...node(''), argv: ['/nowhere/lean'] }, never);
  assert.match(ended.fault ?? '', /ENOENT/);
});

test('an abort ends it, with the reason', async () => {
  const stop = new AbortController();
  const running = run(node('setInterval(() => 0, 1e6)'), stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(running, /enough/);
  await assert.rejects(run(node(''), stop.signal), /enough/);
});
