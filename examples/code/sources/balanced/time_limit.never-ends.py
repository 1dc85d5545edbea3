    stack = []
    at = 0
    while at < len(text):
        if text[at] in "([{":
            stack.append(text[at])
            at += 1
    return not stack
