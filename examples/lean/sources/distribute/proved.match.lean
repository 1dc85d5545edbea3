  fun h => match h.right with
    | Or.inl hq => Or.inl ⟨h.left, hq⟩
    | Or.inr hr => Or.inr ⟨h.left, hr⟩
