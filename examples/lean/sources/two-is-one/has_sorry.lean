  exact sorry
