theorem two_is_one : 1 = 1 := by
  rfl
