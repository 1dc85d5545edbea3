  show 5 = 5
  rfl
