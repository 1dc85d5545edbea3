  intro h
  exact h (Or.inl (fun hp => h (Or.inl hp)))
