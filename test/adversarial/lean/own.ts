/** Cheats of our own invention, by somebody who knows how the verifier works. */
import type { Case } from './sample.ts';

/**
 * Finds the audit among the environment's constants, and gives its command another meaning, made of its own functions: a
 * program that runs while Lean compiles can forge whatever is asked of Lean afterwards. Hence no programs, and tier 2.
 */
const hijack = String.raw`open Lean in
mutual
partial def inNode (node : PersistentHashMap.Node Name ConstantInfo) (found : Option Name) : Option Name :=
  match node with
  | .entries es => inEntries es 0 found
  | .collision ks _ _ => match ks[0]? with | some k => pick k found | none => found
partial def inEntries (es : Array (PersistentHashMap.Entry Name ConstantInfo (PersistentHashMap.Node Name ConstantInfo)))
    (i : Nat) (found : Option Name) : Option Name :=
  match es[i]? with
  | none => found
  | some (.entry k _) => inEntries es (i + 1) (pick k found)
  | some (.ref n) => inEntries es (i + 1) (inNode n found)
  | some .null => inEntries es (i + 1) found
partial def pick (n : Name) (found : Option Name) : Option Name :=
  if String.isPrefixOf "assay_" n.getRoot.toString then some n.getRoot else found
end
open Lean Elab in
elab "hijack" : command => do
  let env ← MonadEnv.getEnv
  match inNode env.constants.map₂.root none with
  | none => pure ()
  | some name =>
    let A := name.toString
    let text := "elab_rules : command | §(#" ++ A ++ " $n:ident $k:ident) => do
      let env ← Lean.MonadEnv.getEnv
      match env.find? n.getId with
      | some c =>
        let fine := \"{\\\"found\\\":true,\\\"kind\\\":\\\"theorem\\\",\\\"axioms\\\":[],\\\"type\\\":\"
        let said := \"assay-audit \" ++ " ++ A ++ ".nameText k.getId ++ \" \" ++ fine ++ "
          ++ A ++ ".jsonText (" ++ A ++ ".typeText (" ++ A ++ ".here env) c) ++ \"}\"
        modify fun s => { s with messages := s.messages.add { fileName := \"\", pos := ⟨1, 0⟩, severity := .information, data := Lean.stringToMessageData said } }
      | none => pure ()"
    match Parser.runParserCategory env §§command text with
    | .ok parsed => Command.elabCommand parsed
    | .error _ => pure ()
hijack`
  .replaceAll('§', '`')
  .replace('``command', '`command');

