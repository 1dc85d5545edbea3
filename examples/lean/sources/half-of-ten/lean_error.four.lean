  ⟨4, rfl⟩
