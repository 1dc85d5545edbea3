/** Cheats in Lean: stopped before Lean sees them, by the audit on a real Lean, and never accepted by the whole verifier. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Candidate, Problem, ProblemInit, VerdictInit } from '@assay/contract';
import {
  findToolchains,
  type Header,
  leanVerifier,
  type Proof,
  parseHeader,
  parseStatement,
  proofOf,
  ReplBackend,
  type Statement,
  type Toolchain,
  verdictOf,
} from '@assay/lean';
import type { VerifyContext } from '@assay/verifier-kit';
import { repository } from '../support/temp.ts';
import { known } from './lean/known.ts';
import { own } from './lean/own.ts';
import { candidateOf, falsehood, fileOf, header as headerText, type Sample } from './lean/sample.ts';
import { valid } from './lean/valid.ts';

const header = parseHeader(headerText) as Header;
const cases = [...known, ...own];
const samples = cases.flatMap(({ id, tier, samples }) => samples.map((sample) => ({ id, tier, sample })));

const named = process.env.ASSAY_TEST_LEAN ?? join(repository, '.lean/bin/lean');
const skip = existsSync(named) ? false : 'no Lean: `node scripts/lean.ts` brings one';
const withLean = { skip, timeout: 1_800_000 };
const never = new AbortController().signal;

const limits = {
  toolchain: '',
  set: '',
  sha256: '',
  timeLimitS: 120,
  memoryLimitBytes: 0,
  maxHeartbeats: 0,
  independent: '',
  axioms: [],
};

/** With the REPL of the tests: Lean is started once, and judges a hundred proofs in a few seconds. */
async function toolchain(): Promise<Toolchain> {
  const repl = join(repository, 'services/lean/src/testing/Repl.lean');
  const found = await findToolchains({
    ...process.env,
    ASSAY_LEAN_TOOLCHAINS: undefined,
    ASSAY_LEAN_PROJECT: undefined,
    ASSAY_LEAN: named,
    ASSAY_LEAN_REPL: `${named} --run ${repl}`,
  });
  return found[0] as Toolchain;
}

function statementOf({ statement = falsehood }: Pick<Sample, 'statement'>): Statement {
  const parsed = parseStatement(statement, 'target');
  assert.ok(typeof parsed !== 'string', `${statement}: ${parsed}`);
  return parsed;
}

test('each known cheat has a sample', () => {
  const ids = known.map(({ id }) => id);
  // A42, of two candidates, is a test of its own below.
  assert.deepEqual(
    ids,
    Array.from({ length: 41 }, (_, at) => `A${at + 1}`),
  );
  for (const { id, samples } of cases) assert.notEqual(samples.length, 0, id);
});

describe('before Lean', () => {
  for (const { id, name, samples } of cases) {
    test(`${id}, ${name}`, () => {
      for (const sample of samples) {
        const found = proofOf(header, statementOf(sample), candidateOf(sample));
        const refused = 'reason' in found ? found.message : undefined;
        if (sample.shape) assert.ok(refused !== undefined, `not refused: ${sample.name}`);
        // Others are for the audit, whose tests would otherwise see less than they say.
        else assert.equal(refused, undefined, sample.name);
      }
    });
  }

  test('valid proofs that look like cheats pass', () => {
    for (const sample of valid) {
      const found = proofOf(header, statementOf(sample), candidateOf(sample));
      assert.ok(!('reason' in found), `${sample.name}: ${JSON.stringify(found)}`);
    }
  });
});

