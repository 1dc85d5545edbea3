  cases h
  rfl
