  triple_negation p
