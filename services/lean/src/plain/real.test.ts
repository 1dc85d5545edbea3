/** With a real Lean: what ASSAY_TEST_LEAN names (a command), or `lean` of the PATH. Init only, and no tactic of later versions. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditCommand, auditRequest, parseAudit, randomWord } from '../audit/index.ts';
import { run } from '../os/run.ts';
import { findToolchains } from '../toolchains.ts';
import type { Audit, Header, Outcome, Statement, Toolchain } from '../types.ts';
import { standardAxioms } from '../verdict.ts';
import { PlainBackend } from './backend.ts';
import { messagesIn } from './messages.ts';

const { ASSAY_TEST_LEAN: named } = process.env;
const toolchain: Toolchain | undefined = await findToolchains({
  ...process.env,
  ASSAY_LEAN_TOOLCHAINS: undefined,
  ASSAY_LEAN_PROJECT: undefined,
  ASSAY_LEAN: named,
}).then(
  ([found]) => found,
  (error: unknown) => {
    if (named !== undefined) throw error;
    return undefined;
  },
);
const skip = toolchain === undefined ? 'there is no lean here (ASSAY_TEST_LEAN names one)' : false;
const options = { skip, timeout: 1_800_000 };
const never = new AbortController().signal;
const backend = toolchain === undefined ? undefined : new PlainBackend({ toolchain });

const header: Header = {
  text: 'set_option maxRecDepth 600',
  imports: [],
  rest: 'set_option maxRecDepth 600',
  maxHeartbeats: undefined,
};

const budget = {
  cpuMs: 120_000,
  wallMs: 600_000,
  memoryBytes: 2 ** 31,
  answerBytes: 2 ** 20,
  heartbeats: undefined,
};

function stated(name: string, text: string): Statement {
  return { name, text: `theorem ${name} ${text}`, signature: [], begun: '' };
}

async function check(statement: Statement, body: string, helpers = ''): Promise<Outcome> {
  const proof = { helpers, body, lines: { helpers: 0, body: 0 }, choice: '', key: '', cost: 1 };
  return (backend as PlainBackend).check({ header, statement, proof, budget, fresh: false }, never);
}

type Found = Extract<Audit, { found: true }>;

function auditOf(outcome: Outcome): Found {
  assert.equal(outcome.kind, 'answered', JSON.stringify(outcome));
  assert.ok(outcome.kind === 'answered' && outcome.audit?.found, JSON.stringify(outcome));
  return outcome.audit;
}

async function reference(statement: Statement): Promise<string> {
  const audit = auditOf(await (backend as PlainBackend).reference(header, statement, never));
  assert.deepEqual([audit.kind, audit.axioms.includes('sorryAx')], ['theorem', true]);
  return audit.type;
}

const and = stated('target', '(p q : Prop) (hp : p) (hq : q) : p ∧ q');
const false_ = stated('target', ': 1 = 2');

test('a right proof has the type of its statement, and no axioms', options, async () => {
  const type = await reference(and);
  const audit = auditOf(await check(and, ':= And.intro hp hq'));
  assert.deepEqual(audit, { found: true, kind: 'theorem', axioms: [], type });
  const helped = auditOf(
    await check(and, ':= swap hq hp', 'theorem swap {p q : Prop} (hq : q) (hp : p) : p ∧ q := ⟨hp, hq⟩'),
  );
  assert.deepEqual(helped, audit);
  const renamed = stated('target', '(a b : Prop) (ha : a) (hb : b) : a ∧ b');
  assert.equal(auditOf(await check(renamed, ':= ⟨ha, hb⟩')).type, type);
});

test('a wrong proof has errors, in its own lines', options, async () => {
  const outcome = await check(and, ':=\n  And.intro hq hp');
  assert.ok(outcome.kind === 'answered' && outcome.audit === undefined, JSON.stringify(outcome));
  const error = outcome.messages.find(({ severity }) => severity === 'error');
  assert.equal(error?.line, 2);
  assert.match(error?.text ?? '', /mismatch/);
});

test('what proves nothing is seen by its axioms', options, async () => {
  for (const [body, helpers, axiom] of [
    [':= sorryAx _ false', '', 'sorryAx'],
    [':= cheat.elim', 'axiom cheat : False', 'cheat'],
    [':= (hidden (1 = 2)).1', 'theorem hidden (p : Prop) : p ∧ p := sorry', 'sorryAx'],
    [':= x.elim', 'axiom «propext» : False\nnoncomputable def x : False := «propext»', undefined],
  ] as const) {
    const outcome = await check(false_, body, helpers);
    // A name that is taken is an error.
    if (axiom === undefined) assert.ok(outcome.kind === 'answered' && outcome.audit === undefined);
    else {
      const { axioms } = auditOf(outcome);
      assert.ok(axioms.includes(axiom) && !standardAxioms.includes(axiom), axioms.join(', '));
    }
  }
});

test('another statement under the same words has another type', options, async () => {
  const type = await reference(false_);
  const macro = 'macro_rules | `($x = $y) => `(True)';
  const instance = 'instance (priority := high) : OfNat Nat (nat_lit 2) := ⟨1⟩';
  for (const [body, helpers] of [
    [':= True.intro', macro],
    [':= rfl', instance],
  ] as const) {
    const audit = auditOf(await check(false_, body, helpers));
    assert.notEqual(audit.type, type, helpers);
  }
});

test('definitions that the statement brings along are compared by what they say', options, async () => {
  const match = stated('target', '(n : Nat) : (match n with | 0 => True | _ => True)');
  const body = ':= match n with | 0 => True.intro | Nat.succ _ => True.intro';
  const type = await reference(match);
  assert.equal(auditOf(await check(match, body)).type, type);
  // The same pattern, made for another theorem before: Lean takes that.
  const before = body.replace(':=', ': (match n with | 0 => True | _ => True) :=');
  assert.equal(auditOf(await check(match, body, `theorem before (n : Nat) ${before}`)).type, type);
});

test('a statement that does not compile says why', options, async () => {
  const outcome = await (backend as PlainBackend).reference(
    header,
    stated('target', ': nothing_of_that_name'),
    never,
  );
  assert.ok(outcome.kind === 'answered' && outcome.audit === undefined);
  assert.match(outcome.messages[0]?.text ?? '', /nothing_of_that_name/);
});

test('the audit inside the environment says the same as that of the module', options, async (t) => {
  const { lean, folder, env, json } = toolchain as Toolchain;
  const suffix = randomWord();
  const texts = [
    'import Lean',
    auditCommand(suffix),
    'open Lean Nat',
    `${and.text} := And.intro hp hq`,
    "theorem «odd name».a' : 1 = 2 := sorry",
    ...['target', "«odd name».a'", 'Nat.add', 'none'].map((name, at) => auditRequest(suffix, name, `n${at}`)),
  ];
  const temporary = mkdtempSync(join(tmpdir(), 'assay-lean-'));
  t.after(() => rmSync(temporary, { recursive: true, force: true }));
  const file = join(temporary, 'Inside.lean');
  writeFileSync(file, texts.join('\n'));
  const limits = { cpuMs: 600_000, wallMs: 900_000, memoryBytes: 2 ** 34, outputBytes: 2 ** 24 };
  const argv = [...lean, ...(json ? ['--json'] : []), file];
  const { stdout } = await run({ argv, folder, env, limits }, never);
  const lines = messagesIn(stdout, file, json).flatMap(({ text }) =>
    text.split('\n').map((line) => ({ text: line })),
  );
  const [own, odd, imported, none] = [0, 1, 2, 3].map((at) => parseAudit(lines, `n${at}`));
  assert.deepEqual(own, { found: true, kind: 'theorem', axioms: [], type: await reference(and) }, stdout);
  assert.ok(odd?.found && odd.axioms.includes('sorryAx') && odd.type === (await reference(false_)));
  assert.deepEqual(imported?.found && imported.kind, 'def');
  assert.deepEqual(none, { found: false });
});
