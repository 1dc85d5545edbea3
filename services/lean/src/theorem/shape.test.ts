import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Header, Proof, Statement } from '../types.ts';
import { proofOf, type Refusal } from './candidate.ts';
import { parseHeader } from './header.ts';
import { parseStatement } from './statement.ts';

const header = parseHeader('import Mathlib\nset_option maxHeartbeats 400000\nopen Real Nat\n') as Header;

function judged(statement: string, text: string): Proof | Refusal {
  return proofOf(header, parseStatement(statement) as Statement, text);
}

const stated = 'theorem target (x : ℝ) (h : 0 < x) : x ≠ 0';

/** A proof alone, or a file of helpers and the theorem. */
const alone = (text: string) => judged(stated, text);
const after = (helpers: string) =>
  judged(stated, `import Mathlib\n\n${helpers}\n\n${stated} := by\n  positivity\n`);

function refused(found: Proof | Refusal, reason: Refusal['reason'], message: RegExp, what: string): void {
  assert.ok('reason' in found, `accepted: ${what}`);
  assert.equal(found.reason, reason, `${found.message}: ${what}`);
  assert.match(found.message, message, what);
}

function passes(found: Proof | Refusal, what: string): Proof {
  assert.ok(!('reason' in found), `${JSON.stringify(found)}: ${what}`);
  return found;
}

