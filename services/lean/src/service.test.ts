import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Problem, ProblemInit, VerdictInit } from '@assay/contract';
import { conformance, serveVerifier, type VerifyContext } from '@assay/verifier-kit';
import { scripted } from './repl/testing/stand-in.ts';
import { leanVerifier } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-lean-'));
after(() => rmSync(folder, { recursive: true }));
const stated = { name: 'own', header: 'import Mathlib\n', statement: 'theorem own : 2 + 2 = 4' };
writeFileSync(join(folder, 'mine.jsonl'), `${JSON.stringify(stated)}\n`);

const definition = leanVerifier({ toolchains: [scripted()], sets: folder, selfTest: false });
before(() => definition.start?.({ slots: 2, capacity: 1024, maxBatch: 256, candidateTimeoutMs: 60_000 }));
after(() => definition.stop?.());

const plain = {
  name: 'target',
  header: 'import Mathlib\n\nset_option maxHeartbeats 0\n',
  statement: 'theorem target : 1 + 1 = 2 := by\n',
  toolchain: '',
  set: '',
  sha256: '',
  timeLimitS: 0,
  memoryLimitBytes: 0,
  maxHeartbeats: 0,
  independent: '',
  axioms: [],
};
const problemOf = (theorem: Partial<typeof plain>) =>
  ({ id: 'p', spec: 'theorem', theorem: { ...plain, ...theorem } }) as ProblemInit as Problem;
const digestOf = (problem: Problem) =>
  createHash('sha256')
    .update(JSON.stringify(problem.theorem ?? problem.custom))
    .digest('hex');

async function verify(
  problem: Problem,
  texts: readonly string[],
  signal = new AbortController().signal,
): Promise<VerdictInit[]> {
  assert.equal(definition.checkProblem?.(problem), undefined);
  const candidates = texts.map((text, index) => ({ index, text, tokens: 0 }));
  const context = { signal, problemDigest: digestOf(problem) } as VerifyContext;
  const verdicts: VerdictInit[] = [];
  for await (const some of definition.verifyBatch?.(problem, candidates, context) ?? []) {
    verdicts.push(...some);
  }
  return verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

/** By the scripted stand-in, which takes orders from comments: a blank in their place is what is compiled. */
const reasonsOf = (verdicts: readonly VerdictInit[]) => verdicts.map(({ reason }) => reason);

describe('verdicts', () => {
  test('proofs, answers with proofs in them, whole files, and what is none', async () => {
    const verdicts = await verify(problemOf({}), [
      '  rfl',
      'I think that this holds.\n\n```lean4\nimport Mathlib\n\ntheorem target : 1 + 1 = 2 := by\n  rfl\n```\n',
      '  sorry',
      'theorem target : 1 = 1 := by\n  rfl',
      'theorem other : 1 + 1 = 2 := by\n  rfl',
      '',
      '  rfl\n\naxiom cheat : False',
    ]);
    assert.deepEqual(reasonsOf(verdicts), [
      'proved_tier1',
      'proved_tier1',
      'has_sorry',
      'statement_changed',
      'not_found',
      'no_answer',
      'shape_refused',
    ]);
    const [first] = verdicts;
    assert.equal(first?.parts?.[0]?.name, 'proof');
    assert.match(first?.parts?.at(-1)?.message ?? '', /theorem; axioms: propext/);
  });

  test('the statement of the verifier’s own set is judged', async () => {
    const [verdict] = await verify(problemOf({ name: 'own', set: 'mine', header: '', statement: '' }), [
      '  rfl',
    ]);
    assert.equal(verdict?.status, 'CORRECT');
  });

  test('equal proofs are judged once, and each gets its verdict', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => `  rfl -- ${at}`);
    const verdicts = await verify(problemOf({ name: 'target' }), texts);
    assert.deepEqual(new Set(reasonsOf(verdicts)), new Set(['proved_tier1']));
    assert.equal(verdicts.length, 200);
  });

  test('an aborted call ends, whatever is queued', async () => {
    const controller = new AbortController();
    const texts = Array.from({ length: 200 }, (_, at) => `  exact r${at}`);
    const judged = verify(problemOf({}), texts, controller.signal);
    setImmediate(() => controller.abort(new Error('gone')));
    assert.ok((await judged).length < 200);
  });
});

