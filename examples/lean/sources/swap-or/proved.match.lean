  exact match h with
    | Or.inl hp => Or.inr hp
    | Or.inr hq => Or.inl hq
