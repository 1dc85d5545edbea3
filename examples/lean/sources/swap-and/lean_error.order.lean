  exact ⟨h.left, h.right⟩