test('problems that cannot be judged say why', () => {
  const says = (theorem: Partial<typeof plain>, words: RegExp) =>
    assert.match(definition.checkProblem?.(problemOf(theorem)) ?? 'nothing', words);
  says({ statement: '' }, /the statement is empty/);
  says({ statement: '', set: 'none' }, /no "target" in set "none": mine has 1 theorems/);
  says({ toolchain: 'v0' }, /no toolchain "v0" here, only: stand-in/);
  says({ sha256: 'ab' }, /the hash of header and statement is [0-9a-f]{64}, not ab/);
  for (const timeLimitS of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    says({ timeLimitS }, /timeLimitS \S+ is no number of seconds: 0 is the default, 60/);
  }
  says({ independent: 'maybe' }, /"maybe" is not none, first or all/);
  says({ independent: 'all' }, /has no independent checker/);
  says({ statement: 'theorem target' }, /^statement: /);
  says({ ...stated, set: 'mine', statement: 'theorem own : 2 = 4' }, /set mine states own otherwise/);
  says({ ...stated, set: 'mine', header: '' }, /set mine states own otherwise/);
  const laidOut = { ...stated, set: 'mine', statement: 'theorem own :\n    2 + 2 = 4 := by\n' };
  assert.equal(definition.checkProblem?.(problemOf(laidOut)), undefined);
  const { header, statement } = plain;
  const sha256 = createHash('sha256').update(`${header}\0${statement}`).digest('hex');
  assert.equal(definition.checkProblem?.(problemOf({ sha256 })), undefined);
});

test('toolchains are part of the version: verdicts of another Lean are not reused', () => {
  const other = leanVerifier({ toolchains: [{ ...scripted(), version: '4.1.0' }] });
  assert.notEqual(definition.version, other.version);
  const same = leanVerifier({ toolchains: [scripted()], sets: folder });
  assert.equal(definition.version, same.version);
});

test('libraries and statement sets are part of the version: verdicts on other statements are not reused', () => {
  const project = mkdtempSync(join(tmpdir(), 'assay-lean-'));
  try {
    const versions = new Set<string>();
    const see = () => {
      const toolchains = [{ ...scripted(), folder: project }];
      versions.add(leanVerifier({ toolchains, sets: project }).version);
    };
    see();
    for (const name of ['lake-manifest.json', 'mine.jsonl']) {
      for (const text of ['{}', '{"name": "own"}']) {
        writeFileSync(join(project, name), text);
        see();
      }
    }
    assert.equal(versions.size, 5);
  } finally {
    rmSync(project, { recursive: true });
  }
});

test('the self-test refuses a Lean that accepts what it should not', async () => {
  // The stand-in finds no fault with anything.
  const trusting = leanVerifier({ toolchains: [scripted()] });
  const started = trusting.start?.({ slots: 1, capacity: 256, maxBatch: 256, candidateTimeoutMs: 60_000 });
  await assert.rejects(started ?? Promise.resolve(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'lean_self_test');
    assert.match(error.message, /should find lean_error in "theorem .* := And\.intro hq hp"/);
    return true;
  });
  await trusting.stop?.();
});

test('the contract is kept', async () => {
  const running = await serveVerifier(
    leanVerifier({ toolchains: [scripted()], sets: folder, selfTest: false }),
    { slots: 2, logLevel: 'silent' },
  );
  try {
    const results = await conformance(running.address, {});
    assert.deepEqual(
      results.filter(({ status }) => status === 'fail'),
      [],
    );
  } finally {
    await running.close();
  }
});

describe('whole files without a statement', () => {
  const check = (settings: object = {}) =>
    ({
      id: 'c',
      spec: 'custom',
      custom: { kind: 'lean_check', json: JSON.stringify(settings) },
    }) as ProblemInit as Problem;

  test('are given to Lean', async () => {
    const verdicts = await verify(check({ fresh: true }), [
      'import Mathlib\n\ndef a := 1\n',
      '#check Nat\n',
      '',
    ]);
    assert.deepEqual(reasonsOf(verdicts), ['no_error', 'no_error', 'no_error']);
  });

  test('what runs programs never gets to Lean', async () => {
    const verdicts = await verify(check(), [
      'def a : IO Unit := IO.Process.exit 1',
      'import Mathlib\n#eval 1',
      'axiom cheat : False',
      'elab "x" : tactic => pure ()',
      'hello there',
      'import «a b»',
      '/- never ends',
    ]);
    assert.ok(
      verdicts.every(({ status, reason }) => status === 'INCORRECT' && reason === 'shape_refused'),
      JSON.stringify(verdicts),
    );
    assert.match(verdicts[1]?.message ?? '', /^line 2: /);
  });

  test('says what is wrong with its settings', () => {
    for (const settings of [
      { time_limit_s: -1 },
      { time_limit_s: 'x' },
      { toolchain: 'none' },
      { fresh: 1 },
      [],
    ]) {
      const fault = definition.checkProblem?.(check(settings));
      assert.equal(typeof fault, Array.isArray(settings) ? 'undefined' : 'string', JSON.stringify(settings));
    }
  });
});
