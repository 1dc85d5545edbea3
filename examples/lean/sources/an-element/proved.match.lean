  match h with
  | ⟨x⟩ => ⟨x, rfl⟩
