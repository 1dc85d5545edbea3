import Lean.Environment

/-!
Gives the theorems of a library their bodies back, as far as can be: `lean --run Bodies.lean LIST`, where LIST has two lines
for each module: its `.olean` and its name. Writes `.olean.new` beside each.

The package has the public part of each module only, in which theorems, and definitions whose bodies are private, are axioms.
What rests on them would rest on thousands of axioms. Here each becomes an opaque constant, with its own name as its value:
nothing unfolds it. Theorems that several modules have, as those of equations, stay theorems: only such may be there twice.
-/

open Lean

def isAxiom : Name → Bool
  | `propext | `Quot.sound | `Classical.choice | `sorryAx | `Lean.ofReduceBool | `Lean.ofReduceNat | `Lean.trustCompiler
  | `lcProof | `lcUnreachable | `lcAny | `lcErased => true
  | _ => false

structure Seen where
  once : NameSet
  again : NameSet

partial def note (constants : Array ConstantInfo) (i : Nat) (seen : Seen) : Seen :=
  match constants[i]? with
  | none => seen
  | some c =>
    if seen.once.contains c.name then note constants (i + 1) { seen with again := seen.again.insert c.name }
    else note constants (i + 1) { seen with once := seen.once.insert c.name }

def withBody (again : NameSet) (c : ConstantInfo) : ConstantInfo :=
  match c with
  | .axiomInfo { name, levelParams, type, isUnsafe } =>
    let value : Expr := .lit (.strVal name.toString)
    if isAxiom name then c
    else if again.contains name then .thmInfo { name, levelParams, type, value, all := [name] }
    else .opaqueInfo { name, levelParams, type, value, isUnsafe, all := [name] }
  | _ => c

partial def withBodies (again : NameSet) (constants : Array ConstantInfo) (i : Nat) (done : Array ConstantInfo) :
    Array ConstantInfo :=
  match constants[i]? with
  | none => done
  | some c => withBodies again constants (i + 1) (done.push (withBody again c))

structure File where
  path : String
  name : String
  data : ModuleData

def readAll (seen : Seen) (files : List File) : List String → IO (Seen × List File)
  | path :: name :: rest => do
    let (data, _) ← readModuleData (System.FilePath.mk path)
    readAll (note data.constants 0 seen) ({ path, name, data } :: files) rest
  | _ => return (seen, files)

def writeAll (again : NameSet) : List File → IO Unit
  | [] => return ()
  | { path, name, data } :: rest => do
    let constants := withBodies again data.constants 0 #[]
    saveModuleData (System.FilePath.mk (path ++ ".new")) name.toName { data with constants }
    writeAll again rest

def main : List String → IO Unit
  | list :: _ => do
    let lines ← IO.FS.lines (System.FilePath.mk list)
    let (seen, files) ← readAll { once := {}, again := {} } [] lines.toList
    writeAll seen.again files
    -- The shell makes other codes of those that `main` returns.
    IO.Process.exit 0
  | [] => IO.Process.exit 1
