  exact h
