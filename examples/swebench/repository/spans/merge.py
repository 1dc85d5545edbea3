"""Joining spans."""


def merge(spans):
    """The fewest spans that cover the same numbers, in order; a span is a pair (start, end), without its end."""
    merged = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def covered(spans):
    """How many numbers lie in at least one of the spans."""
    return sum(end - start for start, end in merge(spans))
