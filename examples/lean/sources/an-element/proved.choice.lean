  ⟨Classical.choice h, rfl⟩
