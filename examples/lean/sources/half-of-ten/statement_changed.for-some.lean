theorem half_of_ten : ∃ n m : Nat, n + m = 10 :=
  ⟨4, 6, rfl⟩
