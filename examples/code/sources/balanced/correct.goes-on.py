    rest = "".join(letter for letter in text if letter in "()[]{}")
    before = None
    while rest != before:
        before = rest
        rest = rest.replace("()", "").replace("[]", "").replace("{}", "")
    return rest == ""


def unbalanced(text):
    return not balanced(text

# The task was one function: what follows its end is cut off before it can do harm.
