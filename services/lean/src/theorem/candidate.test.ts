import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Header, Proof, Statement } from '../types.ts';
import { proofOf, type Refusal } from './candidate.ts';
import { parseHeader } from './header.ts';
import { capHeartbeats } from './heartbeats.ts';
import { leanish, noStatements, statementRows } from './samples.fixture.ts';
import { parseStatement } from './statement.ts';
import { tokensOf } from './tokens.ts';

const imports = 'import Mathlib\nimport Aesop\n';
const header = parseHeader(`${imports}\nset_option maxHeartbeats 0\n\nopen Real Nat\n`) as Header;
const stated = 'theorem target (x : ℝ) (h : 0 < x) : x ≠ 0';
const statement = parseStatement(`${stated} := by\n`) as Statement;
const opened = parseStatement(`${stated} := by (`) as Statement;
const unbegun = parseStatement(`${stated} :=`) as Statement;

function proof(text: string, of: Statement = statement): Proof {
  const found = proofOf(header, of, text);
  assert.ok(!('reason' in found), `${JSON.stringify(found)}\n${text}`);
  return found;
}

function refusal(text: string, of: Statement = statement): Refusal {
  const found = proofOf(header, of, text);
  assert.ok('reason' in found, JSON.stringify(found));
  return found;
}

