    opening = {")": "(", "]": "[", "}": "{"}
    stack = []
    for letter in text:
        if letter in opening.values():
            stack.append(letter)
        elif letter in opening:
            if not stack or stack.pop() != opening[letter]:
                return False
    return not stack
