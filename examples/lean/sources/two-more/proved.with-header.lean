open Nat

set_option maxRecDepth 1000

theorem two_more (n : Nat) : n + 2 = succ (succ n) := by
  rfl
