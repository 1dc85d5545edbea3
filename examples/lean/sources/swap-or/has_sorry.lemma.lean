theorem help (p q : Prop) (h : p ∨ q) : q ∨ p := sorry

theorem swap_or (p q : Prop) (h : p ∨ q) : q ∨ p := by
  exact help p q h
