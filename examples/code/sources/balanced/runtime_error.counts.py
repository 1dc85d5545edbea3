    return all(text.count(one) == text.count(other) for one, other in ("()", "[]", "{}"))