/** What Lean is given, with the line of the text that each of its lines is. */
function assertPlaced(text: string, { helpers, body, lines }: Proof): void {
  const source = text.replaceAll('\r\n', '\n').split('\n');
  for (const [part, from] of [
    [helpers, lines.helpers],
    [body, lines.body],
  ] as const) {
    for (const [at, line] of part.split('\n').entries()) {
      const said = line.replace(/^:=(?: by(?: \()?)?/, '').trim();
      const origin = source[from + at] ?? '';
      if (said !== '' && said !== ')')
        assert.ok(origin.includes(said.split(' ')[0] as string), `${line} | ${origin}`);
    }
  }
}

describe('proofOf a proof alone', () => {
  it('follows what the statement has begun', () => {
    assert.equal(proof('  norm_num\n  linarith\n').body, ':= by\n  norm_num\n  linarith');
    assert.equal(proof('\n  linarith').body, ':= by\n  linarith');
    assert.equal(proof('linarith', unbegun).body, ':= linarith');
    assert.equal(proof('  linarith)', opened).body, ':= by (\n  linarith)');
    assert.equal(proof('  linarith\n)', opened).body, ':= by (\n  linarith\n)');
  });

  it('may begin as the statement does', () => {
    for (const stage of [statement, opened, unbegun]) {
      assert.equal(proof('by\n  linarith', stage).body, ':= by\n  linarith');
      assert.equal(proof(':= by\n  linarith', stage).body, ':= by\n  linarith');
      assert.equal(proof(' by linarith', stage).body, ':= by linarith');
    }
    assert.equal(proof(':= ne_of_gt h').body, ':= ne_of_gt h');
    assert.match(proof('by\n  linarith').choice, /with its own `by`/);
    assert.equal(proof('  by_contra h0\n  linarith').body, ':= by\n  by_contra h0\n  linarith');
  });

  it('may go by cases', () => {
    assert.equal(proof('  | 0 => rfl\n  | n + 1 => rfl', unbegun).body, '\n  | 0 => rfl\n  | n + 1 => rfl');
  });

  it('keeps columns that others are aligned with', () => {
    assert.equal(proof('by norm_num\n   linarith').body, ':=\nby norm_num\n   linarith');
    assert.equal(
      proof('   := by norm_num\n         linarith').body,
      '\n   := by norm_num\n         linarith',
    );
    assert.equal(proof(':= by\n  linarith').body, ':= by\n  linarith');
  });

  it('gets back the blanks that somebody took off its beginning', () => {
    assert.equal(proof('rw [h]\n  norm_num').body, ':= by\n  rw [h]\n  norm_num');
    assert.equal(proof('constructor\n  · simp\n  · simp').body, ':= by\n  constructor\n  · simp\n  · simp');
    assert.equal(
      proof('have a : 1 = 1 := by\n    rfl\n  exact h.ne').body.split('\n')[1],
      '  have a : 1 = 1 := by',
    );
    assert.match(proof('rw [h]\n  norm_num').choice, /first line indented as the others/);
    for (const text of [
      'exact foo\n  bar',
      'cases h with\n  | a => simp',
      'norm_num\nlinarith',
      'calc a = b := c\n  _ = d := e',
    ]) {
      assert.equal(proof(text).body, `:= by\n${text}`);
    }
  });

  it('closes the parenthesis that the statement opened', () => {
    assert.equal(proof('  linarith', opened).body, ':= by (\n  linarith\n)');
    assert.match(proof('linarith', opened).choice, /parenthesis closed/);
  });

  it('has no comments left, and each token at its place', () => {
    const text = '/-- α -/ norm_num -- sorry\n  /- axiom\n  -/ linarith /- x -/ [h] -- y\n';
    assert.equal(proof(text).body, ':= by\n         norm_num\n\n     linarith         [h]');
    assertPlaced(text, proof(text));
  });

  it('says where its lines are', () => {
    for (const text of [
      '\n\n  norm_num\n  linarith',
      'Prose is here.\n\n```lean\n  norm_num\n  linarith\n```',
      'by\n  simp\n',
      ':= by\n simp',
    ]) {
      assertPlaced(text, proof(text));
    }
    assert.deepEqual(proof('\n  norm_num').lines.body, 0);
  });

  it('is refused where it opens another command (A32)', () => {
    for (const text of [
      'trivial\n\naxiom x : False',
      'trivial\nend Foo',
      'trivial\n  theorem foo : True := trivial',
      'trivial #eval 1',
      'trivial\n@[simp] def a := 1',
      'simp\nopen Nat in\naxiom x : False',
      'simp\n#exit',
      'simp\nlocal notation "a" => b',
      'simp\nset_option maxRecDepth 10',
      'simp\nopen Nat',
      '(simp axiom x : False',
      'simp\nprivate noncomputable def x := 1',
      'simp\n  instance : Add Nat := ⟨Nat.mul⟩',
      'simp\nattribute [simp] foo',
      'simp\nmutual',
      'simp\nderiving instance Repr for Foo',
    ]) {
      assert.equal(refusal(text).reason, 'shape_refused', text);
      assert.match(refusal(text).message, /^line \d+: `\S+` begins another command|has no counterpart/, text);
    }
    assert.match(refusal('simp\n\naxiom x : False').message, /^line 3: `axiom`/);
  });

  it('may hold words that begin commands elsewhere', () => {
    for (const text of [
      '  open Nat in simp',
      '  open Nat Real in\n  simp\n  open scoped Foo in exact bar',
      '  set_option maxRecDepth 4000 in\n  decide',
      '  exact foo.end.instance h.theorem (bar).end',
      '  have «theorem» := h\n  exact «theorem»',
      '  simp -- theorem\n  /- axiom x : False -/',
      '  exact foo "theorem axiom" h',
      '  rcases h with ⟨include, alias, module⟩\n  simp',
      '  simp [#s, #[1, 2]]',
      '  simp\n  termination_by x\n  decreasing_by simp',
      '  exact go 1 where\n  go (n : ℕ) : ℕ := n',
    ]) {
      proof(text);
    }
  });
});

describe('proofOf an answer', () => {
  const body = '  norm_num\n  linarith';
  const given = (text: string, of?: Statement) => proof(text, of).body;

  it('takes the proof out of fences', () => {
    for (const label of ['lean4', 'lean', 'Lean', 'tactics', '', 'lean 4', 'lean4 title="a"']) {
      assert.equal(
        given(`Here it is.\n\`\`\`${label}\n${body}\n\`\`\`\nThat is all.`),
        `:= by\n${body}`,
        label,
      );
    }
    assert.equal(given(`The proof:\n\`\`\`lean4\n${body}`), `:= by\n${body}`);
  });

  it('takes the last of several that states the theorem, else the last of Lean', () => {
    const whole = (tactic: string) => `\`\`\`lean4\n${imports}\n${stated} := by\n  ${tactic}\n\`\`\`\n`;
    const last = '```lean4\nlemma other : True := trivial\n```';
    assert.equal(
      given(`Plan:\n${whole('sorry')}\nBetter:\n${whole('linarith')}\nAlso:\n${last}`),
      ':= by\n  linarith',
    );
    assert.match(proof(`${whole('simp')}${last}`).choice, /number 1 of 2 fences \(lean4\), whole file/);
    assert.equal(
      given('```lean\n  simp\n```\n```lean\n  linarith\n```\n```python\nprint(1)\n```'),
      ':= by\n  linarith',
    );
    assert.equal(given('```\n  simp\n```\n```lean\n  linarith\n```\n```\n[1, 2]\n```'), ':= by\n  linarith');
    assert.equal(
      given(`\`\`\`lean4\n  simp\n\`\`\`\n\`\`\`text\n${stated} := by\n  ring\n\`\`\``),
      ':= by\n  ring',
    );
  });

  it('leaves the thinking aside', () => {
    const thinking = '<think>\nMaybe:\n```lean4\n  sorry\n```\nNo. The theorem target is easy.\n</think>\n';
    assert.equal(given(`${thinking}${body}`), `:= by\n${body}`);
    assert.equal(given(`${thinking}Then it is\n\`\`\`lean4\n${body}\n\`\`\``), `:= by\n${body}`);
    assert.match(proof(`${thinking}${body}`).choice, /^after the thinking/);
    assert.match(proof(thinking).choice, /^in the thinking, the only fence/);
    assert.match(proof('<think>\nI try\n```lean\n  simp\n```').choice, /^in the thinking/);
    assert.equal(refusal('<think>\nI have no idea').reason, 'no_answer');
  });

  it('ends a proof that goes on from the prompt at the closing fence', () => {
    assert.equal(given(`${body}\n\`\`\`\n\nThe proof works because of this.`), `:= by\n${body}`);
    assert.equal(given(`${body}\n\`\`\`\n\n### Another\n\`\`\`lean4\n  simp\n\`\`\``).includes('simp'), true);
    assert.equal(given('linarith)```', opened), ':= by (\nlinarith)');
    assert.equal(given('\n  linarith\n)```\n', opened), ':= by (\n  linarith\n)');
  });

  it('skips sentences around a bare proof', () => {
    assert.equal(given(`Here is the proof:\n${body}`), `:= by\n${body}`);
    assert.equal(given(`### Proof\n\n${body}\n\nThis works because the sum is positive.`), `:= by\n${body}`);
    assert.equal(given(`We prove it as follows.\n${imports}${stated} := by\n${body}\n`), `:= by\n${body}`);
    assert.equal(given(`${body}\n/- a\n\nThis is a comment.\n-/\n  simp`), `:= by\n${body}\n\n\n\n\n  simp`);
  });

  it('takes marks of fences in comments for comments', () => {
    const sketch = `\`\`\`lean4\n${stated} := by\n  sorry\n\`\`\``;
    const whole = `${imports}/- ### Plan\n\nFirst we do this.\n\n${sketch}\n\nThen /- we -/ do that.\n-/\n${stated} := by\n${body}\n`;
    const inLines = `${stated} := by\n  -- \`\`\`lean\n  -- simp\n  -- \`\`\`\n${body}`;
    for (const file of [whole, inLines]) {
      for (const text of [file, `Here it is.\n\n\`\`\`lean4\n${file}\n\`\`\`\nThat is all.`]) {
        assert.equal(given(text).replace(/\n{2,}/g, '\n'), `:= by\n${body}`, text);
      }
    }
    // What opens no comment of the file hides nothing.
    for (const before of ['We close it with `-/` here.', 'A comment begins with `/-`.', 'It is a/-b.']) {
      assert.equal(
        given(`${before}\n\`\`\`lean4\n${body}\n\`\`\`\nAnd -/ ends it.`),
        `:= by\n${body}`,
        before,
      );
    }
    // A comment without an end goes no further than its fence.
    const endless = `\`\`\`lean4\n${stated} := by\n  simp /- so\n\`\`\`\nBetter:\n\`\`\`lean4\n${stated} := by\n${body}\n\`\`\``;
    assert.equal(given(endless), `:= by\n${body}`);
  });

  it('ends a continued proof at the closing fence, whatever sentences its comments hold', () => {
    const commented = `  /-\n  Given are two numbers, and we need their sum.\n  1. Add them.\n  -/\n  -- Now we are done with it\n${body}`;
    assert.equal(given(`${commented}\n\`\`\`\n`), `:= by\n${body}`);
    assert.equal(given(`${commented}\n\`\`\`\n\nThis is why it holds.`), `:= by\n${body}`);
  });

  it('says that there is none', () => {
    for (const text of [
      '',
      '\n \n',
      'I do not know how to prove this.',
      'The final answer is 5.',
      '```lean\n\n```',
      '-- only a comment',
      '/- a -/',
      ':= by',
      'by',
      '```lean4\n-- nothing\n```',
    ]) {
      assert.equal(refusal(text).reason, 'no_answer', text);
    }
    assert.equal(refusal(`\`\`\`lean4\n${stated} := by\n\`\`\``).reason, 'no_answer');
    assert.equal(refusal(`${stated} :=`).reason, 'no_answer');
  });
});

describe('proofOf a whole file', () => {
  const file = (before: string, after = '') => `${imports}\n${before}\n${stated} := by\n  linarith\n${after}`;

  it('takes helpers and proof, and leaves what the header has', () => {
    const found = proof(
      `${imports}set_option maxHeartbeats 0\nopen Real Nat\n\nlemma a : 1 = 1 := rfl\n\n${stated} := by\n  linarith\n`,
    );
    assert.equal(found.helpers.trim(), 'lemma a : 1 = 1 := rfl');
    assert.equal(found.body, ':= by\n  linarith');
    assert.equal(proof(file('open Real Nat')).helpers, '');
    assert.equal(
      proof(file('open Finset\nset_option maxRecDepth 500')).helpers.trim(),
      'open Finset\nset_option maxRecDepth 500',
    );
  });

  it('may repeat all of the header', () => {
    const own = parseHeader(
      'import Mathlib\nopen Nat\nvariable (n : ℕ)\ndef f (n : ℕ) : ℕ := n + 1',
    ) as Header;
    const text = `import Mathlib\nopen Nat -- x\nvariable (n:ℕ)\n\ndef f (n : ℕ) : ℕ :=\n  n + 1\n${stated} := by simp`;
    const found = proofOf(own, statement, text);
    assert.ok(!('reason' in found), JSON.stringify(found));
    assert.equal(found.helpers, '');
  });

  it('says where its lines are', () => {
    const text = `Look:\n\`\`\`lean4\n/- c -/\n${file('lemma a : 1 = 1 := by\n  -- b\n  rfl\n\nopen Real Nat\n/-- d -/\n@[simp]')}\`\`\``;
    assertPlaced(text, proof(text));
    const lines = text.split('\n');
    const { helpers, body, lines: from } = proof(text);
    assert.equal(lines[from.helpers + helpers.split('\n').indexOf('  rfl')], '  rfl');
    assert.equal(lines[from.body + body.split('\n').indexOf('  linarith')], '  linarith');
  });

  it('leaves imports to the stored header, and says so', () => {
    for (const line of [
      'import Mathlib.Tactic',
      'import Mathlib.Data.Real.Basic\nimport Aesop',
      'import Nowhere',
    ]) {
      const found = proof(`${line}\n${stated} := by\n  linarith`);
      assert.equal(found.helpers, '');
      assert.match(found.choice, /without its import of (?:Mathlib\.|Nowhere)/);
    }
    assert.doesNotMatch(proof(`import Aesop\n${stated} := by simp`).choice, /import/);
    assert.equal(proof(`/- licence -/\n${file('')}`).helpers, '');
  });

  it('is the same proof as its body alone', () => {
    const alone = proof('  norm_num\n  linarith\n');
    for (const text of [
      `${stated} := by\n  norm_num\n  linarith`,
      `${imports}\n\n/-- doc -/\n@[simp]\nprivate ${stated} := by -- so\n  norm_num\n\n  -- and\n  linarith  \n\n`,
      `lemma${stated.slice(7)} :=  by\n  norm_num\n  linarith\n`.replace(':=  by', ':= by'),
      ':= by\n  norm_num\n  /- b -/\n  linarith',
      '```lean\n  norm_num\r\n  linarith\n```',
    ]) {
      assert.equal(proof(text).key, alone.key, text);
    }
    assert.notEqual(proof('  norm_num\n   linarith').key, alone.key);
    assert.notEqual(proof('  norm_num\n  nlinarith').key, alone.key);
  });

  it('must state the theorem as stored', () => {
    const changed = refusal(`theorem target (x : ℝ) (h : 0 ≤ x) : x ≠ 0 := by\n  linarith`);
    assert.equal(changed.reason, 'statement_changed');
    assert.match(changed.message, /^line 1: after .* the statement has `<`, the candidate `≤`/);
    for (const other of [
      'theorem target (x : ℝ) : x ≠ 0 := by simp',
      'theorem target (x : ℝ) (h : 0 < x) (g : False) : x ≠ 0 := by simp',
      'theorem target (x : ℝ) (h : 0 < x) : x ≠ 0 ∨ True := by simp',
      'theorem target {x : ℝ} (h : 0 < x) : x ≠ 0 := by simp',
      'theorem target (x : ℚ) (h : 0 < x) : x ≠ 0 := by simp',
      'theorem target.{u} (x : ℝ) (h : 0 < x) : x ≠ 0 := by simp',
      'theorem target (x : ℝ) (h : 0 < x)\u200b : x ≠ 0 := by simp',
      'theorem target (x : ℝ) (h : 0 < x) : x ≠ 0 where simp',
      'theorem target (x : ℝ) (h : 0 < x) : x ≠ 0',
      'theorem target',
    ]) {
      assert.equal(refusal(other).reason, 'statement_changed', other);
    }
    assert.equal(proof(`theorem target\n  (x:ℝ)(h:0<x) -- y\n  : x ≠ 0 := by\n  simp`).body, ':= by\n  simp');
  });

  it('must have a theorem of that name, in no namespace', () => {
    for (const text of [
      'theorem other (x : ℝ) (h : 0 < x) : x ≠ 0 := by simp',
      `theorem target' ${stated.slice(15)} := by simp`,
      `theorem Foo.${stated.slice(8)} := by simp`,
      `namespace Foo\n${stated} := by simp\nend Foo`,
      `namespace A.B\nend B\n${stated} := by simp`,
      `/- ${stated} := by simp -/\ntheorem other : True := trivial`,
      `/-- ${stated} := by simp -/\ndef other := 1`,
      `def ${stated.slice(8)} := by simp`,
      `axiom ${stated.slice(8)}`,
      `instance ${stated.slice(8)} := by simp`,
      `example : True := trivial`,
      'import Mathlib\n#check Nat',
      'def a := "theorem target : True := trivial"',
    ]) {
      assert.equal(refusal(text).reason, 'not_found', text);
    }
    assert.match(
      refusal(`def ${stated.slice(8)} := by simp`).message,
      /^line 1: target is declared by `def`/,
    );
    assert.match(refusal('theorem other : True := trivial').message, /no theorem target, only other/);
    assert.equal(
      proof(`namespace Foo\ndef a := 1\nend Foo\nsection B\n${stated} := by simp\nend B`).body,
      ':= by simp',
    );
  });

  it('drops what has no effect, and refuses what else follows', () => {
    for (const after of [
      '#print axioms target',
      '#check target',
      '#check (target : _)\n#print target',
      '-- done',
      'end',
    ]) {
      assert.equal(proof(file('noncomputable section', after)).body, ':= by\n  linarith');
    }
    const found = proof(file('#check Nat\nlemma a : 1 = 1 := rfl\nset_option pp.all true in\n#print a'));
    assert.equal(found.helpers.trim(), 'lemma a : 1 = 1 := rfl');
    for (const after of [
      'axiom x : False',
      'theorem b : True := trivial',
      '#eval 1',
      'attribute [simp] target',
      'open Foo',
    ]) {
      assert.match(refusal(file('', after)).message, /^line \d+: `\S+` stands after the theorem/, after);
    }
  });

  it('refuses what stands before and begins no command', () => {
    assert.equal(refusal(`trivial\n${stated} := by simp`).reason, 'shape_refused');
    assert.match(refusal(`${imports}foo\n${stated} := by simp`).message, /^line 3: `foo` begins no command/);
    assert.equal(refusal(file('open Nat\nimport Lean')).reason, 'shape_refused');
  });

  it('keeps columns that others are aligned with', () => {
    const text = `${stated} := by norm_num\n${' '.repeat(stated.length + 7)}linarith`;
    const body = proof(text).body.split('\n');
    assert.equal(body[1]?.indexOf('norm_num'), body[2]?.indexOf('linarith'));
    assert.equal(proof(`${stated} := by\n  linarith`).body, ':= by\n  linarith');
  });

  it('takes proofs by cases', () => {
    const nat = parseStatement('theorem t : ∀ n : ℕ, n = n :=') as Statement;
    assert.equal(
      proof('theorem t : ∀ n : ℕ, n = n\n  | 0 => rfl\n  | _ + 1 => rfl', nat).body,
      '\n  | 0 => rfl\n  | _ + 1 => rfl',
    );
  });
});

describe('keys and costs', () => {
  it('are of the proof without comments and blank lines', () => {
    const tactics = [
      '  have h0 : x = x := rfl',
      '  norm_num',
      '    simp [h0, "a -- b"]',
      '  nlinarith [sq_nonneg x]',
    ];
    const plain = proof(tactics.join('\n'));
    const comment = fc.constantFrom(
      '',
      '  ',
      ' -- theorem',
      '\n',
      '\n\n  -- a',
      '\n/- b\n /- c -/\n-/',
      ' /- d -/',
      '\n\t',
      '\n/-- e -/',
    );
    fc.assert(
      fc.property(fc.array(comment, { minLength: 4, maxLength: 4 }), (comments) => {
        const other = proof(tactics.map((line, at) => line + comments[at]).join('\n'));
        assert.equal(other.key, plain.key);
        assert.equal(other.cost, plain.cost);
      }),
    );
    assert.notEqual(proof(tactics.join('\n').replace('a -- b', 'a -- c')).key, plain.key);
  });

  it('tell helpers from body', () => {
    const a = proof(`lemma a : 1 = 1 := by\n  simp\n${stated} := by\n  simp`);
    assert.notEqual(a.key, proof('  simp').key);
    assert.match(a.key, /^[\w-]{43}$/);
  });

  it('rank longer proofs and those with nlinarith higher', () => {
    assert.ok(proof('  simp\n  simp').cost > proof('  simp').cost);
    assert.ok(proof('  nlinarith').cost > proof('  linarith [a, b, c]').cost);
  });
});

describe('capHeartbeats', () => {
  it('lowers what asks for more, or for no limit', () => {
    assert.equal(
      capHeartbeats('set_option maxHeartbeats 0 in\nsimp', 4000),
      'set_option maxHeartbeats 4000 in\nsimp',
    );
    assert.equal(capHeartbeats('set_option maxHeartbeats 4_001', 4000), 'set_option maxHeartbeats 4000');
    assert.equal(capHeartbeats('set_option «maxHeartbeats» 0', 7), 'set_option «maxHeartbeats» 7');
    assert.equal(
      capHeartbeats('set_option synthInstance.maxHeartbeats 0x10000000 in', 9),
      'set_option synthInstance.maxHeartbeats 9 in',
    );
    for (const text of [
      'set_option maxHeartbeats 4000',
      '"set_option maxHeartbeats 0"',
      'set_option maxRecDepth 9999',
      'simp',
    ]) {
      assert.equal(capHeartbeats(text, 4000), text);
    }
  });
});

describe('hostile candidates', () => {
  it('get an answer, whatever they are', () => {
    fc.assert(
      fc.property(leanish, leanish, fc.boolean(), (before, after, whole) => {
        const found = proofOf(header, statement, whole ? `${before}\n${stated} := ${after}` : after);
        if ('reason' in found) assert.doesNotMatch(found.message, /\n/);
        else {
          const read = `${found.helpers}\n${found.body}`;
          assert.doesNotMatch(read, /[\p{Cf}\p{Cs}\0]/u);
          for (const { kind, text } of tokensOf(read)) {
            assert.notEqual(kind, 'comment');
            if (kind === 'word') assert.doesNotMatch(text, /(?:^|[.«])(?:run_tac|run_cmd|sorryAx)(?:$|[.»])/);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('get one soon, however large', () => {
    // biome-ignore format: a table
    const pieces = [
      '(', '```', '``` ', '```lean4\n', '`', '\n', ' ', '</think>', '"', '/-', '«', 'open ', 'private ', '@[', 'open a in ',
      'theorem target ', 'theorem target', '@[simp] ', 'a\n\n', 'Hence it is so.\n', '#', '{', '\0', '\ud835', 's!"{', '- ',
      'end\n', 'namespace A\n', 'def x := 1\n', 'set_option maxHeartbeats 0 in ', "'", '"{x}"', '()', '-- a\n', 'x\n  ',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(1e6 / piece.length);
      proofOf(header, statement, text);
      const part = piece.repeat(5e4 / piece.length);
      proofOf(header, statement, part);
      proofOf(header, statement, `${stated} := by\n  ${part}`);
      proofOf(header, statement, `${part}\n${stated} := by\n  simp`);
    }
    proofOf(header, statement, '```lean4\n simp `'.repeat(6e5));
  });

  it('are refused above a size', () => {
    assert.equal(refusal(`  simp\n${'  simp\n'.repeat(40_000)}`).reason, 'shape_refused');
    assert.match(refusal(`  simp\n${'  simp\n'.repeat(40_000)}`).message, /280007 bytes, more than 262144/);
    assert.equal(proof(`${'I think so. '.repeat(2e5)}\n\`\`\`lean\n  simp\n\`\`\``).body, ':= by\n  simp');
  });
});

describe('the public statements', { skip: noStatements }, () => {
  it('are found in a file of their own, with the proof', () => {
    for (const row of noStatements ? [] : statementRows()) {
      const own = parseHeader(row.header) as Header;
      const of = parseStatement(row.formal_statement, row.name) as Statement;
      const text = `<think>\nFine.\n</think>\n\`\`\`lean4\n${row.header}${row.informal_prefix}${row.formal_statement}  norm_num -- x\n\`\`\`\n`;
      const found = proofOf(own, of, text);
      assert.ok(!('reason' in found), JSON.stringify(found));
      assert.equal(found.helpers, '');
      assert.equal(found.body, ':= by\n  norm_num');
    }
  });
});
