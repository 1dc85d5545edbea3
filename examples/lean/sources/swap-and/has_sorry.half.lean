  exact ⟨h.right, sorry⟩
