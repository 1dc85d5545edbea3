  triple_negation_elimination p
