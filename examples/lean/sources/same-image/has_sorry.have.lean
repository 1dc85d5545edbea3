  have injective : f a = f b := sorry
  exact injective
