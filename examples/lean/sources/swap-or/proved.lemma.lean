theorem swap_left (p q : Prop) (hp : p) : q ∨ p := Or.inr hp

theorem swap_or (p q : Prop) (h : p ∨ q) : q ∨ p := by
  cases h with
  | inl hp => exact swap_left p q hp
  | inr hq => exact Or.inl hq
