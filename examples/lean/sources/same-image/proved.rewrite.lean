  rw [h]
