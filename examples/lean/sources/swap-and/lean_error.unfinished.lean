  apply And.intro
  exact h.right
