import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SupervisedVerifier, type SupervisorOptions } from './supervisor.ts';

const program = { entry: join(import.meta.dirname, 'testing/program.ts'), nodeFlags: [] };

async function start(t: TestContext, options: Partial<SupervisorOptions> = {}) {
  const verifier = await SupervisedVerifier.start({ name: 'fake', program, backoffMs: 10, ...options });
  t.after(() => verifier.stop(0));
  return verifier;
}

/** What the process at an address answers; throws where none listens. */
async function ask(address: string, text: string): Promise<string> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.write(text);
  const chunks: unknown[] = [];
  socket.on('data', (data) => chunks.push(data));
  await once(socket, 'close');
  return chunks.join('');
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + 10_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(20);
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a supervised verifier', () => {
  test('is started again at the same address when it dies, however often', async (t) => {
    const notes: string[] = [];
    const verifier = await start(t, { onRestart: (note) => notes.push(note) });
    const { address } = verifier;
    const pids = new Set([await ask(address, 'pid')]);
    for (const death of ['exits', 'is killed', 'exits']) {
      if (death === 'exits') await ask(address, 'die');
      else process.kill(Number(verifier.pid), 'SIGKILL');
      const before = pids.size;
      await eventually(async () => {
        pids.add(await ask(address, 'pid'));
        assert.equal(pids.size, before + 1);
      });
      assert.equal(verifier.address, address);
    }
    assert.equal(pids.size, 4);
    assert.match(
      notes[0] ?? '',
      /^verifier fake at 127\.0\.0\.1:\d+ exited with 9: starting it again in 0\.01 s$/,
    );
    assert.match(notes[1] ?? '', /died of SIGKILL: starting it again in 0\.02 s$/, 'the pause grows');
  });

  test('knows nothing of its parent’s environment that it does not need', async (t) => {
    process.env.PGPASSWORD = 'secret';
    t.after(() => delete process.env.PGPASSWORD);
    const { address } = await start(t);
    const names: string[] = JSON.parse(await ask(address, 'env'));
    assert.ok(names.includes('PATH') && !names.includes('PGPASSWORD'));
  });

  test('ends when it is stopped, and stays so', async (t) => {
    const verifier = await start(t);
    const pid = Number(verifier.pid);
    await verifier.stop();
    assert.equal(alive(pid), false);
    await sleep(50);
    await assert.rejects(ask(verifier.address, 'pid'), { code: 'ECONNREFUSED' });
    await verifier.stop();
  });

  test('is killed where it does not heed SIGTERM', async (t) => {
    const verifier = await start(t, { flags: ['stubborn'] });
    const pid = Number(verifier.pid);
    await verifier.stop(100);
    assert.equal(alive(pid), false);
  });

  test('that dies before it is ready is an error that says what it wrote', async (t) => {
    await assert.rejects(start(t, { flags: ['die-at-once'] }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'verifier_start');
      assert.match(error.message, /Verifier fake exited with 7; it last wrote: no heart/);
      return true;
    });
  });

  test('that does not become ready in time is an error, and is not left behind', async (t) => {
    const stuck = start(t, { flags: ['silent'], readyMs: 200 });
    await assert.rejects(stuck, { code: 'verifier_start', message: /did not become ready in time/ });
  });

  test('is given up at once by a signal', async (t) => {
    const aborter = new AbortController();
    aborter.abort(new Error('enough'));
    await assert.rejects(start(t, { signal: aborter.signal }), { code: 'verifier_start' });
  });
});