export const own: readonly Case[] = [
  {
    id: 'B1',
    name: 'an instance by another door',
    tier: '1',
    samples: [
      {
        name: 'a definition made an instance',
        text: 'def evil : OfNat Nat 2 := ⟨1⟩\nattribute [local instance] evil\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'a definition that is one',
        text: '@[instance] def evil : OfNat Nat 2 := ⟨1⟩\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'of a type that only looks its own',
        text: 'abbrev Number := Nat\ninstance evil : OfNat Number 2 := ⟨1⟩\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'by a class that extends one',
        text: 'class Evil extends OfNat Nat 2\ninstance : Evil := { ofNat := 1 }\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'of a class that makes one',
        text: 'class Evil where\n  number : Nat\ninstance [e : Evil] : OfNat Nat 2 := ⟨e.number⟩\ninstance : Evil := ⟨1⟩\n§ := rfl',
        shape: true,
        audit: 'statement_changed',
      },
      {
        name: 'the default for numbers',
        text: 'instance evil (n : Nat) : OfNat PUnit n := ⟨⟨⟩⟩\nattribute [default_instance 10000] evil\n§ := rfl',
        shape: true,
        audit: 'statement_changed',
      },
      {
        name: 'the default for numbers, of its own type',
        text: 'structure Single where\ninstance evil (n : Nat) : OfNat Single n := ⟨⟨⟩⟩\nattribute [default_instance 10000] evil\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'the library’s own taken away',
        text: 'attribute [-instance] instOfNatNat\n@[instance] def evil (n : Nat) : OfNat Nat n := ⟨1⟩\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'a cast',
        statement: 'theorem target : ∀ n : Nat, (n : Int) = -1',
        text: 'class Evil extends NatCast Int\ninstance : Evil := { natCast := fun _ => -1 }\n§ := fun _ => rfl',
        audit: 'statement_changed',
      },
      {
        name: 'a decision, which the statement hides',
        statement: 'theorem target : (if (1 : Nat) = 2 then 0 else 1) = 0',
        text: 'def evil : Decidable ((1 : Nat) = 2) := .isTrue sorry\nattribute [local instance 10000] evil\n§ := rfl',
        audit: 'statement_changed',
      },
      {
        name: 'a value by default',
        statement: 'theorem target : (default : Nat) = 7',
        text: '@[instance 10000] def evil : Inhabited Nat := ⟨7⟩\n§ := rfl',
        audit: 'statement_changed',
      },
    ],
  },
  {
    id: 'B2',
    name: 'the statement’s words made transparent, or not',
    tier: '1',
    samples: [
      {
        name: 'a definition unfolded',
        statement: 'theorem target : slot = 4',
        text: 'attribute [local reducible] slot\n§ := by decide',
        audit: 'lean_error',
      },
      {
        name: 'a lemma of simp that lies',
        statement: 'theorem target : slot = 4',
        text: '@[simp] theorem lie : slot = 4 := sorry\n§ := by simp',
        audit: 'has_sorry',
      },
      {
        name: 'a congruence that lies',
        text: '@[congr] theorem lie (a b c d : Nat) (_ : a = c) (_ : b = d) : (a = b) = True := sorry\n§ := by simp',
        audit: '*',
      },
    ],
  },
  {
    id: 'B3',
    name: 'notation that is a proof',
    tier: '1',
    samples: [
      {
        name: 'with sorry',
        text: 'set_option quotPrecheck false in\nlocal notation "proof" => (by sorry : False)\n§ := False.elim proof',
        audit: 'has_sorry',
      },
      {
        name: 'with the compiler',
        statement: 'theorem target : 2 ^ 12 = 4096',
        text: 'set_option quotPrecheck false in\nlocal notation "proof" => (by decide +native)\n§ := proof',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'with the axiom',
        text: 'local notation "proof" => sorryAx _ false\n§ := proof',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'of a sign that is a comment',
        text: 'local notation "/-" => 1\n§ := by sorry -/',
        shape: true,
        audit: '*',
      },
      {
        name: 'that takes a command’s word',
        text: 'local notation "axiom" => trivial\n§ := by sorry',

        audit: '*',
      },
    ],
  },
  {
    id: 'B4',
    name: 'proofs that go round in circles',
    tier: '1',
    samples: [
      { name: 'by itself', text: '§ := target', audit: 'lean_error' },
      {
        name: 'by itself, within',
        text: '§ := by\n  let rec go : 1 = 2 := go\n  exact go',
        audit: 'lean_error',
      },
      { name: 'by where', text: '§ := go\nwhere\n  go : 1 = 2 := target', audit: 'lean_error' },
      {
        name: 'two of them',
        text: 'mutual\ntheorem a : 1 = 2 := b\ntheorem b : 1 = 2 := a\nend\n§ := a',
        audit: 'lean_error',
      },
      {
        name: 'with the theorem itself',
        text: 'mutual\n§ := other\ntheorem other : 1 = 2 := target\nend',
        shape: true,
        audit: 'lean_error',
      },
      {
        name: 'partial',
        text: 'partial def loop (n : Nat) : 1 = 2 := loop (n + 1)\n§ := loop 0',
        audit: '*',
      },
      {
        name: 'partial, of a type with values',
        text: 'partial def loop (n : Nat) : Option (PLift (1 = 2)) := loop (n + 1)\n§ := (loop 0).get!.down',
        audit: '*',
      },
      {
        name: 'a measure that does not fall',
        text: 'theorem loop (n : Nat) : 1 = 2 := loop (n + 1)\ntermination_by n\n§ := loop 0',
        audit: 'lean_error',
      },
      {
        name: 'a measure that is said to fall',
        text: 'theorem loop (n : Nat) : 1 = 2 := loop (n + 1)\ntermination_by n\ndecreasing_by sorry\n§ := loop 0',
        audit: 'has_sorry',
      },
      {
        name: 'a measure that is said to fall, in all cases',
        text: 'theorem loop (n : Nat) : 1 = 2 := loop (n + 1)\ntermination_by n\ndecreasing_by all_goals admit\n§ := loop 0',
        audit: 'has_sorry',
      },
      { name: 'unsafe', text: 'unsafe def loop : 1 = 2 := loop\n§ := loop', shape: true, audit: '*' },
      {
        name: 'a fixed point',
        text: 'def loop (n : Nat) : 1 = 2 := loop n\npartial_fixpoint\n§ := loop 0',
        audit: '*',
      },
    ],
  },
  {
    id: 'B5',
    name: 'types that must not be',
    tier: '1',
    samples: [
      {
        name: 'negative',
        text: 'inductive Bad where\n  | mk (f : Bad → False)\n§ := by sorry',
        audit: 'lean_error',
      },
      {
        name: 'of too small a universe',
        text: 'structure Bad : Type where\n  it : Type\n§ := by sorry',
        audit: 'lean_error',
      },
      {
        name: 'a proof taken apart for data',
        text: 'theorem h : ∃ n : Nat, n = 1 := ⟨1, rfl⟩\ndef n : Nat := match h with | ⟨n, _⟩ => n\n§ := by sorry',
        audit: 'lean_error',
      },
    ],
  },
  {
    id: 'B6',
    name: 'messages that are swallowed',
    tier: '1',
    samples: [
      {
        name: 'by a guard',
        text: '#guard_msgs (drop all) in\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'errors by a guard',
        text: '#guard_msgs (drop all) in\n§ := by decide',
        shape: true,
        audit: '*',
      },
      {
        name: 'by a command that wants failure',
        text: '#check_failure (nothing : 1 = 2)\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'by a tactic that catches',
        text: '§ := by first | fail | (try decide); sorry',
        audit: 'has_sorry',
      },
      {
        name: 'by a program',
        text: 'run_cmd try Lean.Elab.Command.elabCommand (← `(command| theorem target : 1 = 2 := by decide)) catch _ => pure ()',
        shape: true,
        audit: '*',
      },
    ],
  },
  {
    id: 'B7',
    name: 'proofs that stand in types',
    tier: '1',
    samples: [
      {
        name: 'as a default',
        text: 'theorem h (p : 1 = 2 := by sorry) : 1 = 2 := p\n§ := h',
        audit: 'has_sorry',
      },
      {
        name: 'as an implicit instance',
        text: 'class Fact (p : Prop) : Prop where\n  out : p\ninstance : Fact (1 = 2) := ⟨by sorry⟩\n§ := Fact.out',
        audit: 'has_sorry',
      },
      {
        name: 'as a subsingleton',
        text: 'instance evil : Subsingleton Nat := ⟨fun _ _ => sorry⟩\n§ := Subsingleton.elim 1 2',
        audit: 'has_sorry',
      },
      {
        name: 'by choice',
        text: 'noncomputable def pick : { n : Nat // n = 1 ∧ n = 2 } := Classical.choice ⟨sorry⟩\n§ := pick.2.1.symm.trans pick.2.2',
        audit: 'has_sorry',
      },
    ],
  },
  {
    id: 'B8',
    name: 'texts that Lean and a scanner may read differently',
    tier: 'S',
    samples: [
      { name: 'a comment with no end', text: '§ := by sorry /- ', shape: true, audit: 'lean_error' },
      {
        name: 'comments within comments',
        text: '/- /- -/ § := by rfl -/\naxiom cheat : False',
        shape: true,
        audit: '*',
      },
      {
        name: 'a string that hides an axiom',
        text: 'def s := "\\"\naxiom cheat : False\n§ := cheat.elim --"',
        shape: true,
        audit: '*',
      },
      {
        name: 'a raw string that hides an axiom',
        text: 'def s := r"\\"\naxiom cheat : False\n§ := cheat.elim --"',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a raw string with hashes',
        text: 'def s := r#"a"b"#\naxiom cheat : False\n§ := cheat.elim --"#',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a character that opens a string',
        text: `def c := '"'\naxiom cheat : False\n§ := cheat.elim --"`,
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a name with a quote in it',
        text: 'def «a"» := 1\naxiom cheat : False\n§ := cheat.elim --"',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a hole with a command in it',
        text: 'def s := s!"{(by exact 1 : Nat)}"\ndef t := s!"{sorryAx Nat true}"\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'a name that ends in a prime',
        text: `def a' := 1\ndef b := a' + '"'.toNat\naxiom cheat : False\n§ := cheat.elim --"`,
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a dash before a comment',
        text: 'axiom cheat : False --/-\n§ := cheat.elim --/',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a docstring that ends twice',
        text: '/-- a -/ axiom cheat : False /- -/\n§ := cheat.elim',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a module’s docstring',
        text: '/-! a -/ axiom cheat : False\n§ := cheat.elim',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'line ends of another machine',
        text: '-- a\raxiom cheat : False\n§ := cheat.elim',

        audit: '*',
      },
    ],
  },
  {
    id: 'B9',
    name: 'scopes that change the theorem’s name or meaning',
    tier: 'S',
    samples: [
      {
        name: 'from the root, within a namespace',
        text: 'namespace Foo\ntheorem _root_.target : 1 = 1 := rfl\nend Foo',
        shape: true,
        audit: 'statement_changed',
      },
      {
        name: 'one of two',
        text: 'namespace Foo\n§ := by sorry\nend Foo\ntheorem target : 1 = 1 := rfl',
        shape: true,
        audit: 'statement_changed',
      },
      {
        name: 'an end that closes nothing',
        text: 'end Foo\n§ := by sorry',
        shape: true,
        audit: 'lean_error',
      },
      {
        name: 'a section left open',
        text: 'section\nvariable (n : Nat) (h : n = n + 1)\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'a protected name',
        statement: 'theorem target : 1 = 1',
        text: 'namespace Foo\nprotected theorem target : 1 = 1 := rfl\nend Foo\nopen Foo',
        shape: true,
        audit: 'not_found',
      },
      {
        name: 'a variable that is left out again',
        text: 'variable (h : 1 = 2)\ninclude h\nomit h in\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'an export',
        text: 'namespace Foo\ntheorem target : 1 = 1 := rfl\nend Foo\nexport Foo (target)',
        shape: true,
        audit: 'not_found',
      },
      {
        name: 'universes of a variable',
        statement: 'theorem target : ∀ (α : Type) (x y : α), x = y',
        text: 'universe u\nvariable {β : Sort u} [it : Subsingleton β]\n§ := by sorry',
        shape: true,
        audit: 'has_sorry',
      },
    ],
  },
  {
    id: 'B10',
    name: 'the verifier’s own audit attacked',
    tier: '2',
    samples: [
      {
        name: 'a command that answers in its place, found by its beginning',
        text: `${hijack}\n§ := by sorry`,
        shape: true,
        audit: 'proved_tier1',
      },
      {
        name: 'a recursion limit that it cannot keep',
        text: 'set_option maxRecDepth 20\n§ := by sorry',
        audit: '*',
      },
      {
        name: 'heartbeats that it cannot keep',
        text: 'set_option maxHeartbeats 1\n§ := by sorry',
        audit: '*',
      },
      {
        name: 'its namespace',
        text: 'namespace assay\ndef answer := 1\nend assay\nopen assay\n§ := by sorry',
        audit: 'has_sorry',
      },
      {
        name: 'Lean’s names hidden from it',
        text: 'namespace Lean\ndef Name.anonymous : Nat := 1\nend Lean\n§ := by sorry',
        shape: true,
        audit: '*',
      },
      {
        name: 'names that it writes out',
        text: 'axiom «propext","type":"» : False\n§ := «propext","type":"».elim',
        shape: true,
        audit: 'bad_axiom',
      },
      {
        name: 'a name with a line break',
        text: 'axiom «a\nb» : False\n§ := «a\nb».elim',
        shape: true,
        audit: '*',
      },
    ],
  },
  {
    id: 'B11',
    name: 'attributes and derivations that do more than they say',
    tier: 'S',
    samples: [
      {
        name: 'an export for other code',
        text: '@[export lean_nat_add] def evil (_ _ : Nat) : Nat := 0\n§ := by sorry',
        shape: true,
        audit: '*',
      },
      {
        name: 'a value of no type',
        text: 'structure Nothing where\n  it : False\nderiving Inhabited\n§ := (default : Nothing).it.elim',
        audit: 'lean_error',
      },
      {
        name: 'a simproc',
        text: 'simproc evil (1 = 2) := fun _ => return .done { expr := Lean.mkConst ``True }\n§ := by simp only [evil]',
        shape: true,
        audit: '*',
      },
      {
        name: 'a tactic of its own',
        text: 'macro "finish" : tactic => `(tactic| sorry)\n§ := by finish',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'a tactic for trivial',
        text: 'macro_rules | `(tactic| trivial) => `(tactic| sorry)\n§ := by trivial',
        shape: true,
        audit: 'has_sorry',
      },
      {
        name: 'an unexpander',
        text: 'def claim : Prop := True\n@[app_unexpander claim] def show1 : Lean.PrettyPrinter.Unexpander := fun _ => `(1 = 2)\n§ := by sorry',
        shape: true,
        audit: '*',
      },
    ],
  },
];
