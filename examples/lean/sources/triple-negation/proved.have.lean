by
  intro h hp
  have hnn : ¬¬p := fun hn => hn hp
  exact h hnn
