  fun h => Or.inl ⟨h.left, h.right⟩
