import assert from 'node:assert/strict';
import { test } from 'node:test';
import { each, type Script, type ScriptedVerifier } from './testing/scripted-verifier.ts';
import { scripted, site, texts } from './testing/site.ts';

const described = { slots: 2, maxBatch: 8, candidateTimeoutMs: 60_000 };

/** Counts the problems that come with their content. */
function counting(): { script: Script; whole(): number } {
  let whole = 0;
  const judge = each(() => 2);
  return {
    script: {
      describe: described,
      verify: (call, verifier: ScriptedVerifier) => {
        if (call.request.problem !== null) whole++;
        return judge(call, verifier);
      },
    },
    whole: () => whole,
  };
}

/** Contents sent for `problems` large problems on four replicas. */
async function contents(t: Parameters<typeof site>[0], problems: number, passOvers: number): Promise<number> {
  const counters = Array.from({ length: 4 }, counting);
  const verifiers = await scripted(t, ...counters.map(({ script }) => script));
  const { run } = await site(t, verifiers, { targetBatchMs: 0, passOvers });
  const prompt = 'x'.repeat(50_000);
  const verdicts = await run('run', texts('', 64, { problems, chunk: 64, prompt }));
  assert.equal(verdicts.length, 64 * problems);
  for (const { texts } of verifiers) assert.ok(texts.length > 0, 'no replica stays idle');
  return counters.reduce((sum, { whole }) => sum + whole(), 0);
}

test('replicas go on with large problems that they have', async (t) => {
  const near = await contents(t, 12, 8);
  const turns = await contents(t, 12, 0);
  assert.ok(near <= 0.7 * turns, `${near} contents sent, ${turns} where problems take turns`);
});

test('a single large problem is judged by all replicas: none stays idle for want of it', async (t) => {
  const sent = await contents(t, 1, 8);
  assert.ok(sent >= 4 && sent <= 12, `${sent}`);
});

test('no large problem is passed over for ever', async (t) => {
  const { script } = counting();
  const [verifier] = await scripted(t, script);
  assert.ok(verifier);
  const { run } = await site(t, [verifier], { targetBatchMs: 0, passOvers: 3 });
  const prompt = 'x'.repeat(50_000);
  await run('run', texts('', 200, { problems: 2, chunk: 200, prompt }));
  const first = verifier.texts.findIndex((text) => text.startsWith('1/'));
  assert.ok(first < 60, `the second problem's first candidate was number ${first}`);
});