describe('the whole verifier', withLean, () => {
  let verifier: ReturnType<typeof leanVerifier>;

  before(async () => {
    verifier = leanVerifier({ toolchains: [await toolchain()], selfTest: false, repl: { spares: 0 } });
    await verifier.start?.({ slots: 1, capacity: 1000, maxBatch: 256, candidateTimeoutMs: 600_000 });
  }, withLean);
  after(() => verifier?.stop?.());

  async function judge(statement: string, texts: readonly string[]): Promise<VerdictInit[]> {
    const theorem = { ...limits, name: 'target', header: headerText, statement };
    const problem = { id: 'p', spec: 'theorem', theorem } as ProblemInit as Problem;
    assert.equal(verifier.checkProblem?.(problem), undefined, statement);
    const candidates = texts.map((text, index) => ({ index, text }) as Candidate);
    const context = { signal: never, problemDigest: statement } as VerifyContext;
    const verdicts: VerdictInit[] = [];
    for await (const some of verifier.verifyBatch?.(problem, candidates, context) ?? [])
      verdicts.push(...some);
    return verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  }

  /** Verdicts on samples, batches of those with the same statement. */
  async function judgeAll(samples: readonly Sample[]): Promise<Map<Sample, VerdictInit>> {
    const found = new Map<Sample, VerdictInit>();
    for (const [statement, some] of Map.groupBy(samples, ({ statement = falsehood }) => statement)) {
      const verdicts = await judge(statement, some.map(candidateOf));
      assert.equal(verdicts.length, some.length, statement);
      for (const [at, sample] of some.entries()) found.set(sample, verdicts[at] as VerdictInit);
    }
    return found;
  }

  // Of those that reach Lean, the ones with the same statement: each other one has Lean started anew, and comes further down.
  test('accepts no cheat, and takes none for a fault of its own', withLean, async () => {
    const some = samples.filter(({ sample }) => sample.shape || sample.statement === undefined);
    const verdicts = await judgeAll(some.map(({ sample }) => sample));
    const wrong = some.flatMap(({ id, sample }) => {
      const { status, reason, message } = verdicts.get(sample) as VerdictInit;
      return status === 'INCORRECT' ? [] : [`${id}, ${sample.name}: ${status} ${reason}: ${message}`];
    });
    assert.deepEqual(wrong, []);
  });

  // The rest further down: each new statement has Lean started anew.
  test('refuses no valid proof that looks like a cheat', withLean, async () => {
    const all = valid.filter(({ statement }) => statement === valid[0]?.statement);
    const verdicts = await judgeAll(all.map((sample) => ({ ...sample, audit: '' })));
    const wrong = [...verdicts].flatMap(([{ name }, { status, reason, message }]) =>
      status === 'CORRECT' ? [] : [`${name}: ${reason}: ${message}`],
    );
    assert.ok(all.length > 20);
    assert.deepEqual(wrong, []);
  });

  test('A42, what one candidate leaves is not there for the next', withLean, async () => {
    const leave = [
      '@[instance] def evil : OfNat Nat 2 := ⟨1⟩',
      'theorem lie : 1 = 2 := sorry',
      'local notation "lie" => trivial',
      'attribute [simp] Nat.add_comm',
    ].map((helper) => `${helper}\n${falsehood} := by sorry`);
    const use = [
      `${falsehood} := rfl`,
      `${falsehood} := lie`,
      `${falsehood} := by simp`,
      `${falsehood} := target`,
    ];
    // Twice, so that each of the second kind also comes after all of the first.
    const verdicts = await judge(falsehood, [
      ...leave,
      ...use,
      ...use.map((text) => `${text} -- again`),
      ...leave,
    ]);
    assert.deepEqual(
      verdicts.slice(leave.length, leave.length + use.length).map(({ reason }) => reason),
      use.map(() => 'lean_error'),
    );
  });
});

describe('the audit alone, with nothing refused before', withLean, () => {
  let backend: ReplBackend;
  const types = new Map<string, string>();
  const budget = {
    cpuMs: 120_000,
    wallMs: 600_000,
    memoryBytes: 2 ** 31,
    answerBytes: 2 ** 20,
    heartbeats: undefined,
  };
  const whole = { lines: { helpers: 0, body: 0 }, choice: '', key: '', cost: 1 };

  before(async () => {
    backend = new ReplBackend({ toolchain: await toolchain(), slots: 1, spares: 0 });
  }, withLean);
  after(() => backend?.close());

  async function typeOf(statement: Statement): Promise<string> {
    const { text } = statement;
    const proof = { ...whole, helpers: '', body: ':= sorry' };
    const checked = await backend.check({ header, statement, proof, budget, fresh: false }, never);
    assert.ok(checked.kind === 'answered' && checked.audit?.found, `${text}: ${JSON.stringify(checked)}`);
    return checked.audit.type;
  }

  async function verdictOn(stated: Statement, text: string, proof: Pick<Proof, 'helpers' | 'body'>) {
    const type = types.get(stated.text) ?? (await typeOf(stated));
    types.set(stated.text, type);
    const statement = { ...stated, text };
    const check = { header, statement, proof: { ...whole, ...proof }, budget, fresh: false };
    const { reason = '', message = '' } = verdictOf(await backend.check(check, never), { type, axioms: [] });
    return { reason, message };
  }

  /** The file as it is, whatever it states. */
  const judge = (sample: Sample) => verdictOn(statementOf(sample), '', { helpers: fileOf(sample), body: '' });

  for (const { id, name, tier, samples } of cases) {
    test(`${id}, ${name}`, withLean, async () => {
      for (const sample of samples) {
        const { reason, message } = await judge(sample);
        const accepted = reason.startsWith('proved');
        if (accepted) assert.equal(tier, '2', `accepted: ${sample.name}`);
        if (sample.audit === '*') assert.ok(!accepted, sample.name);
        // Each is stopped by what it is meant to be stopped by, and not by an error of its own.
        else assert.equal(reason, sample.audit, `${sample.name}: ${message}`);
      }
    });
  }

  test('valid proofs that look like cheats, after the shape check', withLean, async () => {
    for (const sample of valid) {
      const statement = statementOf(sample);
      const proof = proofOf(header, statement, candidateOf(sample));
      assert.ok(!('reason' in proof), sample.name);
      const { reason, message } = await verdictOn(statement, statement.text, proof);
      assert.equal(reason, 'proved_tier1', `${sample.name}: ${message}`);
    }
  });
});
