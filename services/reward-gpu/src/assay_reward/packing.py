"""Which responses go through the model together, and where their tokens lie in the one row that they form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import torch

from .types import Group

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Piece:
    """A prompt with those of its responses that are computed together with it."""

    group: int
    responses: tuple[int, ...]
    #: Prompt and responses, each once.
    tokens: int


def pack(
    groups: Sequence[Group], budget: int, items: Mapping[int, Sequence[int]] | None = None
) -> list[list[Piece]]:
    """
    Fills packs of at most `budget` tokens, longest first; `items` names the responses of each group
    (default: all). A group above the budget is split, each part with the prompt again; one response above it
    goes alone.
    """
    if items is None:
        items = {g: range(len(group.responses)) for g, group in enumerate(groups)}
    pieces = []
    for g, responses in items.items():
        prompt = len(groups[g].prompt)
        sizes = {r: len(groups[g].responses[r].ids) for r in responses}
        for part in _first_fit(sizes, budget - prompt):
            pieces.append(Piece(g, tuple(part), prompt + sum(sizes[r] for r in part)))
    fitted = _first_fit({p: piece.tokens for p, piece in enumerate(pieces)}, budget)
    return [[pieces[p] for p in bin] for bin in fitted]


def _first_fit(sizes: Mapping[int, int], room: int) -> list[list[int]]:
    """
    First fit, longest first; what is larger than `room` gets a bin of its own. Within a bin, in order of
    key.
    """
    bins: list[list[int]] = []
    left: list[int] = []
    for key in sorted(sizes, key=lambda key: -sizes[key]):
        size = sizes[key]
        place = next((b for b, free in enumerate(left) if free >= size), None)
        if place is None:
            bins.append([key])
            left.append(room - size)
        else:
            bins[place].append(key)
            left[place] -= size
    return [sorted(bin) for bin in bins]


class Segment(NamedTuple):
    """Tokens that follow each other: a prompt, a response that sees the prompt `parent`, or both in one."""

    start: int
    length: int
    #: Index of the segment that this one sees whole, before itself.
    parent: int | None


class Row:
    """
    The pieces of one pack as one row of T tokens without padding: prompts that several responses share, then
    sequences that share nothing, then the responses of the shared prompts, prompt by prompt.
    """

    def __init__(self, groups: Sequence[Group], pieces: Sequence[Piece]) -> None:
        self.ids: list[int] = []
        #: Position of each token in its own sequence: responses go on where their prompt ends.
        self.positions: list[int] = []
        self.segments: list[Segment] = []
        self._groups = groups
        self._prompts: dict[int, int] = {}
        self._responses: dict[tuple[int, int], int] = {}

        # An empty response adds no token: it is read at the end of its prompt.
        filled = [
            [r for r in piece.responses if len(groups[piece.group].responses[r].ids) > 0] for piece in pieces
        ]
        shared = [p for p, responses in enumerate(filled) if len(responses) > 1]
        for p in shared:
            self._prompts[p] = self._add(groups[pieces[p].group].prompt, 0, None)
        #: How many tokens the shared prompts have together, and how many segments they are.
        self.head, self.shared = len(self.ids), len(shared)
        for p, responses in enumerate(filled):
            if len(responses) > 1:
                continue
            group = groups[pieces[p].group]
            own = [*group.responses[responses[0]].ids] if responses else []
            self._prompts[p] = self._add([*group.prompt, *own], 0, None)
            for r in responses:
                self._responses[p, r] = self._prompts[p] + len(group.prompt)
        #: Where the responses of shared prompts begin.
        self.tail = len(self.ids)
        for parent, p in enumerate(shared):
            group = groups[pieces[p].group]
            for r in filled[p]:
                self._responses[p, r] = self._add(group.responses[r].ids, len(group.prompt), parent)
        self._pieces = pieces

    def _add(self, ids: Sequence[int], position: int, parent: int | None) -> int:
        start = len(self.ids)
        self.ids.extend(ids)
        self.positions.extend(range(position, position + len(ids)))
        self.segments.append(Segment(start, len(ids), parent))
        return start

    def __len__(self) -> int:
        return len(self.ids)

    def locate(self, piece: int, response: int, position: int) -> int:
        """Index in the row of `position` of the sequence prompt + response."""
        after = position - len(self._groups[self._pieces[piece].group].prompt)
        return self._prompts[piece] + position if after < 0 else self._responses[piece, response] + after

    def reads(
        self, positions: Callable[[Group, int], Sequence[int]]
    ) -> tuple[list[tuple[int, int]], list[int], list[list[int]]]:
        """
        For the sequence positions that a head reads of each response: (group, response) of each response, the
        indices in the row that are read, each once, and for each response which of those are its own.
        """
        keys: list[tuple[int, int]] = []
        slots: list[list[int]] = []
        slot: dict[int, int] = {}
        for p, piece in enumerate(self._pieces):
            for r in piece.responses:
                at = [self.locate(p, r, position) for position in positions(self._groups[piece.group], r)]
                keys.append((piece.group, r))
                slots.append([slot.setdefault(index, len(slot)) for index in at])
        return keys, list(slot), slots

    @property
    def pairs(self) -> int:
        """(query, key) pairs that attention computes."""
        return sum(
            length * (length + 1) // 2 + (0 if parent is None else length * self.segments[parent].length)
            for _, length, parent in self.segments
        )


def on_device(values: Sequence[int], device: torch.device, dtype: torch.dtype = torch.int64) -> torch.Tensor:
    """`values` on the device, without waiting for what it does at the moment."""
    tensor = torch.tensor(values, dtype=dtype)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


class Plan:
    """
    What attention needs to know of a row, on the device; what only some implementations need is made on
    demand.
    """

    def __init__(self, row: Row, device: torch.device) -> None:
        self.device = device
        self.tokens = len(row)
        self.segments = row.segments
        self.head, self.tail, self.shared = row.head, row.tail, row.shared
        self.positions = on_device(row.positions, device)
        self._made: dict[object, Any] = {}

    def once(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` gives, made at the first call for `key`."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]
