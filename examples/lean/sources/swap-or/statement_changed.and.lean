theorem swap_or (p q : Prop) (h : p ∧ q) : q ∨ p := by
  exact Or.inl h.right