describe('cheats, stopped before Lean (by their numbers)', () => {
  const shape = (text: string, message: RegExp) => refused(alone(text), 'shape_refused', message, text);
  const helpers = (text: string, message: RegExp) => refused(after(text), 'shape_refused', message, text);

  it('A3, A4: sorryAx, and the option that hides it', () => {
    shape(':= sorryAx _ false', /line 1: `sorryAx` is not allowed/);
    shape('  exact «sorryAx» _ false', /`sorryAx` is not allowed/);
    shape('  exact @_root_.«sorryAx» _ false', /`sorryAx` is not allowed/);
    helpers('set_option warn.sorry false in', /the option `warn.sorry` may not be set/);
    helpers('set_option warn.sorry false', /line 3: the option `warn.sorry` may not be set/);
    shape('  set_option warn.sorry false in\n  trivial', /the option `warn.sorry`/);
  });

  it('A7, A11, A12, A40: opaque constants and axioms', () => {
    helpers('opaque hidden : False := foo', /`opaque` is not allowed/);
    helpers('axiom cheat : False', /line 3: the command `axiom` is not allowed/);
    helpers('namespace Std.TrustMe\naxiom x : False\nend Std.TrustMe', /`axiom` is not allowed/);
    helpers('axiom target._native.native_decide.ax_1 : False', /`axiom` is not allowed/);
    helpers('theorem a : True := trivial axiom b : False', /`axiom` is not allowed/);
    helpers('private axiom cheat : False', /`axiom` is not allowed/);
    helpers('constant c : False', /`constant` is not allowed/);
  });

  it('A8, A20, A21, A24: macros and elaborators', () => {
    helpers(
      `macro "fp" : term => do\n  let n := Lean.Name.mkSimple (String.ofList ['s','o','r','r','y','A','x'])\n  \`($(Lean.mkIdent n) _ true)`,
      /`macro` is not allowed/,
    );
    helpers('macro_rules | `($x = $y) => `(True)', /`macro_rules` is not allowed/);
    helpers('local macro_rules | `($x = $y) => `(True)', /`macro_rules` is not allowed/);
    helpers('macro "IsClosedEmbedding" rest:term* : term => `(True)', /`macro` is not allowed/);
    helpers('elab "#print " "axioms" id:ident : command => logInfo s!"fine"', /`elab` is not allowed/);
    helpers('syntax "foo" : term', /`syntax` is not allowed/);
    helpers('declare_syntax_cat foo', /`declare_syntax_cat` is not allowed/);
    helpers('@[macro foo] def a := 1', /attribute `macro` is not allowed|`macro` is not allowed/);
    helpers('@[term_elab foo] def a := 1', /the attribute `term_elab` is not allowed/);
    helpers('@[simp, command_elab foo] def a := 1', /the attribute `command_elab`/);
    helpers('attribute [app_unexpander foo] a', /the attribute `app_unexpander`/);
  });

  it('A9, A10: options that weaken the checks', () => {
    for (const option of [
      'debug.byAsSorry',
      'debug.proofAsSorry',
      'debug.terminalTacticsAsSorry',
      'debug.skipKernelTC',
      'Elab.async',
      'compiler.extract_closures',
      'bootstrap.inductiveCheckResultingUniverse',
      'interpreter.prefer_native',
      'trace.profiler.output',
      'stderrAsMessages',
      'sat.solver',
      'internal.cmdlineSnapshots',
      'experimental.module',
      'weak.debug.skipKernelTC',
      '«debug».«skipKernelTC»',
      'warningAsError',
    ]) {
      helpers(`set_option ${option} true`, /the option `.*` may not be set/);
      helpers(`set_option ${option} true in`, /the option `.*` may not be set/);
      shape(`  set_option ${option} true in\n  simp`, /the option `.*` may not be set/);
    }
    shape('  run_tac Lean.Elab.Tactic.foo ("skip" ++ "Kernel" ++ "TC")', /`run_tac` is not allowed/);
  });

  it('A13, A15, A30: what runs programs', () => {
    helpers('run_cmd liftCoreM (addDecl foo)', /`run_cmd` is not allowed/);
    helpers('@[implemented_by bad] def f := 1', /`implemented_by` is not allowed/);
    helpers('@[extern "f"] def f := 1', /`extern` is not allowed/);
    helpers('@[csimp] theorem f : 1 = 1 := rfl', /`csimp` is not allowed/);
    helpers('attribute [implemented_by bad] f', /`implemented_by` is not allowed/);
    helpers('initialize foo : Nat ← pure 1', /`initialize` is not allowed/);
    helpers('@[init foo] def f := 1', /attribute `init` is not allowed/);
    helpers('@[export foo] def f := 1', /attribute `export` is not allowed/);
    helpers('#eval IO.FS.writeFile "a" "b"', /`#eval` is not allowed/);
    helpers('simproc foo (x) := fun _ => bar', /`simproc` is not allowed/);
    helpers('@[simproc] def f := 1', /`simproc` is not allowed/);
    helpers('@[aesop safe tactic] def f := 1', /the attribute's `tactic` is not allowed/);
    helpers('@[simp, aesop unsafe 50% (by foo)] def f := 1', /not allowed/);
    helpers('@[norm_num foo] def f := 1', /attribute `norm_num` is not allowed/);
    helpers('@[positivity foo] def f := 1', /attribute `positivity` is not allowed/);
    helpers('@[simps (attr := foo)] def f := 1', /`attr` is not allowed/);
    helpers('unsafe def f : False := f', /`unsafe` is not allowed/);
    helpers('structure A where\n  a : Nat\nderiving Repr, Foo', /deriving `Foo` is not allowed/);
    helpers('deriving instance TypeName for Nat', /deriving `TypeName` is not allowed/);
    helpers('meta def f := 1', /`meta` is not allowed/);
    helpers('register_option foo : Nat := { defValue := 1 }', /`register_option` is not allowed/);
    for (const text of [
      '  exact by_elab foo',
      '  exact (run_elab foo)',
      '  exact eval% foo',
      '  exact include_str "/etc/passwd"',
      '  exact (IO.getStdin : Foo)',
      '  exact unsafeCast h',
      '  exact (unsafe h)',
      '  exact Lean.ofReduceBool _ _ rfl',
      '  exact Lean.Environment.addDecl foo',
      '  simp [Lean.modifyEnv]',
      '  have : ∀ x, f x := by\n    run_tac foo\n  simp',
      '  exact `(x)',
      '  exact m!"{run_tac}"',
      '  exact throwError "a {run_tac} b"',
      '  simp\n  where @[implemented_by foo] go := 1',
      '  let rec @[extern "f"] go := 1\n  simp',
    ]) {
      shape(text, /not allowed|begins another command/);
    }
  });

  it('what terms that tactics evaluate could run: functions of programs, whatever way they are named', () => {
    for (const name of [
      'IO.FS.writeFile "a" "b"',
      '_root_.IO.FS.writeFile "a" "b"',
      '_root_.«IO».println "a"',
      'Lean.saveModuleData x y z',
      'Lean.Elab.Tactic.run x',
      'System.FilePath.readDir x',
      'Task.spawn x',
    ]) {
      const text = `def c : Foo := match ${name} () with | .ok _ _ => {} | .error _ _ => {}`;
      helpers(text, /\.` is not allowed: a proof is no program/);
      shape(`  simp (config := match ${name} () with | _ => {})`, /a proof is no program/);
    }
    for (const text of [
      'open IO',
      'open IO in',
      'open Nat IO.FS',
      'open scoped Nat Lean',
      'open Lean renaming loadDynlib → f',
      'open System (FilePath)',
      'namespace IO\nend IO',
      'namespace _root_.Lean\nend _root_.Lean',
      'namespace «Lean»\nend «Lean»',
      'def Lean.foo := 1',
    ]) {
      helpers(text, /a proof is no program/);
    }
    shape('  open Lean in simp', /namespace `Lean` is not allowed/);
    shape('  exact (println! "a" : Foo) ()', /`println!` is not allowed/);
    shape('  exact dbg_trace "a"; h', /`dbg_trace` is not allowed/);
    shape('  aesop (add safe tactic foo)', /a `tactic` for aesop/);
    shape('  exact Aesop.runTermElabMAsCoreM foo', /`Aesop.` is not allowed/);
    shape('  aesop (add norm tactic foo)', /a `tactic` for aesop/);
    shape('  aesop (add unsafe 50% tactic foo)', /a `tactic` for aesop/);
    shape('  aesop (add 50% tactic foo)', /a `tactic` for aesop/);
    shape('  plausible', /`plausible` is not allowed: it proves nothing/);
    shape('  slim_check', /`slim_check` is not allowed/);
    shape('  trivial\nset_library_suggestions fun _ _ => foo', /begins another command/);
    helpers('grind_propagator foo ↑Nat.add := fun e => bar', /`grind_propagator` is not allowed/);
    helpers('theorem a : True := trivial\ncbv_simproc foo (_) := bar', /`cbv_simproc` is not allowed/);
    helpers('with_weak_namespace IO def a := 1', /`with_weak_namespace` is not allowed/);
  });

  it('A14: the compiler in place of the kernel', () => {
    for (const text of [
      'native_decide',
      'decide +native',
      'decide (config := { native := true })',
      'exact Nat.foo (by native_decide)',
      'decide +kernel +native',
    ]) {
      shape(`  ${text}`, /`native(?:_decide)?` is not allowed/);
    }
    passes(alone('  decide +kernel'), 'decide +kernel');
  });

  it('A16: another statement', () => {
    const stored = 'theorem target : (1 : ℚ) / 4 + 0 = 2 ∧ ∀ n : ℕ, n < n + 1';
    for (const other of [
      'theorem target : 1 = 1',
      stored.replace('(1 : ℚ)', '1'),
      stored.replace('ℚ', 'ℕ'),
      stored.replace('∀', '∃'),
      stored.replace(' : (1', ' (h : False) : (1'),
      stored.replace('= 2', '≠ 2'),
      stored.replace('4', '5'),
    ]) {
      refused(judged(stored, `${other} := by simp`), 'statement_changed', /the statement has/, other);
    }
  });

  it('A17, A18, A19, A36: no such theorem', () => {
    const no = (text: string) => refused(judged('theorem target : 1 = 2', text), 'not_found', /target/, text);
    no('/- theorem target : 1 = 2 -/ theorem other : True := trivial');
    for (const kind of ['def', 'axiom', 'abbrev', 'instance', 'opaque', 'structure'])
      no(`${kind} target : 1 = 2 := foo`);
    no('example : 1 = 2 := foo');
    no('namespace Foo\ntheorem target : 1 = 2 := foo\nend Foo');
    no('#check Nat');
    for (const text of ['', '-- nothing', '/- nothing -/']) {
      refused(judged('theorem target : 1 = 2', text), 'no_answer', /./, text);
    }
  });

  it('A20, A22, A33: other meanings for the words of the statement', () => {
    const stored = 'theorem target (n : Nat) : Real.log n + 1 = 2 ∨ True';
    const meaning = (text: string, message: RegExp) => {
      refused(judged(stored, `${text}\n${stored} := by simp`), 'shape_refused', message, text);
    };
    meaning('local notation "True" => False', /gives `True`, which the statement uses/);
    meaning('local notation3 "True" => False', /gives `True`, which the statement uses/);
    meaning('notation:50 a " = " b => a < b', /gives `=`, which the statement uses/);
    meaning('local infixl:65 " + " => Nat.mul', /gives `\+`/);
    meaning('notation "1 = 2" => True', /cannot be the symbol/);
    meaning(
      'namespace Foo\ninductive Nat | a\nend Foo\nopen Foo',
      /defines Foo.Nat, and the statement uses `Nat`/,
    );
    meaning('def Real.log := 1', /defines Real.log/);
    meaning('namespace Foo.Real\ndef log := 1\nend Foo.Real\nopen Foo', /defines Foo.Real.log/);
    meaning('namespace A\ndef _root_.True := False\nend A', /defines True/);
    meaning('local instance : Add Nat := ⟨Nat.mul⟩', /an instance of Add for a type/);
    meaning(
      'instance (priority := high) foo : HAdd Nat Nat Nat where hAdd := Nat.mul',
      /an instance of HAdd/,
    );
    meaning('variable (h : False)', /the `variable` holds for the theorem/);
    meaning('section\nvariable (h : False)', /the `variable` holds for the theorem/);
    meaning('noncomputable section A\nvariable {n : Nat}', /the `variable` holds/);
  });

  it('A23, A25, A31: forged answers', () => {
    helpers(
      '#eval (do let c ← IO.Process.spawn {cmd := "printf"}; discard c.wait : IO Unit)',
      /`#eval` is not allowed/,
    );
    helpers('#exit', /`#exit` is not allowed/);
    shape(
      '  trivial\n#eval IO.println "\'target\' depends on axioms: [propext]"',
      /`#eval` begins another command/,
    );
    shape('  trivial #exit', /`#exit` begins another command/);
    shape('  trivial\n#foo', /`#foo` begins another command/);
  });

  it('A26, A27, A29: the environment, and a prelude', () => {
    helpers('open Lean in\nrun_meta modifyEnv fun e => e', /`run_meta` is not allowed/);
    shape('  exact addDeclCore foo', /`addDeclCore` is not allowed/);
    shape('  exact addDeclWithoutChecking foo', /`addDeclWithoutChecking` is not allowed/);
    const found = passes(judged(stated, `prelude\nimport Init\n${stated} := by simp`), 'prelude');
    assert.equal(found.helpers, '');
    helpers('open private foo from Bar', /`open private` is not allowed/);
  });

  it('A32: text after the theorem', () => {
    shape('trivial\n\naxiom x : False', /^line 3: `axiom` begins another command/);
    shape('trivial\nend Foo', /^line 2: `end` begins another command/);
    const file = `${stated} := by simp\naxiom x : False`;
    refused(judged(stated, file), 'shape_refused', /^line 2: `axiom` stands after the theorem/, file);
  });

  it('A37: deep brackets, and too much', () => {
    shape(`  exact ${'('.repeat(20_000)}x${')'.repeat(20_000)}`, /brackets are nested 500 deep/);
    shape(`  exact ${'('.repeat(20_000)}x`, /nested|counterpart/);
    shape('  exact foo)', /`\)` has no counterpart/);
    shape('  exact (foo]', /`[\](]` has no counterpart/);
    shape('  exact ⟨foo, (⟩', /has no counterpart/);
    shape('  simp /- a /- b -/', /line 1: the comment has no end/);
    shape('  sleep 100000000\n  simp', /`sleep` is not allowed: it only waits/);
    shape('  exact dbgSleep 100000000 fun _ => h', /`dbgSleep` is not allowed/);
  });

  it('A37: namespaces within namespaces, thousands deep', () => {
    const stored = 'theorem target : A.B.x = 1';
    const file = (helpers: string) => judged(stored, `${helpers}\n${stored} := by simp`);
    for (const open of ['namespace A\n'.repeat(9_000), `namespace ${'A.'.repeat(50_000)}A\n`]) {
      const found = file(`${open}${'def b := 1\n'.repeat(10_000)}`);
      refused(found, 'not_found', /target stands in namespace A\.A/, 'deep');
      assert.ok('message' in found && found.message.length <= 1000);
    }
    const closed = `namespace ${'A.'.repeat(9_000)}A\n${'end A\n'.repeat(9_001)}`;
    passes(file(closed), 'closed');
    refused(file(`${closed}end A`), 'shape_refused', /`end A` closes nothing/, 'closed once more');
    const defined = file('namespace C.D.A\nnamespace B\ndef x := 1\nend B\nend D.A\nend C');
    refused(defined, 'shape_refused', /defines D\.A\.B\.x|defines C\.D\.A\.B\.x/, 'the statement’s word');
  });

  it('A38: characters that cannot be seen or are not what they look like', () => {
    const characters =
      '\0\u0001\u001b\u007f\u0085\u00a0\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\ufe0f\u2028\u3000\u{e0041}\ud800\uffff\r';
    for (const character of characters) {
      shape(`  norm_num\n  simp ${character}[h]`, /^line 2: the character U\+[0-9A-F]{4,5} cannot be seen/);
      passes(alone(`  simp -- ${character}`), 'in a comment');
    }
    shape('  exact e\u0301', /^line 1: the text is not in Unicode normal form C/);
    refused(
      judged('theorem target : 1 = 2', 'theorem target : 1 ＝ 2 := rfl'),
      'statement_changed',
      /`=`.*`＝`/,
      '＝',
    );
    passes(alone('  norm_num\r\n  simp\r\n'), 'CRLF');
  });

  it('A41: imports', () => {
    const found = passes(
      judged(stated, `import Evil\nimport Mathlib.Tactic\n${stated} := by simp`),
      'imports',
    );
    assert.equal(found.helpers, '');
    helpers('theorem a : True := trivial\nimport Evil', /`import` is not allowed/);
  });

  it('A37: many helpers of a long statement', () => {
    const binders = Array.from({ length: 1000 }, (_, at) => `(a${at} : T${at}.b.c)`).join(' ');
    const stored = `theorem target ${binders} : True`;
    for (const helper of ['def b:=1\n', 'notation "x"=>1\n', 'notation "<>"=>1\n', 'def q.b.r.s:=1\n']) {
      passes(judged(stored, `${helper.repeat(10_000)}${stored} := by simp`), helper);
    }
    const taken = judged(stored, `def T999.b:=1\n${stored} := by simp`);
    refused(taken, 'shape_refused', /defines T999\.b, and the statement uses `T999\.b\.c`/, 'taken');
  });

  it('keeps in step with Lean about where comments and strings are', () => {
    shape('  exact "\\q" + x', /escape that Lean does not know/);
    shape('  exact "a\nb"', /several lines/);
    shape('  exact "a\\\n  b"', /several lines/);
    shape('  exact r"\\" foo "', /a raw string/);
    shape('  exact r#"a"#', /a raw string/);
    shape('  exact s!"{"a"}"', /a string stands in a hole/);
    shape('  exact s!"{\'"\'}"', /a character stands in a hole|has no end|counterpart/);
    shape('  exact foo "{" x "}"', /a brace in a string has no counterpart/);
    shape('  throwError "a {theorem} b"', /holds the command `theorem`/);
    shape('  throwError "a {#eval x} b"', /holds `#`/);
    shape('  exact f⁻¹\'"\'"', /put a blank/);
    shape("  exact x='\"'", /put a blank/);
    shape('  exact a<--b', /begins a comment/);
    shape('  exact «a\nb»', /a quoted identifier/);
    shape('  exact «a', /no »/);
    for (const atom of ['--', '@--', '/-', '-/x', 'a"', "a'", '\\\\', '`', ' ', 'a b']) {
      helpers(`local notation "${atom.replaceAll('"', '\\"')}" => 1`, /cannot be the symbol/);
    }
    helpers('notation "foo" => $(bar)', /`\$` in a notation/);
    helpers('notation "foo" x => `($x)', /not allowed/);
  });
});

describe('valid look-alikes', () => {
  const body = (text: string) => passes(alone(text), text);
  const file = (text: string) => passes(after(text), text);

  it('words in comments and strings', () => {
    body('  -- sorry, no axiom here: native_decide, #eval\n  simp /- macro /- elab -/ unsafe -/');
    body('  simp\n  trace "sorry axiom macro unsafe #eval"\n  exact foo "-- not a comment"');
    file('/-- No `sorry`, no `axiom`. -/\nlemma a : 1 = 1 := rfl -- run_cmd');
  });

  it('helper lemmas, with what holds for them', () => {
    file('open Finset in\nlemma a (s : Finset ℕ) : s.card = s.card := by\n  open Classical in simp');
    file(
      'open Finset in\n/-- doc -/\n@[simp] theorem a : 1 = 1 := rfl\n\nopen scoped BigOperators in\nopen Nat in\nlemma b : 2 = 2 := rfl',
    );
    const { helpers } = file('set_option maxRecDepth 4000 in');
    assert.equal(helpers.trim(), 'set_option maxRecDepth 4000 in');
    file(
      'set_option maxHeartbeats 400000 in\nset_option synthInstance.maxHeartbeats 40000 in\nlemma a : 1 = 1 := by decide',
    );
    file(
      'set_option linter.unusedVariables false\nset_option pp.all true\nset_option autoImplicit false\nset_option trace.Meta.synthInstance true',
    );
    file('section Foo\nvariable {α : Type*} [Fintype α]\nlemma a : 1 = 1 := rfl\nend Foo');
    file(
      'section\nvariable [Fintype α] (s : Finset α)\ninclude s\nomit [Fintype α] in\nlemma a : s = s := rfl\nend',
    );
    file(
      'namespace Foo\nnamespace Bar\nlemma a : 1 = 1 := rfl\nend Bar\nprotected theorem b : 1 = 1 := rfl\nend Foo\nopen Foo',
    );
    file('namespace Foo.Bar\nlemma a : 1 = 1 := rfl\nend Bar\nend Foo\nnamespace C.D\nend C.D\nsection\nend');
    file('universe u v\nlemma a.{w} (α : Type w) : α = α := rfl');
  });

  it('definitions of all kinds', () => {
    file(
      'noncomputable def f (x : ℝ) : ℝ := x / 2\nabbrev g := f\nprivate def k : ℕ → ℕ\n  | 0 => 1\n  | n + 1 => k n',
    );
    file(
      'def ack : ℕ → ℕ → ℕ\n  | 0, n => n + 1\n  | m + 1, 0 => ack m 1\n  | m + 1, n + 1 => ack m (ack (m + 1) n)\ntermination_by m n => (m, n)\ndecreasing_by all_goals simp_wf',
    );
    file('partial def loop (n : ℕ) : ℕ := loop (n + 1)');
    file(
      'structure P where\n  a : ℕ\n  b : ℕ := 1\n  deriving Repr, DecidableEq\n\ninstance : Add P := ⟨fun p q => ⟨p.a + q.a, p.b⟩⟩\ninstance instP : OfNat P 0 where\n  ofNat := ⟨0, 0⟩',
    );
    file(
      'inductive T : Type\n  | leaf\n  | node (l r : T)\n  deriving Inhabited\n\nclass C (α : Type) where\n  c : α',
    );
    file(
      'instance : Fact (Nat.Prime 7) := ⟨by norm_num⟩\nlocal instance foo : Decidable True := isTrue trivial',
    );
    file('mutual\ntheorem ev : 1 = 1 := rfl\ntheorem od : 1 = 1 := rfl\nend');
    file(
      '@[simp, norm_cast, local ext high] lemma a : 1 = 1 := rfl\nattribute [local simp] Nat.succ_eq_add_one mul_comm\nattribute [-simp] foo',
    );
    file(
      '@[elab_as_elim] theorem ind : 1 = 1 := rfl\n@[aesop safe apply] theorem b : 1 = 1 := rfl\n@[simp ←] theorem c : 1 = 1 := rfl',
    );
    file('example : 1 + 1 = 2 := by norm_num\nalias foo := Nat.succ_le');
    file('noncomputable section\nopen Classical');
    file('def x : ℕ := 1\ndef target_aux := x');
  });

  it('local notation', () => {
    file('local notation "σ" => Finset.sum\nlemma a : 1 = 1 := rfl');
    file('local notation3 "π₂" => fun n : ℕ => n + 2\nlemma a : 1 = 1 := rfl');
    file(
      'local infixl:70 " ⊙ " => HMul.hMul\nnotation:max "‖" a "‖ₑ" => foo a\nlocal prefix:100 "♯" => Finset.card',
    );
  });

  it('what proofs are written with', () => {
    body('  decide');
    body('  classical\n  exact Classical.choice ⟨h⟩\n  obtain ⟨y, hy⟩ := Classical.em (x = 0)');
    body(
      '  exact go 3\nwhere\n  go : ℕ → 1 = 1\n    | 0 => rfl\n    | n + 1 => go n\n  termination_by n => n',
    );
    body(
      '  have h₁ : ∀ x ∈ Set.Icc (0 : ℝ) 1, |x| ≤ 1 := by\n    intro y hy\n    rw [abs_le]; constructor <;> linarith [hy.1, hy.2]\n  norm_num',
    );
    body("  simp [f '' s, f ⁻¹' {1}, x'', ∑' i, f i, 'a', #s, #[1, 2], s!\"a{x}b\", h.1.2]");
    body('  nlinarith [sq_nonneg (x - 1), sq_nonneg (x + 1), mul_self_nonneg (x ^ 2 - 1)]');
    body('  rcases h with (⟨a, b⟩ | ⟨c, d⟩) <;> first | omega | (simp at *; ring_nf at *)');
    body(
      '  conv => lhs; rw [← foo]\n  calc x = x := rfl\n    _ ≤ x := by norm_num\n  all_goals (try simp) ; done',
    );
    body("  simp (config := { decide := true }) only [Nat.reduceMul, Nat.reduceAdd, foo.native, macro']");
    body('  suffices foo : 1 = 1 from bar\n  show_term exact h.elab_foo\n  exact (by exact h : x ≠ 0).symm');
    body('  exact ⟨fun h => by simpa using h, fun h ↦ h ▸ rfl⟩\n  refine ?_ ; exact @id _ (h · 1)');
    body(
      "  match x, h with\n  | _, h => exact h.ne'\n  let f (n : ℕ) : ℕ := if n = 0 then 1 else 2\n  open Real in simp [π]",
    );
    body('  norm_num [Nat.ModEq, Nat.choose, 2⁻¹, 10 ∣ 3, a ≡ b [MOD 7], n !, 5 !, {x | x > 0}, (1, 2).1]');
    body('  aesop (add unsafe 50% apply foo, safe forward bar)\n  apply Aesop.BuiltinRules.not_intro');
    body('  simp only [Lean.Grind.not_eq_prop, Lean.Omega.foo]');
    body(
      '  have sleep : 1 = 1 := rfl\n  obtain ⟨IO, Lean⟩ := h\n  conv => tactic => simp\n  open Nat in simp',
    );
    body('  exact f $ g <| h |>.trans _ |>.le\n  exact mod_cast h\n  exact (h : _).out');
  });
});
