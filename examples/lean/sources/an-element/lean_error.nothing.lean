  ⟨h, rfl⟩
