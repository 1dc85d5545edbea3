  ⟨4, rfl⟩ -- the same as the one before, but for these words
