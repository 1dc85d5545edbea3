axiom two_is_one : 2 = 1
