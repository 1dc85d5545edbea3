namespace Mine
theorem five : 2 + 3 = 5 := by
  rfl
end Mine
