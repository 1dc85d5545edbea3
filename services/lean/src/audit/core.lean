/- The audit: what a constant of an environment is, which axioms it rests on, and what its type says.

Written for every Lean 4 since July 2021: only names that have kept their meaning since, `..` for the fields of
constructors that have changed in number, no notation of libraries. All names are given in full. -/
namespace ASSAY

/-- Where constants are looked up, and which of them are the libraries' own. -/
structure Context where
  find : Lean.Name → Option Lean.ConstantInfo
  imported : Lean.Name → Bool

/- Names -/

def isSpecial (c : Char) : Bool :=
  c == '.' || c == '«' || c == '»' || c == '\\' || c.toNat < 33

def quoteComponent (s : String) : String :=
  (s.foldl (fun (t : String) (c : Char) => if c == '»' || c == '\\' then (t.push '\\').push c else t.push c) "«") ++ "»"

/-- A text component of a name; told from a number, and from several components. -/
def componentText (s : String) : String :=
  let special := s.foldl (fun (b : Bool) (c : Char) => b || isSpecial c) false
  let start := s.foldl (fun (n : Nat) (c : Char) => if n == 0 then (if c.isDigit then 2 else 1) else n) 0
  if special || !(start == 1) then quoteComponent s else s

def joined (before : String) (component : String) : String :=
  if before == "" then component else before ++ "." ++ component

/-- Different for different names. -/
partial def nameText (n : Lean.Name) : String :=
  match n with
  | Lean.Name.str p s .. => joined (nameText p) (componentText s)
  | Lean.Name.num p i .. => joined (nameText p) (toString i)
  | _ => ""

/- JSON -/

def hexDigit (n : Nat) : Char :=
  Char.ofNat (if n < 10 then 48 + n else 87 + n)

def jsonChar (t : String) (c : Char) : String :=
  if c == '"' || c == '\\' then (t.push '\\').push c
  else if c.toNat < 32 then ((t ++ "\\u00").push (hexDigit (c.toNat / 16))).push (hexDigit (c.toNat % 16))
  else t.push c

def jsonText (s : String) : String :=
  (s.foldl jsonChar "\"").push '"'

def jsonList (l : List String) : String :=
  match l with
  | [] => "[]"
  | x :: rest => (rest.foldl (fun (t : String) (y : String) => t ++ "," ++ jsonText y) ("[" ++ jsonText x)) ++ "]"

/- Maps -/

/-- A map from hashes: the lowest bit decides first. Values of equal hashes share a leaf. -/
inductive Trie (α : Type) where
  | empty : Trie α
  | leaf : Nat → List α → Trie α
  | fork : Trie α → Trie α → Trie α

instance (α : Type) : Inhabited (Trie α) := ⟨Trie.empty⟩

partial def trieGet {α : Type} (t : Trie α) (h : Nat) : List α :=
  match t with
  | Trie.empty => []
  | Trie.leaf k l => if k == h then l else []
  | Trie.fork a b => if h % 2 == 0 then trieGet a (h / 2) else trieGet b (h / 2)

partial def triePut {α : Type} (t : Trie α) (h : Nat) (x : α) : Trie α :=
  match t with
  | Trie.empty => Trie.leaf h [x]
  | Trie.leaf k l =>
    if k == h then Trie.leaf k (x :: l)
    else
      let apart := if k % 2 == 0 then Trie.fork (Trie.leaf (k / 2) l) Trie.empty
        else Trie.fork Trie.empty (Trie.leaf (k / 2) l)
      triePut apart h x
  | Trie.fork a b => if h % 2 == 0 then Trie.fork (triePut a (h / 2) x) b else Trie.fork a (triePut b (h / 2) x)

abbrev Names (α : Type) := Trie (Prod Lean.Name α)

/-- A hash that is a small number everywhere: arithmetic with others is slow. -/
def keyOf (h : Nat) : Nat := h % 1073741824

def nameKey (n : Lean.Name) : Nat := keyOf (hash n).toNat

partial def pickName {α : Type} (n : Lean.Name) (l : List (Prod Lean.Name α)) : Option α :=
  match l with
  | [] => none
  | p :: rest => if p.1 == n then some p.2 else pickName n rest

