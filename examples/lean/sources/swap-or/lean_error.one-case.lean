  cases h with
  | inl hp => exact Or.inr hp
