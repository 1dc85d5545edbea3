import pytest

from spans import covered, merge


@pytest.mark.parametrize(
    "spans, expected",
    [
        ([], []),
        ([(1, 2)], [(1, 2)]),
        ([(4, 6), (1, 2)], [(1, 2), (4, 6)]),
        ([(1, 4), (3, 6)], [(1, 6)]),
        ([(3, 3), (5, 2)], []),
    ],
    ids=["none", "one", "apart", "overlapping", "empty spans"],
)
def test_merge(spans, expected):
    assert merge(spans) == expected


def test_covered():
    assert covered([(1, 4), (3, 6), (8, 9)]) == 6