def findName {α : Type} (m : Names α) (n : Lean.Name) : Option α :=
  pickName n (trieGet m (nameKey n))

def putName {α : Type} (m : Names α) (n : Lean.Name) (x : α) : Names α :=
  triePut m (nameKey n) (n, x)

/- Axioms -/

structure Closure where
  seen : Lean.NameSet
  todo : List Lean.Name
  found : List String

def addName (c : Closure) (n : Lean.Name) : Closure :=
  if c.seen.contains n then c
  else { seen := c.seen.insert n, todo := n :: c.todo, found := c.found }

def addConstants (c : Closure) (e : Lean.Expr) : Closure :=
  e.getUsedConstants.toList.foldl (fun (c : Closure) (n : Lean.Name) => addName c n) c

def addContents (c : Closure) (ci : Lean.ConstantInfo) : Closure :=
  match ci with
  | Lean.ConstantInfo.opaqueInfo v => addConstants c v.value
  | Lean.ConstantInfo.inductInfo v => v.ctors.foldl (fun (c : Closure) (n : Lean.Name) => addName c n) c
  | Lean.ConstantInfo.ctorInfo v => addName c v.induct
  | Lean.ConstantInfo.recInfo v =>
    v.rules.foldl (fun (c : Closure) (r : Lean.RecursorRule) => addConstants c r.rhs) c
  | _ =>
    match ci.value? with
    | some e => addConstants c e
    | none => c

def withAxiom (ci : Lean.ConstantInfo) (n : Lean.Name) (found : List String) : List String :=
  match ci with
  | Lean.ConstantInfo.axiomInfo _ => nameText n :: found
  | _ => found

/-- All axioms that the constants rest on. One that is not there at all counts as an axiom. What is `known` is not looked
into: its axioms are known otherwise. -/
partial def axiomsOf (cx : Context) (known : Lean.Name → Bool) (c : Closure) : List String :=
  match c with
  | Closure.mk seen todo found =>
    match todo with
    | [] => found
    | n :: rest =>
      match cx.find n with
      | none => axiomsOf cx known (Closure.mk seen rest (("missing " ++ nameText n) :: found))
      | some ci =>
        let next := Closure.mk seen rest (withAxiom ci n found)
        if known n then axiomsOf cx known next
        else axiomsOf cx known (addContents (addConstants next ci.type) ci)

/- Types, as lists of nodes. Equal texts: equal types, but for names of binders, annotations, and names of those
definitions and theorems that no library has. -/

/-- Expressions that have a node. -/
abbrev Memo := Trie (Prod Lean.Expr Nat)

structure Nodes where
  /-- Number of a node, by its text. -/
  ids : Trie (Prod String Nat)
  /-- Texts of all nodes in their order, a line each. -/
  text : String
  size : Nat
  /-- How constants that no library has are referred to. -/
  refs : Names String
  /-- Those that are referred to by name, and not yet described. -/
  todo : List Lean.Name

instance : Inhabited Nodes := ⟨Nodes.mk Trie.empty "" 0 Trie.empty []⟩

partial def pickText (t : String) (l : List (Prod String Nat)) : Option Nat :=
  match l with
  | [] => none
  | p :: rest => if p.1 == t then some p.2 else pickText t rest

def nodeOf (s : Nodes) (line : String) : Prod Nat Nodes :=
  match s with
  | Nodes.mk ids text size refs todo =>
    let h := keyOf (hash line).toNat
    match pickText line (trieGet ids h) with
    | some id => (id, Nodes.mk ids text size refs todo)
    | none => (size, Nodes.mk (triePut ids h (line, size)) (text ++ line ++ "\n") (size + 1) refs todo)

partial def pickExpr (e : Lean.Expr) (l : List (Prod Lean.Expr Nat)) : Option Nat :=
  match l with
  | [] => none
  | p :: rest => if p.1 == e then some p.2 else pickExpr e rest

def memoGet (m : Memo) (e : Lean.Expr) : Option Nat :=
  pickExpr e (trieGet m (keyOf (hash e).toNat))

