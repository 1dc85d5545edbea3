theorem distribute (p q r : Prop) : p ∧ (q ∨ r) → (p ∧ q) ∨ (p ∧ r)
  | ⟨hp, Or.inl hq⟩ => Or.inl ⟨hp, hq⟩
  | ⟨hp, Or.inr hr⟩ => Or.inr ⟨hp, hr⟩
