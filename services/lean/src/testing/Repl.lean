import Lean.Elab.Frontend

/-!
A REPL for the tests: speaks the part of the leanprover-community REPL's protocol that the verifier uses (`cmd` with and
without `env`; `message` for errors; indented JSON and an empty line; the end of the process for what is no JSON), on any
Lean that has no REPL of its own. Run by `lean --run Repl.lean`.

Only functions that Lean's own library has compiled are called, and none that its compiler would copy into this file:
on Lean as WebAssembly, which comes without the bodies of private definitions, such a copy does not compile.
-/

open Lean

/-- What a command leaves behind for the ones that name its number. -/
abbrev Snapshots := Array Elab.Command.State

def severityName : MessageSeverity → String
  | .information => "info"
  | .warning => "warning"
  | .error => "error"

def positionJson (p : Position) : Json :=
  Json.mkObj [("line", .num p.line), ("column", .num p.column)]

def messageJson (m : Message) : IO Json := do
  let text ← m.data.toString
  return Json.mkObj [
    ("severity", .str (severityName m.severity)),
    ("pos", positionJson m.pos),
    ("endPos", match m.endPos with | some p => positionJson p | none => .null),
    ("data", .str text)]

def messagesJson : List Message → IO (List Json)
  | [] => return []
  | m :: rest => do
    let first ← messageJson m
    let others ← messagesJson rest
    return first :: others

/-- Lines up to an empty one; empty at the end of input. -/
partial def readRequest (stdin : IO.FS.Stream) (read : String) : IO String := do
  let line ← stdin.getLine
  if line == "" || line == "\n" || line == "\r\n" then
    return read
  readRequest stdin (read ++ line)

def answer (json : Json) : IO Unit := do
  let stdout ← IO.getStdout
  stdout.putStr (json.pretty ++ "\n\n")
  stdout.flush

def refuse (text : String) : IO Unit :=
  answer (Json.mkObj [("message", .str text)])

/-- Elaborates commands from a state on, or a file from its imports on, and gives the state that they end in. -/
def elaborate (text : String) (base : Option Elab.Command.State) : IO Elab.Command.State := do
  let input : Parser.InputContext := { inputString := text, fileName := "<input>", fileMap := FileMap.ofString text }
  match base with
  | some state =>
    let fresh := { state with messages := {}, infoState := { enabled := true } }
    let done ← Elab.IO.processCommands input {} fresh
    return done.commandState
  | none =>
    let (header, parser, parsed) ← Parser.parseHeader input
    let (env, messages) ← Elab.processHeader header {} parsed input
    let fresh := { Elab.Command.mkState env messages {} with infoState := { enabled := true } }
    let done ← Elab.IO.processCommands input parser fresh
    return done.commandState

def run (known : Snapshots) (text : String) (base : Option Elab.Command.State) : IO Snapshots := do
  let state ← elaborate text base
  let messages ← messagesJson state.messages.toList
  let number := ("env", Json.num known.size)
  match messages with
  | [] => answer (Json.mkObj [number])
  | _ => answer (Json.mkObj [number, ("messages", .arr messages.toArray)])
  return known.push { state with messages := {}, infoState := {} }

def handle (known : Snapshots) (request : Json) : IO Snapshots := do
  match request.getObjVal? "cmd" with
  | .ok (.str text) =>
    match request.getObjVal? "env" with
    | .ok (.num n) =>
      match known[n.mantissa.toNat]? with
      | some base => run known text (some base)
      | none => refuse "Unknown environment."; return known
    | _ => run known text none
  | _ => throw (IO.userError "Could not parse as a valid JSON command")

partial def loop (stdin : IO.FS.Stream) (known : Snapshots) : IO Unit := do
  let request ← readRequest stdin ""
  if request == "" then
    return ()
  if request.startsWith "#" || request.startsWith "--" then
    loop stdin known
  else
    match Json.parse request with
    | .error e => throw (IO.userError s!"Could not parse JSON:\n{e}")
    | .ok json =>
      let now ← handle known json
      loop stdin now

unsafe def main : IO Unit := do
  enableInitializersExecution
  initSearchPath (← findSysroot)
  -- The codes are given here: WebAssembly's shell makes others of those that `main` returns.
  try
    loop (← IO.getStdin) #[]
  catch e =>
    IO.eprintln s!"uncaught exception: {e}"
    IO.Process.exit 1
  IO.Process.exit 0