def memoPut (m : Memo) (e : Lean.Expr) (id : Nat) : Memo :=
  triePut m (keyOf (hash e).toNat) (e, id)

def count (l : List Lean.Name) : Nat :=
  l.foldl (fun (i : Nat) (_ : Lean.Name) => i + 1) 0

partial def position (n : Lean.Name) (l : List Lean.Name) (i : Nat) : Option Nat :=
  match l with
  | [] => none
  | m :: rest => if m == n then some i else position n rest (i + 1)

partial def levelText (params : List Lean.Name) (l : Lean.Level) : String :=
  match l with
  | Lean.Level.zero .. => "0"
  | Lean.Level.succ m .. => "+" ++ levelText params m
  | Lean.Level.max a b .. => "(max " ++ levelText params a ++ " " ++ levelText params b ++ ")"
  | Lean.Level.imax a b .. => "(imax " ++ levelText params a ++ " " ++ levelText params b ++ ")"
  | Lean.Level.param n .. =>
    match position n params 0 with
    | some i => "u" ++ toString i
    | none => "v" ++ nameText n
  | _ => "?"

def levelsText (params : List Lean.Name) (ls : List Lean.Level) : String :=
  ls.foldl (fun (t : String) (l : Lean.Level) => t ++ " " ++ levelText params l) ""

def children (e : Lean.Expr) : List Lean.Expr :=
  match e with
  | Lean.Expr.app f a .. => [f, a]
  | Lean.Expr.lam _ t b .. => [t, b]
  | Lean.Expr.forallE _ t b .. => [t, b]
  | Lean.Expr.letE _ t v b .. => [t, v, b]
  | Lean.Expr.mdata _ b .. => [b]
  | Lean.Expr.proj _ _ b .. => [b]
  | _ => []

def idText (m : Memo) (e : Lean.Expr) : String :=
  match memoGet m e with
  | some id => " " ++ toString id
  | none => " ?"

def literalText (v : Lean.Literal) : String :=
  match v with
  | Lean.Literal.natVal n => "n " ++ toString n
  | Lean.Literal.strVal t => "t " ++ jsonText t

/-- Text of a node whose children have theirs; none where it is its only child's. -/
def nodeText (ref : Lean.Name → Nodes → Prod String Nodes) (params : List Lean.Name) (m : Memo)
    (e : Lean.Expr) (s : Nodes) : Prod (Option String) Nodes :=
  match e with
  | Lean.Expr.bvar i .. => (some ("b " ++ toString i), s)
  | Lean.Expr.sort l .. => (some ("s " ++ levelText params l), s)
  | Lean.Expr.const n ls .. =>
    let r := ref n s
    (some ("c " ++ r.1 ++ levelsText params ls), r.2)
  | Lean.Expr.app f a .. => (some ("a" ++ idText m f ++ idText m a), s)
  | Lean.Expr.lam _ t b .. => (some ("l" ++ idText m t ++ idText m b), s)
  | Lean.Expr.forallE _ t b .. => (some ("p" ++ idText m t ++ idText m b), s)
  | Lean.Expr.letE _ t v b .. => (some ("d" ++ idText m t ++ idText m v ++ idText m b), s)
  | Lean.Expr.lit v .. => (some (literalText v), s)
  | Lean.Expr.proj n i b .. =>
    let r := ref n s
    (some ("j " ++ r.1 ++ " " ++ toString i ++ idText m b), r.2)
  | Lean.Expr.mdata .. => (none, s)
  | _ => (some "?", s)

partial def missing (m : Memo) (l : List Lean.Expr) : List Lean.Expr :=
  match l with
  | [] => []
  | e :: rest =>
    match memoGet m e with
    | some _ => missing m rest
    | none => e :: missing m rest

