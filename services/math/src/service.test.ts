import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import type { Problem, ProblemInit, VerdictInit } from '@assay/contract';
import { conformance, serveVerifier, type VerifierDefinition, type VerifyContext } from '@assay/verifier-kit';
import { bundle } from './bundle.ts';
import { mathService } from './index.ts';
import { mathVerifier } from './service.ts';

const asked = (gold: string, policy = '') =>
  ({ id: 'p', spec: 'mathAnswer', mathAnswer: { gold, policy } }) as ProblemInit as Problem;

const limits = { slots: 2, capacity: 1_024, maxBatch: 256, candidateTimeoutMs: 30_000 };

/** Verdicts in the order of the candidates. */
async function verify(
  definition: VerifierDefinition,
  gold: string,
  texts: string[],
  signal = new AbortController().signal,
): Promise<VerdictInit[]> {
  const candidates = texts.map((text, index) => ({ index, text, tokens: 0 }));
  const verdicts: VerdictInit[] = [];
  const context = { signal } as VerifyContext;
  for await (const some of definition.verifyBatch?.(asked(gold), candidates, context) ?? [])
    verdicts.push(...some);
  assert.equal(new Set(verdicts.map(({ index }) => index)).size, texts.length);
  return verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

describe('service', () => {
  const definition = mathVerifier();
  before(() => definition.start?.(limits));
  after(() => definition.stop?.());

  test('verdicts', async () => {
    const verdicts = await verify(definition, '3/4', ['\\boxed{0.75}', 'A: 7', '', 'The answer is 75%.']);
    assert.deepEqual(
      verdicts.map(({ status, reason, answer, answerClass }) => [status, reason, answer, answerClass]),
      [
        ['CORRECT', '', '0.75', 'num:3/4'],
        ['INCORRECT', 'wrong_answer', '7', 'num:7'],
        ['INCORRECT', 'no_answer', '', ''],
        ['CORRECT', '', '75%', 'num:3/4'],
      ],
    );
  });

  test('long candidates: their ends are judged, in several calls', async () => {
    const texts = Array.from({ length: 40 }, (_, at) => `${'x '.repeat(100_000)}\n#### ${at % 2}`);
    const verdicts = await verify(definition, '1', texts);
    assert.deepEqual(
      verdicts.map(({ status }) => status),
      texts.map((_, at) => (at % 2 === 1 ? 'CORRECT' : 'INCORRECT')),
    );
  });

  test('a problem that cannot be judged is no failure of the candidates', async () => {
    const bad = [asked(''), asked(' \n'), asked('5', 'lenient'), asked('9'.repeat(70_000))];
    for (const problem of bad) assert.equal(typeof definition.checkProblem?.(problem), 'string');
    for (const problem of [asked('5'), asked('5', 'strict')])
      assert.equal(definition.checkProblem?.(problem), undefined);
    // Only the isolate reads the reference answer.
    const [verdict] = await verify(definition, '\\boxed{', ['5']);
    assert.deepEqual([verdict?.status, verdict?.reason, verdict?.retryable], ['ERROR', 'bad_problem', false]);
  });

  test('a cancelled call ends', async () => {
    await assert.rejects(verify(definition, '5', ['5'], AbortSignal.abort()), { name: 'AbortError' });
  });
});

describe('whatever the stages do', async () => {
  const source = await bundle(join(import.meta.dirname, 'service.fixture.ts'));
  const definition = mathVerifier({ source, timeoutMs: 300, memoryMb: 32 });
  before(() => definition.start?.({ ...limits, slots: 1 }));
  after(() => definition.stop?.());

  test('only the guilty candidates of a batch get an error', async () => {
    const guilty = new Map([
      [3, 'loop'],
      [17, 'native'],
      [18, 'native'],
      [40, 'bomb'],
      [63, 'deep'],
    ]);
    const texts = Array.from({ length: 64 }, (_, at) => guilty.get(at) ?? `${at}`);
    const verdicts = await verify(definition, '1', texts);
    for (const [at, { status, reason, answer }] of verdicts.entries()) {
      const kind = guilty.get(at);
      if (kind === undefined) assert.deepEqual([status, answer], ['CORRECT', texts[at]]);
      else if (kind === 'bomb') {
        assert.equal(status, 'ERROR');
        assert.match(reason ?? '', /^verifier_(failure|crash|timeout)$/);
      } else {
        const expected = kind === 'deep' ? 'verifier_failure' : 'verifier_timeout';
        assert.deepEqual([status, reason], ['ERROR', expected]);
      }
    }
  });

  test('equal candidates are judged once', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 'loop' : ` ${at % 10} \n`));
    const start = performance.now();
    const verdicts = await verify(definition, '1', texts);
    assert.ok(performance.now() - start < 5_000);
    assert.deepEqual(
      verdicts.map(({ status }) => status),
      texts.map((text) => (text === 'loop' ? 'ERROR' : 'CORRECT')),
    );
  });

  test('what the stages leave undecided is for the algebra system', async () => {
    const integral = '["Integrate",["Function",["Power","x",2],"x"],["Limits","x",0,1]]';
    const tower = '["Power",9,["Power",9,["Power",9,9]]]';
    const verdicts = await verify(definition, 'gold', [
      'first',
      `ask ${integral} = ["Rational",1,3]`,
      `ask ${integral} = ["Rational",1,2]`,
      `ask ${tower} = 1`,
      'ask "x" = "y"',
    ]);
    assert.deepEqual(
      verdicts.map(({ status, reason, answerClass, retryable }) => [status, reason, answerClass, retryable]),
      [
        ['CORRECT', '', 'gold', undefined],
        ['CORRECT', '', 'gold', undefined],
        ['INCORRECT', 'wrong_answer', 'other', undefined],
        ['ERROR', 'undecided', 'other', false],
        ['ERROR', 'undecided', 'other', false],
      ],
    );
    assert.match(verdicts[1]?.message ?? '', /as told; cas: equal/);
    for (const verdict of verdicts) assert.equal('ask' in verdict, false);
  });
});

describe('contract', () => {
  const problem = asked('#### 18');
  const candidates = ['A: 18', '\\boxed{17}', '', 'no answer here\nat all', '18\u0000', '{'.repeat(10_000)];

  test('in this process', async () => {
    const verifier = await serveVerifier(mathVerifier(), { slots: 2, logLevel: 'silent' });
    const results = await conformance(verifier.address, { problem, candidates });
    await verifier.drain();
    assert.deepEqual(
      results.filter(({ status }) => status === 'fail'),
      [],
    );
    assert.ok(results.some(({ status }) => status === 'pass'));
  });

  test('as a process, that ends when it is told to', async () => {
    const child = spawn(process.execPath, [...mathService.nodeFlags, mathService.entry, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    assert.equal(JSON.parse(line).name, 'math');
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  });
});
