  apply And.intro
  exact h.right
  exact h.left
