  fun h => sorry
