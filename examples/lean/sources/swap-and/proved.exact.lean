  exact ⟨h.right, h.left⟩
