  ⟨5, rfl⟩