/-- Nodes of expressions, children first, without recursion into them. -/
partial def walk (ref : Lean.Name → Nodes → Prod String Nodes) (params : List Lean.Name)
    (todo : List Lean.Expr) (m : Memo) (s : Nodes) : Prod Memo Nodes :=
  match todo with
  | [] => (m, s)
  | e :: rest =>
    match memoGet m e with
    | some _ => walk ref params rest m s
    | none =>
      match missing m (children e) with
      | [a] => walk ref params (a :: todo) m s
      | [a, b] => walk ref params (a :: b :: todo) m s
      | a :: b :: c :: _ => walk ref params (a :: b :: c :: todo) m s
      | [] =>
        let r := nodeText ref params m e s
        match r.1 with
        | some line =>
          let q := nodeOf r.2 line
          walk ref params rest (memoPut m e q.1) q.2
        | none =>
          match children e with
          | [] => walk ref params rest m r.2
          | b :: _ =>
            match memoGet m b with
            | some id => walk ref params rest (memoPut m e id) r.2
            | none => walk ref params rest m r.2

def exprNode (ref : Lean.Name → Nodes → Prod String Nodes) (params : List Lean.Name) (e : Lean.Expr)
    (s : Nodes) : Prod String Nodes :=
  let r := walk ref params [e] Trie.empty s
  (idText r.1 e, r.2)

def setRef (s : Nodes) (n : Lean.Name) (ref : String) : Nodes :=
  match s with
  | Nodes.mk ids text size refs todo => Nodes.mk ids text size (putName refs n ref) todo

def addTodo (s : Nodes) (n : Lean.Name) : Nodes :=
  match s with
  | Nodes.mk ids text size refs todo => Nodes.mk ids text size refs (n :: todo)

/-- A library's constant goes by its name. Of others, definitions go by type and value, theorems by type: whoever
made them first, and under whichever name, they mean the same. The rest goes by its name, and is described apart. -/
partial def refOf (cx : Context) (n : Lean.Name) (s : Nodes) : Prod String Nodes :=
  match findName s.refs n with
  | some ref => (ref, s)
  | none =>
    let name := "=" ++ nameText n
    if cx.imported n then (name, s)
    else
      match cx.find n with
      | none => ("missing=" ++ nameText n, s)
      | some ci =>
        let s := setRef s n name
        let arity := " " ++ toString (count ci.levelParams)
        match ci with
        | Lean.ConstantInfo.defnInfo v =>
          let t := exprNode (refOf cx) ci.levelParams ci.type s
          let b := exprNode (refOf cx) ci.levelParams v.value t.2
          let q := nodeOf b.2 ("definition" ++ arity ++ t.1 ++ b.1)
          let ref := "#" ++ toString q.1
          (ref, setRef q.2 n ref)
        | Lean.ConstantInfo.thmInfo _ =>
          let t := exprNode (refOf cx) ci.levelParams ci.type s
          let q := nodeOf t.2 ("theorem" ++ arity ++ t.1)
          let ref := "#" ++ toString q.1
          (ref, setRef q.2 n ref)
        | _ => (name, addTodo s n)

def kindOf (ci : Lean.ConstantInfo) : String :=
  match ci with
  | Lean.ConstantInfo.axiomInfo _ => "axiom"
  | Lean.ConstantInfo.defnInfo _ => "def"
  | Lean.ConstantInfo.thmInfo _ => "theorem"
  | Lean.ConstantInfo.opaqueInfo _ => "opaque"
  | Lean.ConstantInfo.quotInfo _ => "quot"
  | Lean.ConstantInfo.inductInfo _ => "inductive"
  | Lean.ConstantInfo.ctorInfo _ => "constructor"
  | Lean.ConstantInfo.recInfo _ => "recursor"

def after (text : String) (between : String) (r : Prod String Nodes) : Prod String Nodes :=
  (text ++ between ++ r.1, r.2)

def refsText (cx : Context) (l : List Lean.Name) (s : Nodes) : Prod String Nodes :=
  l.foldl (fun (r : Prod String Nodes) (n : Lean.Name) => after r.1 " " (refOf cx n r.2)) ("", s)

