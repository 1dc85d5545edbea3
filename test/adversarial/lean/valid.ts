/** Valid proofs that look like cheats: none may be refused. */
import { falsehood, type Sample } from './sample.ts';

type Valid = Omit<Sample, 'shape' | 'audit'>;

const small = 'theorem target (a b : Nat) (h : a < b) : a + 1 < b + 1';

export const valid: readonly Valid[] = [
  {
    name: 'words in comments',
    text: '-- no sorry, no axiom, no native_decide\n§ := by\n  /- sorryAx /- #eval -/ macro -/\n  omega -- unsafe',
  },
  { name: 'words in strings', text: 'def words := "sorry axiom #eval native_decide -- /-"\n§ := by omega' },
  {
    name: 'words in a docstring',
    text: '/-- Not by `sorry`, nor by an `axiom`. -/\ntheorem step (n : Nat) : n < n + 1 := by omega\n§ := by omega',
  },
  {
    name: 'words within words',
    text: 'theorem not_sorry_at_all (n : Nat) : n < n + 1 := by omega\ntheorem axiomatic : True := trivial\n§ := by omega',
  },
  {
    name: 'a namespace opened for a lemma',
    text: 'open Nat in\ntheorem step (n : Nat) : n < succ n := lt_succ_self n\n§ := by have := step a; omega',
  },
  { name: 'a deeper recursion', text: 'set_option maxRecDepth 4000 in\n§ := by omega' },
  { name: 'more heartbeats', text: 'set_option maxHeartbeats 400000 in\n§ := by omega' },
  { name: 'decide', statement: 'theorem target : ∀ n : Nat, n < 6 → n * n < 36', text: '§ := by decide' },
  {
    name: 'decide by the kernel',
    statement: 'theorem target : (List.range 40).length = 40',
    text: '§ := by decide +kernel',
  },
  {
    name: 'classical logic',
    statement: 'theorem target (p q : Prop) (h : ¬p → q) : p ∨ q',
    text: 'open Classical in\n§ := by\n  by_cases hp : p\n  · exact .inl hp\n  · exact .inr (h hp)',
  },
  {
    name: 'a definition that computes nothing',
    text: 'noncomputable def pick (α : Type) [Nonempty α] : α := Classical.choice inferInstance\n§ := by omega',
  },
  {
    name: 'notation of a lemma',
    text: 'local notation "double " n => n + n\ntheorem step (n : Nat) : (double n) = 2 * n := by omega\n§ := by omega',
  },
  { name: 'where', text: '§ := step h\nwhere\n  step {a b : Nat} (h : a < b) : a + 1 < b + 1 := by omega' },
  {
    name: 'let rec',
    statement: 'theorem target : ∀ n : Nat, 0 + n = n',
    text: '§ := by\n  let rec go : ∀ n : Nat, 0 + n = n\n    | 0 => rfl\n    | n + 1 => congrArg (· + 1) (go n)\n  exact go',
  },
  {
    name: 'cases of a definition',
    statement: 'theorem target : ∀ n : Nat, 0 + n = n',
    text: '  | 0 => rfl\n  | n + 1 => congrArg (· + 1) (target n)',
    alone: true,
  },
  {
    name: 'a measure',
    text: 'def log (n : Nat) : Nat := if h : n < 2 then 0 else log (n / 2) + 1\ntermination_by n\ndecreasing_by omega\n§ := by omega',
  },
  {
    name: 'a partial definition that is not used',
    text: 'partial def collatz (n : Nat) : Nat := if n < 2 then n else collatz (if n % 2 = 0 then n / 2 else 3 * n + 1)\n§ := by omega',
  },
  {
    name: 'definitions of one another',
    text: 'mutual\ndef even : Nat → Bool\n  | 0 => true\n  | n + 1 => odd n\ndef odd : Nat → Bool\n  | 0 => false\n  | n + 1 => even n\nend\n§ := by omega',
  },
  {
    name: 'a private lemma',
    text: 'private theorem step (n : Nat) : n < n + 1 := by omega\n§ := by have := step a; omega',
  },
  {
    name: 'a lemma for simp',
    text: '@[simp] theorem step (n : Nat) : n + 0 + 0 = n := by simp\n§ := by simp; omega',
  },
  {
    name: 'a namespace, closed',
    text: 'namespace Helper\ntheorem step (n : Nat) : n < n + 1 := by omega\nend Helper\n§ := by have := Helper.step a; omega',
  },
  {
    name: 'variables of a section, closed',
    text: 'section\nvariable (n : Nat)\ntheorem step : n < n + 1 := by omega\nend\n§ := by have := step a; omega',
  },
  {
    name: 'names that need no binding',
    text: 'set_option autoImplicit true in\ntheorem step (x y : α) (e : x = y) : y = x := e.symm\n§ := by omega',
  },
  {
    name: 'an instance of its own type',
    text: 'structure Pair where\n  fst : Nat\n  snd : Nat\nderiving DecidableEq, Repr\ninstance : Add Pair := ⟨fun a b => ⟨a.fst + b.fst, a.snd + b.snd⟩⟩\n§ := by omega',
  },
  {
    name: 'an example and a look',
    text: 'example : 1 + 1 = 2 := rfl\n#check Nat.lt_succ_self\n§ := by omega',
  },
  {
    name: 'quoted names',
    text: 'theorem «a < b, then» (n : Nat) : n < n + 1 := by omega\n§ := by have := «a < b, then» a; omega',
  },
  {
    name: 'letters of many scripts',
    text: 'theorem hα₁ (ε δ : Nat) (hε : ε < δ) : ε ≤ δ := by omega\n§ := by have := hα₁ a b h; omega',
  },
  { name: 'steps', text: '§ := calc\n  a + 1 ≤ b := h\n  _ < b + 1 := by omega' },
  {
    name: 'a proof alone, with two goals',
    statement: 'theorem target (p q : Prop) (hp : p) (hq : q) : p ∧ q',
    text: ':= by\n  constructor\n  · exact hp\n  · exact hq',
    alone: true,
  },
  { name: 'a proof alone, in one line', text: ':= by omega', alone: true },
  {
    name: 'options that only show',
    text: 'set_option pp.all true in\nset_option trace.Meta.synthInstance true in\n§ := by omega',
  },
  { name: 'a string with holes', text: 'def text (n : Nat) : String := s!"{n} and {n + 1}"\n§ := by omega' },
  { name: 'characters', text: `def isQuote (c : Char) : Bool := c == '"' || c == '\\''\n§ := by omega` },
  {
    name: 'an anonymous function of many cases',
    statement: 'theorem target : ∀ p q : Prop, p ∨ q → q ∨ p',
    text: '§ := fun\n  | _, _, .inl h => .inr h\n  | _, _, .inr h => .inl h',
  },
  {
    name: 'rewriting with the task’s words',
    statement: 'theorem target : slot + 1 = 4',
    text: '§ := by unfold slot; rfl',
  },
  {
    name: 'an abbreviation of the statement’s type',
    text: 'abbrev N := Nat\ntheorem step (n : N) : n < n + 1 := Nat.lt_succ_self n\n§ := by have := step a; omega',
  },
  {
    name: 'the same name in another namespace',
    text: 'namespace Helper\ntheorem target (n : Nat) : n < n + 1 := by omega\nend Helper\n§ := by have := Helper.target a; omega',
  },
  {
    name: 'quotients',
    statement:
      'theorem target (α : Type) (s : Setoid α) (a b : α) (h : a ≈ b) : Quotient.mk s a = Quotient.mk s b',
    text: '§ := Quotient.sound h',
  },
  {
    name: 'extensionality',
    statement: 'theorem target (f g : Nat → Nat) (h : ∀ x, f x = g x) : f = g',
    text: '§ := by\n  funext x\n  exact h x',
  },
  {
    name: 'grind',
    statement: 'theorem target (a b c : Nat) (h : a = b) (g : b = c) : a = c',
    text: '§ := by grind',
  },
  { name: 'an error that is none', text: '§ := by\n  first\n    | fail "sorry, not this way"\n    | omega' },
].map((sample): Valid => ({ statement: small, ...sample }) as Valid);

if (valid.some(({ statement }) => statement === falsehood)) throw new Error('a falsehood is not valid');
