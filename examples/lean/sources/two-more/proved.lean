  rfl