/-- What belongs to a constant besides its type. -/
def restText (cx : Context) (ci : Lean.ConstantInfo) (s : Nodes) : Prod String Nodes :=
  match ci with
  | Lean.ConstantInfo.opaqueInfo v => exprNode (refOf cx) ci.levelParams v.value s
  | Lean.ConstantInfo.inductInfo v => refsText cx v.ctors s
  | Lean.ConstantInfo.ctorInfo v => refsText cx [v.induct] s
  | Lean.ConstantInfo.recInfo v =>
    v.rules.foldl (fun (r : Prod String Nodes) (x : Lean.RecursorRule) =>
      after r.1 "" (exprNode (refOf cx) ci.levelParams x.rhs r.2)) ("", s)
  | _ => ("", s)

/-- Describes all constants that are referred to by name. -/
partial def describe (cx : Context) (s : Nodes) : Nodes :=
  match s with
  | Nodes.mk ids text size refs todo =>
    match todo with
    | [] => s
    | n :: rest =>
      let s := Nodes.mk ids text size refs rest
      match cx.find n with
      | none => describe cx s
      | some ci =>
        let t := exprNode (refOf cx) ci.levelParams ci.type s
        let r := restText cx ci t.2
        let line := kindOf ci ++ " =" ++ nameText n ++ " " ++ toString (count ci.levelParams) ++ t.1 ++ r.1
        describe cx (nodeOf r.2 line).2

def typeText (cx : Context) (ci : Lean.ConstantInfo) : String :=
  let start : Nodes := Nodes.mk Trie.empty "" 0 Trie.empty []
  let t := exprNode (refOf cx) ci.levelParams ci.type start
  (describe cx t.2).text ++ toString (count ci.levelParams) ++ t.1

/- Answers -/

def isKnown (cx : Context) (library : Option (List Lean.Name)) (n : Lean.Name) : Bool :=
  match library with
  | some _ => cx.imported n
  | none => false

def withLibrary (library : Option (List Lean.Name)) (found : List String) : List String :=
  match library with
  | some l => l.foldl (fun (t : List String) (n : Lean.Name) => nameText n :: t) found
  | none => found

/-- `library`: the axioms that the constant rests on by way of the libraries, where Lean itself says so. -/
def constantText (cx : Context) (library : Option (List Lean.Name)) (n : Lean.Name) : String :=
  match cx.find n with
  | none => "{\"found\":false}"
  | some ci =>
    let start : Closure := Closure.mk {} [] []
    let axioms := axiomsOf cx (isKnown cx library) (addName start n)
    "{\"found\":true,\"kind\":" ++ jsonText (kindOf ci)
      ++ ",\"axioms\":" ++ jsonList (withLibrary library axioms)
      ++ ",\"type\":" ++ jsonText (typeText cx ci) ++ "}"

/-- What a command answers. Not by `logInfo`, which has not kept its name. -/
def answer (cx : Context) (library : Option (List Lean.Name)) (n : Lean.Name) (nonce : String) : Lean.Message :=
  { fileName := "audit", pos := { line := 1, column := 0 }, severity := Lean.MessageSeverity.information,
    data := Lean.stringToMessageData ("assay-audit " ++ nonce ++ " " ++ constantText cx library n) }

def isIn {α : Type} (x : Option α) : Bool :=
  match x with
  | some _ => true
  | none => false

/-- Constants of an environment. -/
def here (env : Lean.Environment) : Context :=
  Context.mk (fun (n : Lean.Name) => env.find? n) (fun (n : Lean.Name) => isIn (env.getModuleIdxFor? n))

def findOver (env : Lean.Environment) (own : Names Lean.ConstantInfo) (n : Lean.Name) : Option Lean.ConstantInfo :=
  match findName own n with
  | some ci => some ci
  | none => env.find? n

def names (constants : List Lean.ConstantInfo) : Names Lean.ConstantInfo :=
  constants.foldl (fun (m : Names Lean.ConstantInfo) (ci : Lean.ConstantInfo) => putName m ci.name ci) Trie.empty

/-- Constants of a module over the environment of its imports. -/
def over (env : Lean.Environment) (own : Names Lean.ConstantInfo) : Context :=
  Context.mk (fun (n : Lean.Name) => findOver env own n) (fun (n : Lean.Name) => !(isIn (findName own n)))

end ASSAY
