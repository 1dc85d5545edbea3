"""Whether this device computes what it should, packed and with shared prompts: each kind of attention and head."""

from __future__ import annotations

import random
from collections.abc import Callable

from .attention import _MAKERS as ATTENTIONS
from .engine import SHAPES, Engine
from .types import Group, Reading, Response

#: Largest difference from scoring one by one, for scores of about 1: what rounding of the type explains.
_TOLERANCE = {"float32": 1e-4, "bfloat16": 5e-2}
_TAG = 5


def _groups(head: str, vocabulary: int, pattern: tuple[int, ...] | None) -> list[Group]:
    """Prompts with several responses, some of them of one token."""
    chance = random.Random(0)
    groups = []
    for prompt, lengths in ((37, (1, 130, 12)), (5, (64,)), (150, (9, 1, 33, 2))):
        ids = [chance.randrange(6, vocabulary) for _ in range(prompt)]
        gate = None if pattern is None else len(ids)
        responses = []
        for length in lengths:
            drawn = [chance.randrange(6, vocabulary) for _ in range(length - 1)]
            responses.append(Response([*drawn, _TAG], [length - 1] if head == "process" else []))
        groups.append(Group([*ids, *(pattern or ())], responses, gate))
    return groups


def _values(readings: list[list[Reading]]) -> list[float]:
    return [
        value
        for of_group in readings
        for reading in of_group
        for value in (reading.logit, *reading.steps, *reading.objectives, *reading.coefficients)
    ]


def check(device: str = "auto", say: Callable[[str], None] = print) -> bool:
    """
    Says how far each way is from scoring one by one with plain attention, for tiny models with random weights.
    False: one is farther than rounding explains, or none works. A kind of attention that this device has not is
    said, and no fault.
    """
    right, tried = True, 0
    for head in ("outcome", "process", "armorm"):
        # ArmoRM's gate has tokens of Llama 3's vocabulary.
        shape = {**SHAPES["tiny"], "vocab_size": 128256} if head == "armorm" else "tiny"
        options = {"head": head, "device": device, "step_tag": _TAG if head == "process" else None}
        for dtype, tolerance in _TOLERANCE.items():
            plain = Engine.random(shape, dtype=dtype, attention="segments", **options)
            groups = _groups(head, 512, plain.gate_pattern)
            alone = [
                Group(group.prompt, [response], group.gate)
                for group in groups
                for response in group.responses
            ]
            expected = _values([plain.score([group])[0] for group in alone])
            scale = max(1.0, max(map(abs, expected)))
            for attention in ATTENTIONS:
                way = f"{head:8} {dtype:9} {attention:9}"
                try:
                    engine = Engine.random(shape, dtype=dtype, attention=attention, **options)
                except (RuntimeError, ValueError) as error:
                    # It is there, and its own check found it wrong.
                    wrong = "max |Δ|" in str(error)
                    right = right and not wrong
                    why = str(error).partition(f"{attention}: ")[2] or str(error)
                    say(f"{way} {'WRONG' if wrong else 'not on this device:'} {why.splitlines()[0][:100]}")
                    continue
                got = _values(engine.score(groups))
                error = max(abs(a - b) for a, b in zip(got, expected, strict=True)) / scale
                right = right and error <= tolerance
                tried += 1
                verdict = "ok   " if error <= tolerance else "WRONG"
                say(f"{way} {verdict} largest difference {error:.1e}, of {tolerance:.0e} allowed")
    return right and tried > 0
