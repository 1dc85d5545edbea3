  exact rfl
