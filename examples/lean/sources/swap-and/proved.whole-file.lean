theorem swap_and (p q : Prop)
    (h : p ∧ q)   -- laid out otherwise
    : q ∧ p := by
  cases h with
  | intro hp hq => exact ⟨hq, hp⟩
