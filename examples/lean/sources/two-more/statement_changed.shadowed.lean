theorem two_more (n : Nat) : n + 2 = Nat.succ (n + 1) := by
  rfl
