  rw [k]
