/** Attacks on the sandbox, one after the other in the same one: each gets its verdict, and leaves nothing to the next. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CodeService, serveCode } from '../support/code.ts';
import { sandboxes, withoutSandbox } from '../support/docker.ts';
import { descendants, until } from '../support/process.ts';
import { type Attack, checkVerdict, type Program, plain, textOf } from './attack.ts';
import { compile } from './attacks/compile.ts';
import { files } from './attacks/files.ts';
import { judges } from './attacks/judges.ts';
import { leftovers } from './attacks/leftovers.ts';
import { memory } from './attacks/memory.ts';
import { network } from './attacks/network.ts';
import { output } from './attacks/output.ts';
import { privileges } from './attacks/privileges.ts';
import { processes } from './attacks/processes.ts';
import { reading } from './attacks/reading.ts';
import { spoofing } from './attacks/spoofing.ts';
import { time } from './attacks/time.ts';
import { canary, pythonCanary } from './canary.ts';

const groups: Record<string, Attack[]> = {
  processes,
  time,
  memory,
  output,
  files,
  leftovers,
  reading,
  network,
  privileges,
  spoofing,
  judges,
  compile,
};

const skip = await withoutSandbox();

describe('attacks', { skip }, () => {
  let service: CodeService;

  before(async () => {
    service = await serveCode();
  });
  after(() => service.close());

  async function run(program: Omit<Program, 'name'>): Promise<void> {
    const [verdict] = await service.judge({ ...plain, ...program.tests }, [textOf(program)]);
    assert.ok(verdict);
    checkVerdict(program, verdict);
  }

  async function canaryLives(): Promise<void> {
    await run(canary).catch((cause) => {
      throw new Error(`the canary after it: ${cause.message}`, { cause });
    });
  }

  test('canary', canaryLives);

  for (const [group, attacks] of Object.entries(groups)) {
    describe(group, () => {
      for (const attack of attacks) {
        test(attack.name, async () => {
          try {
            await run(attack);
            if (attack.next !== undefined) await run(attack.next);
          } finally {
            await canaryLives();
          }
        });
      }
      test(pythonCanary.name, () => run(pythonCanary));
    });
  }

  test('one batch of many attacks: each gets its own verdict', async () => {
    const chosen = [...processes, ...time, canary].filter(({ tests }) => tests === undefined).slice(0, 12);
    const mixed = chosen.flatMap((program) => [program, canary]);
    const verdicts = await service.judge(plain, mixed.map(textOf));
    assert.equal(verdicts.length, mixed.length);
    for (const [at, program] of mixed.entries()) checkVerdict(program, verdicts[at] as (typeof verdicts)[0]);
  });

  test('nothing is left when the service ends', async () => {
    assert.notEqual((await sandboxes()).length, 0);
    await service.close();
    await until('no container', async () => (await sandboxes()).length === 0, 5_000);
    assert.deepEqual(descendants(process.pid), []);
  });
});
