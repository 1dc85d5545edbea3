    def closed(at, end):
        while at < len(text) and text[at] != end:
            inner = {"(": ")", "[": "]", "{": "}"}.get(text[at])
            if inner:
                at = closed(at + 1, inner)
                if at < 0:
                    return -1
            elif text[at] in ")]}":
                return -1
            at += 1
        return at if at < len(text) or end == "" else -1

    return closed(0, "") == len(text)
