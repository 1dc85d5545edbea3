/** Against a fake of the others; real ones: shared-store.test.ts. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AssayError } from '@assay/contract';
import type { TakenWork } from '@assay/store';
import type { VerifierPool } from './pool.ts';
import type { Sharing } from './shared.ts';
import { Takeover, type TakeoverEvents } from './takeover.ts';
import type { ProblemRef } from './task.ts';

const pool = { name: 'v', replicas: new Set([{ state: 'READY' }]) } as unknown as VerifierPool;
const work = (key: string, taken = 1): TakenWork => {
  return { key, verifier: 'v', digest: 'd', text: key, taken, suspect: false, wants: [] };
};

/** Gives this work, once; notes what is asked and done. */
function start(t: TestContext, given: TakenWork[], events: Partial<TakeoverEvents> = {}) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const calls: string[] = [];
  const sharing = {
    take: async (_: unknown, limit: number, bytes: number) => {
      calls.push(`take ${limit} ${bytes}`);
      return given.splice(0, limit);
    },
    problem: async (digest: string): Promise<ProblemRef> => {
      calls.push(`problem ${digest}`);
      return { digest, message: {}, bytes: 1 };
    },
    condemn: async ({ key }: TakenWork) => void calls.push(`condemn ${key}`),
    release: (keys: string[], failed = false) => {
      if (keys.length > 0) calls.push(`release ${keys} ${failed}`);
    },
    giveUp: () => calls.push('give up'),
  };
  const problems: ProblemRef[] = [];
  const takeover = new Takeover(sharing as unknown as Sharing, {
    pools: () => [pool],
    room: () => ({ count: 9, bytes: 100 }),
    adopt: async ({ key }, problem) => {
      calls.push(`adopt ${key}`);
      problems.push(problem);
      if (key.startsWith('bad')) throw new Error('cannot');
    },
    ...events,
  });
  takeover.start();
  const look = async () => {
    t.mock.timers.tick(500);
    await takeover.close();
    return calls;
  };
  return { look, problems };
}

test('work that cannot be taken over is given back as such, and no other', async (t) => {
  const { look, problems } = start(t, [work('a'), work('bad'), work('c')]);
  assert.deepEqual(await look(), [
    'take 9 100',
    'problem d',
    'adopt a',
    'adopt bad',
    'adopt c',
    'release bad true',
  ]);
  // One problem in memory, for all of its work.
  assert.equal(new Set(problems).size, 1);
});

test('work that too many have died of is given up, unseen', async (t) => {
  const { look } = start(t, [work('poison', 8), work('b', 7)]);
  assert.deepEqual(await look(), ['take 9 100', 'condemn poison', 'problem d', 'adopt b']);
});

test('nothing is taken where there is no room for it', async (t) => {
  for (const room of [
    { count: 0, bytes: 100 },
    { count: 9, bytes: 0 },
  ]) {
    assert.deepEqual(await start(t, [work('a')], { room: () => room }).look(), []);
    t.mock.timers.reset();
  }
});

test('where the store fails, what could not be taken over is given back, and looks no worse', async (t) => {
  const adopt = async ({ key }: TakenWork) => {
    if (key === 'b') throw new AssayError('store_read', 'no answer');
  };
  const { look } = start(t, [work('a'), work('b'), work('c')], { adopt });
  assert.deepEqual(await look(), ['take 9 100', 'problem d', 'release b,c false']);
});
