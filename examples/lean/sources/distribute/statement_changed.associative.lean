theorem distribute (p q r : Prop) : (p ∧ q) ∨ r → (p ∧ q) ∨ r :=
  fun h => h
