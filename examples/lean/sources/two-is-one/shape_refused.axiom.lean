axiom cheat : 2 = 1

theorem two_is_one : 2 = 1 := by
  exact cheat
